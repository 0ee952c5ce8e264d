"""A weighted sum as one writes it: 0.3·1.2 + (−0.8)·0.5 + 0.1 = 0.06 → tanh → 0.06."""

import numpy as np

from nnlab.views.drawing.colours import BLUE, GREY, INK, WRONG
from nnlab.views.drawing.number_format import factor, plain
from nnlab.views.drawing.text_layer import length
from nnlab.views.panels.weighted_terms import Terms

APART = 3  # pixels of the page from one part to the next
PRODUCTS_WRITTEN = 8  # products
Part = tuple[str, str]  # a few letters, and their colour


def tone(value: float) -> str:
    """The colour of a number: blue for what adds, orange for what takes away."""
    return BLUE if value >= 0 else WRONG


def parts(shown: Terms, most: int = PRODUCTS_WRITTEN) -> list[Part]:
    """The whole sum in parts; of products the largest ones, so many at most."""
    size = -np.abs(np.nan_to_num(shown.products))
    chosen = sorted(np.argsort(size, kind="stable")[:most])
    found = [_product(shown, i, first=i == chosen[0]) for i in chosen]
    if len(chosen) < len(shown.products):
        found.append(("+ …" if found else "…", GREY))
    found.append((f"+ {factor(shown.bias)}", tone(shown.bias)))
    found.append((f"= {plain(shown.z)}", INK))
    for name, value in shown.after:
        found += [(f"→ {name}", GREY), (f"→ {plain(value)}", INK)]
    return found


def fitted(shown: Terms, lines: int, wide: float, size: float) -> list[list[Part]]:
    """The same in so many lines at most, each so many pixels wide, in letters of this
    size: with as many products as have room."""
    for most in range(min(PRODUCTS_WRITTEN, len(shown.products)), -1, -1):
        broken = _broken(parts(shown, most), wide, size)
        if len(broken) <= lines:
            return broken
    return broken[:lines]


def _product(shown: Terms, i: int, first: bool) -> Part:
    weight = (plain if first else factor)(shown.weights[i])
    said = f"{weight}·{factor(shown.values[i])}"
    return said if first else f"+ {said}", tone(shown.products[i])


def _broken(some: list[Part], wide: float, size: float) -> list[list[Part]]:
    lines, x = [[]], 0.0
    for part in some:
        own = length(part[0], size) + APART + 2
        if lines[-1] and x + own > wide:
            lines.append([])
            x = 0.0
        lines[-1].append(part)
        x += own
    return lines
