"""The few colours of every picture, safe for colour-blind readers.

Blue and orange differ in lightness as well as in hue. On a picture of a value, orange
is low or negative, blue is high or positive, white is the middle.
"""

import numpy as np

INK = "#16324a"  # what is read first
GREY = "#5f7a90"  # labels, axes
PALE = "#d5dee6"  # frames
BLUE = "#1f6db0"
ORANGE = "#e2762a"
WRONG = "#b4500f"  # an orange dark enough for letters
GOLD = "#f4c542"  # what lights up
LIT = "#fdf3cf"  # the paper of what is lit
PURPLE = "#9a4b9b"
CLASSES = (ORANGE, BLUE)
PALETTE = (ORANGE, BLUE, "#2f9e75", PURPLE, "#b8a000", "#56b4e9", "#7a4b21", "#555555")

_STOPS = np.array(
    [[236, 158, 100], [246, 200, 164], [255, 255, 255], [168, 202, 228], [92, 154, 204]]
)


def _table() -> np.ndarray:
    at = np.linspace(0, 1, 256)
    stops = np.linspace(0, 1, len(_STOPS))
    rgb = [np.interp(at, stops, _STOPS[:, channel]) for channel in range(3)]
    return np.stack([*rgb, np.full(256, 255)], axis=1).round().astype(np.uint8)


TABLE = _table().view(np.uint32).ravel()  # a colour as one number: quicker to look up


def diverging(values: np.ndarray) -> np.ndarray:
    """Numbers 0 … 1 (any shape) as colours (…, 4); NaN is the middle."""
    known = np.clip(np.nan_to_num(values, nan=0.5, posinf=1, neginf=0), 0, 1)
    return TABLE.take((known * 255).astype(np.uint8))[..., None].view(np.uint8)


def inked(values: np.ndarray) -> np.ndarray:
    """Numbers 0 … 1 as ink on paper (…, 4): 0 is white, 1 is dark."""
    ink = np.array([22, 50, 74])
    rgb = 255 - np.clip(values, 0, 1)[..., None] * (255 - ink)
    return np.concatenate([rgb, np.full((*values.shape, 1), 255)], -1).astype(np.uint8)


def classes(count: int) -> list[str]:
    """A colour for each of so many classes; after eight they begin anew."""
    return [PALETTE[label % len(PALETTE)] for label in range(count)]


def blended(shares: np.ndarray) -> np.ndarray:
    """Shares of some classes (…, classes) as a light mixture of their colours (…, 4);
    NaN is white."""
    known = np.nan_to_num(shares)
    tints = [255 - 0.5 * (255 - _rgb(name)) for name in classes(known.shape[-1])]
    rest = np.clip(1 - known.sum(axis=-1, keepdims=True), 0, 1)
    rgb = known @ np.array(tints) + 255 * rest
    rgb /= np.maximum(known.sum(axis=-1, keepdims=True), 1)
    return np.concatenate([rgb, np.full((*rgb.shape[:-1], 1), 255)], -1).astype(
        np.uint8
    )


def tinted(name: str, share: float) -> str:
    """A colour thinned with white: of 0 it is white, of 1 the colour itself."""
    rgb = 255 - share * (255 - _rgb(name))
    return "#" + "".join(f"{round(channel):02x}" for channel in rgb)


def rgba(name: str) -> np.ndarray:
    """A colour as four numbers up to 255."""
    return np.array([*_rgb(name), 255], np.uint8)


def levels(count: int) -> list[tuple[float, ...]]:
    """So many colours from orange over pale grey to blue, strong enough for points."""
    at, ends = np.linspace(0, 1, count), [ORANGE, "#e9e9e9", BLUE]
    stops = np.array([_rgb(name) for name in ends]) / 255
    rgb = [np.interp(at, (0, 0.5, 1), stops[:, channel]) for channel in range(3)]
    return [*map(tuple, np.stack(rgb, axis=1))]


def _rgb(name: str) -> np.ndarray:
    return np.array([int(name[i : i + 2], 16) for i in (1, 3, 5)], float)
