"""Words as small pictures, for what changes in every frame.

Matplotlib lays text out anew each time it changes, which takes longer than all the rest
of a frame. Here a line of text is drawn straight into pixels.
"""

from functools import lru_cache

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageColor, ImageDraw, ImageFont


def lettering(text: str, size: float, colour: str, bold: bool = False) -> np.ndarray:
    """`text` on white, `size` pixels high, as (height, width, 4), bottom row first."""
    font = _font(round(size), bold)
    width = int(np.ceil(font.getlength(text))) + 2
    picture = Image.new("RGBA", (width, round(size * 1.4)), "white")
    ink = ImageColor.getrgb(colour)
    ImageDraw.Draw(picture).text((1, 0), text, font=font, fill=ink)
    return np.array(picture)[::-1]


@lru_cache(maxsize=16)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/{name}", size)
