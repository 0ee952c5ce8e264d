"""Neurons as plates with a number on them: where they stand, and what is written."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from nnlab.views.drawing.colours import BLUE, GOLD, INK, ORANGE, PALE
from nnlab.views.drawing.number_format import signed
from nnlab.views.drawing.text_layer import PLAIN, lettering

HEAD, FOOT = 58, 22  # pixels of the page for the words above and below
LOSS = ("ℓ", "→")  # before the loss, and before what it becomes: it has no sign


def lay_out(box, counts):
    """The centres of every column's neurons, and how wide and high each is, in pixels
    of the page."""
    left, bottom, width, height = box
    bottom, height = bottom + FOOT, height - FOOT - HEAD - 14
    pitch = min(height / max(counts), 58)
    named = 58 if width > 330 else 16  # for the names of the inputs
    gap = (width - named - 12) / len(counts)
    tile = min(72.0, gap * 0.72), min(44.0, pitch - 5)
    xs = left + named + gap * (np.arange(len(counts)) + 0.5)
    middle = bottom + height / 2
    centres = [
        [(round(x), round(middle - (i - (n - 1) / 2) * pitch)) for i in range(n)]
        for x, n in zip(xs, counts)
    ]
    return centres, tile


def light(frame: Rectangle, lit: bool) -> None:
    """A golden frame for what is at work, a pale one for the rest."""
    frame.set(edgecolor=GOLD if lit else PALE, linewidth=3 if lit else 1)


def weigh(links: LineCollection, values: np.ndarray, what: str) -> None:
    """Width and colour of every link: of a weight by its size, of what is small beside
    the largest of its layer."""
    size = np.abs(np.nan_to_num(values))
    if what != "weights":
        size = 4 * size / max(size.max(initial=0.0), 1e-12)
    links.set_linewidths(0.4 + 3.0 * np.tanh(0.35 * size))
    colours = np.where(values[:, None] >= 0, to_rgba(BLUE), to_rgba(ORANGE))
    colours[:, 3] = 0.25 + 0.65 * np.tanh(size)
    links.set_color(colours)


def plate(
    letter: str, value: float, size: tuple[float, float], height: float, paper: str
) -> np.ndarray:
    """A number in the middle of a plate of this colour, so many pixels high and wide,
    with as many digits as fit: (height, width, 4)."""
    shape = round(size[0]), round(size[1]), 4
    for digits, said in ((3, letter), (2, letter), (2, "")):
        number = signed(value, digits)
        number = number.lstrip("+") if letter in LOSS else number
        word = lettering(f"{said} {number}".strip(), height, INK, PLAIN, paper)
        if word.shape[1] <= shape[1]:
            break
    drawn = np.broadcast_to(word[-1, 0], shape).copy()
    word = word[: shape[0], : shape[1]]
    bottom, left = (np.array(shape[:2]) - word.shape[:2]) // 2
    drawn[bottom : bottom + len(word), left : left + word.shape[1]] = word
    return drawn
