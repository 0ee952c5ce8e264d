"""Words as small pictures, for what changes in every frame.

Matplotlib lays text out anew each time it changes, which takes longer than all the rest
of a frame. Here a line of text is drawn straight into pixels. They are kept for when it
is asked for again, so nobody may change them.
"""

from functools import lru_cache

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageColor, ImageDraw, ImageFont

PLAIN, BOLD, CODE = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono"


@lru_cache(maxsize=512)
def lettering(
    text: str, size: float, colour: str, face: str = PLAIN, paper: str = "white"
) -> np.ndarray:
    """`text` on `paper`, `size` pixels high: (height, width, 4), bottom row first."""
    font = _font(round(size), face)
    width = int(np.ceil(length(text, size, face))) + 2
    mask = Image.new("L", (width, round(size * 1.4)))
    ImageDraw.Draw(mask).text((1, 0), text, font=font, fill=255)
    return _shades(colour, paper)[np.asarray(mask)[::-1]]


def length(text: str, size: float, face: str = PLAIN) -> float:
    """How many pixels wide `text` is."""
    return _font(round(size), face).getlength(text)


@lru_cache(maxsize=16)
def _shades(colour: str, paper: str) -> np.ndarray:
    """256 colours, from `paper` to `colour`: (256, 4)."""
    ends = (ImageColor.getcolor(name, "RGBA") for name in (paper, colour))
    return np.linspace(*ends, 256).round().astype(np.uint8)


@lru_cache(maxsize=16)
def _font(size: int, face: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/{face}.ttf", size)


def short(value: float) -> str:
    """A number as few letters say it: 0.03, 1200, 2e−5; lost if it is not finite."""
    if not np.isfinite(value):
        return "lost"
    if value and not 1e-3 <= abs(value) < 1e5:
        digits, power = f"{value:.0e}".split("e")
        return f"{digits}e{int(power)}".replace("-", "−")
    return f"{value:.2g}" if abs(value) < 99.5 else f"{value:.0f}"
