"""Words as small pictures, for what changes in every frame.

Matplotlib lays text out anew each time it changes, which takes longer than all the rest
of a frame. Here a line of text is drawn straight into pixels. They are kept for when it
is asked for again, so nobody may change them.
"""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from nnlab.views.drawing.fonts import BOLD, CODE, PLAIN, legible, path_of, runs

__all__ = ["BOLD", "CODE", "PLAIN", "length", "lettering"]


@lru_cache(maxsize=512)
def lettering(
    text: str, size: float, colour: str, face: str = PLAIN, paper: str = "white"
) -> np.ndarray:
    """`text` on `paper`, `size` pixels high: (height, width, 4), bottom row first."""
    width = int(np.ceil(length(text, size, face))) + 2
    mask, x = Image.new("L", (width, round(size * 1.4))), 1.0
    draw, base = ImageDraw.Draw(mask), _font(round(size), path_of(face)).getmetrics()[0]
    for path, letters in runs(legible(text), face):
        font = _font(round(size), path)
        draw.text((x, base), letters, font=font, fill=255, anchor="ls")
        x += font.getlength(letters)
    return _shades(colour, paper)[np.asarray(mask)[::-1]]


@lru_cache(maxsize=4096)
def length(text: str, size: float, face: str = PLAIN) -> float:
    """How many pixels wide `text` is."""
    pieces = runs(legible(text), face)
    return sum(_font(round(size), path).getlength(some) for path, some in pieces)


@lru_cache(maxsize=16)
def _shades(colour: str, paper: str) -> np.ndarray:
    """256 colours, from `paper` to `colour`: (256, 4)."""
    ends = (ImageColor.getcolor(name, "RGBA") for name in (paper, colour))
    return np.linspace(*ends, 256).round().astype(np.uint8)


@lru_cache(maxsize=16)
def _font(size: int, path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)
