"""Where the neurons of a network stand in its picture, and the lines between them."""

import numpy as np

BEND = 14  # points along a link


def lay_out(box, counts, margin, scale):
    """The size of a tile, and the centre of each in every column, in pixels."""
    left, bottom, width, height = box
    left, width = left + margin * scale, width - (margin + 10) * scale
    bottom, height = bottom + 4 * scale, height - 48 * scale
    pitch = min(height / max(counts), 76 * scale)
    tile = int(min(pitch - 6 * scale, width / (1.9 * len(counts)), 56 * scale))
    xs = np.linspace(left + tile / 2, left + width - tile / 2, len(counts))
    middle = bottom + height / 2
    return tile, [
        [(round(x), round(middle - (i - (n - 1) / 2) * pitch)) for i in range(n)]
        for x, n in zip(xs, counts)
    ]


def bent_lines(centres, reach: float) -> list[np.ndarray]:
    """A bent line from each tile to each of the next column: (links, points, 2) for
    every layer."""
    t = np.linspace(0, 1, BEND)
    ease = t * t * (3 - 2 * t)
    lots = []
    for column, following in zip(centres, centres[1:]):
        lines = []
        for x0, y0 in column:
            for x1, y1 in following:
                x = x0 + reach + t * (x1 - x0 - 2 * reach)
                lines.append(np.stack([x, y0 + ease * (y1 - y0)], axis=1))
        lots.append(np.array(lines))
    return lots


def distance(lines: np.ndarray, point: np.ndarray) -> np.ndarray:
    """How far each of some lines (lines, points, 2) passes from a point."""
    start, along = lines[:, :-1], np.diff(lines, axis=1)
    share = ((point - start) * along).sum(-1) / (along * along).sum(-1)
    nearest = start + np.clip(share, 0, 1)[..., None] * along
    return np.linalg.norm(point - nearest, axis=-1).min(axis=1)
