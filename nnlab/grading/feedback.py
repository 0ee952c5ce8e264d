"""Feedback to a learner, as the page shows it: in colour, and as plain text.

The text alone says everything, so that it reads the same without colours, without a
kernel, and to a screen reader. `code` is written between backticks; lines that start
with four spaces are code too.
"""

import re
from dataclasses import dataclass
from html import escape
from itertools import groupby

COLOURS = {  # kind → colours of edge and background; the text has a sign for it
    "right": ("var(--nnlab-green, #2a7f62)", "var(--nnlab-right-paper, #eaf5f0)"),
    "wrong": ("var(--nnlab-orange, #e2762a)", "var(--nnlab-wrong-paper, #fdf0e4)"),
    "blank": ("var(--nnlab-yellow, #f4c542)", "var(--nnlab-blank-paper, #fdf3cf)"),
    "plain": ("var(--nnlab-blue, #1f6db0)", "var(--nnlab-remark-paper, #eef4fa)"),
}
INK = "var(--nnlab-ink, #16324a)"  # a page that has our styles may be dark
PAPER = "var(--nnlab-paper, white)"


@dataclass(frozen=True)
class Card:
    """A text, shown in the colour of its kind.

    Attributes:
        text: the text.
        kind: "right", "wrong", "blank" (not attempted) or "plain".
        title: a title above it, or "".
        line: the line of the answer that it is about, from 0; None if it is about all.
    """

    text: str
    kind: str = "plain"
    title: str = ""
    line: int | None = None

    @property
    def right(self) -> bool:
        """True if it says that an answer is right."""
        return self.kind == "right"

    def __repr__(self):
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    def _repr_html_(self) -> str:
        edge, ground = COLOURS[self.kind]
        style = (
            f"border-left: 3px solid {edge}; background: {ground}; color: {INK}; "
            "padding: 4px 10px; max-width: 860px; line-height: 1.45"
        )
        title = f"<b>{escape(self.title)}</b>" if self.title else ""
        return f'<div style="{style}">{title}{html(self.text)}</div>'


def html(text: str) -> str:
    """Return a text as HTML: paragraphs, and code where it is code.

    >>> html("Use `a < b`.")
    '<p style="margin: 4px 0">Use <code>a &lt; b</code>.</p>'
    """
    blocks = groupby(text.splitlines(), _kind)
    return "".join(_block(kind, [*lines]) for kind, lines in blocks if kind)


def _kind(line: str) -> str:
    return "" if not line.strip() else "pre" if line.startswith("    ") else "p"


def _block(kind: str, lines: list[str]) -> str:
    if kind == "pre":
        code = escape("\n".join(line[4:] for line in lines), quote=False)
        style = (
            f"background: {PAPER}; color: {INK}; padding: 6px 10px; margin: 4px 0; "
            "white-space: pre; overflow-x: auto"
        )
        return f'<pre style="{style}">{code}</pre>'
    words = escape(" ".join(lines), quote=False)
    return (
        '<p style="margin: 4px 0">'
        + re.sub("`([^`]+)`", r"<code>\1</code>", words)
        + "</p>"
    )


def code(text: str) -> str:
    """Return code in the form that the text of a card has it."""
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
