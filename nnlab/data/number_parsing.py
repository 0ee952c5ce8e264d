"""Parse numbers with currencies, thousands separators, percent signs and units.

The cells of a column are read as numbers if all have one format, and the format is
reported, since $1,234 and 1.234 € can be ambiguous. A column with two formats, or a
comma with two possible meanings, is not read as numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, isnan, nan

MISSING = {  # in lowercase
    *("", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?", "-"),
}
NUMBER = {
    mark: re.compile(
        rf"[+-]?([0-9]+({re.escape(mark)}[0-9]*)?|{re.escape(mark)}[0-9]+)"
        r"([eE][+-]?[0-9]+)?"
    )
    for mark in ".,"
}
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")  # or with a decimal comma
SIGNS = "$€£¥₹"
WORDS = "USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|US\\$"
PRICE = re.compile(rf"([+-]?)\s*([{SIGNS}]|{WORDS})(\s*[-+]?[0-9.,].*)")
UNIT = re.compile(  # including a currency after the price
    rf"(?<=[0-9.,])(\s*(?:[{SIGNS}]|{WORDS}|%|‰|°[CF]?|['\"′″])"
    r"|\s+[^\W\d][^\s\d]{0,11}"
    r"|(?:mm|cm|km|m|mg|g|kg|ms|s|h|ml|l|k[Ww]h?|mph|ha|GB|MB))$"
)
GROUPS = {  # thousands separator → pattern of an integer
    ",": r"[0-9]{1,3}(?:,[0-9]{3})+",
    ".": r"[0-9]{1,3}(?:\.[0-9]{3})+",
    " ": r"[1-9][0-9]{0,2}(?:\s[0-9]{3})+",
    "'": r"[1-9][0-9]{0,2}(?:['’][0-9]{3})+",
}
GROUPED = {  # (thousands, decimal separator) → pattern
    (mark, decimal): re.compile(rf"[+-]?{group}(?:{re.escape(decimal)}[0-9]*)?")
    for mark, group in GROUPS.items()
    for decimal in ".,"
    if mark != decimal
}
DATE = re.compile(
    r"[0-9]{4}([-/.])[0-9]{1,2}(\1[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{2}.*)?)?"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\4([0-9]{4}|[0-9]{2})([T ,]+[0-9]{1,2}:[0-9]{2}.*)?"
    r"|[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(\s*[AaPp][Mm])?"
    r"|([A-Z][a-z]{2,8}\.?\s+)?[0-9]{1,2}(st|nd|rd|th)?[\s-]+"
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?[\s,-]+[0-9]{2,4}"
    r"|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+"
    r"([0-9]{1,2}(st|nd|rd|th)?,?\s+)?[0-9]{4}"
)
MONIES = {*SIGNS, *WORDS.replace("\\", "").split("|")}
_DIGIT, _THREE = re.compile(r"[0-9]"), re.compile(GROUPS["."])
CODE = re.compile(r"0[0-9]+")  # leading zeros, which a number would lose


@dataclass(frozen=True)
class Form:
    """The format of a column's numbers.

    Attributes:
        around: the currency or unit.
        thousands: the thousands separator.
        decimal: the decimal separator.
    """

    around: str = ""
    thousands: str = ""
    decimal: str = "."

    def number(self, cell: str) -> float:
        """Return the number in a cell; NaN if the cell has another format."""
        text, around = stripped(cell)
        if around not in ("", self.around):
            return nan
        if self.thousands and GROUPED[self.thousands, self.decimal].fullmatch(text):
            text = re.sub(
                r"[\s'’]" if self.thousands in " '" else re.escape(self.thousands),
                "",
                text,
            )
        if not NUMBER[self.decimal].fullmatch(text):
            return nan
        value = float(text.replace(self.decimal, "."))
        return value if isfinite(value) else nan

    def told(self, cells: Sequence[str]) -> str:
        """Return a description of the format of these cells; "" if they are plain."""
        said = [f"without {self.around}"] if self.around else []
        if self.thousands:
            mark = "spaces" if self.thousands == " " else self.thousands
            said.append(f"with {mark} between thousands")
        if any(cell.startswith("(") for cell in cells):
            said.append("with (…) for what is negative")
        return " and ".join(said)


def form_of(cells: Sequence[str], decimal: str | None) -> Form | None:
    """Return the format shared by all cells, or None.

    None if there is no such format, or if the cells are ambiguous: they can be read in
    two ways that give different numbers.

    Ambiguous cells can be read in two ways that give different numbers.

    Args:
        cells: the cells.
        decimal: the decimal separator, or None to infer it.
    """
    cells = [*{*cells}]
    if not all(map(_DIGIT.search, cells)):
        return None
    texts, around = zip(*map(stripped, cells))
    if len({*around} - {""}) > 1:
        return None
    what = "".join({*around})
    plain = Form(what, "", decimal or ".")
    if _reads(plain, cells) and (decimal or not _may_be_thousands(what, texts)):
        return plain
    marks = decimal or ("." if what in ("$", "£", "US$") else ".,")
    forms = [Form(what, "", mark) for mark in marks]
    forms += [Form(what, *way) for way in GROUPED if way[1] in marks]
    found = [form for form in forms if _reads(form, cells)]
    read = {tuple(map(form.number, cells)) for form in found}
    return found[0] if len(read) == 1 else None


def _reads(form: Form, cells: Sequence[str]) -> bool:
    """Return True if all cells have this format."""
    return not any(isnan(form.number(cell)) for cell in cells)


def _may_be_thousands(around: str, texts: Sequence[str]) -> bool:
    """Return True if prices like 1.234 € may be thousands."""
    pointed = [text for text in texts if "." in text]
    money = around in MONIES and around not in ("$", "£", "US$")
    return money and bool(pointed) and all(map(_THREE.fullmatch, pointed))


@lru_cache(maxsize=100_000)
def stripped(cell: str) -> tuple[str, str]:
    """Return a cell without its currency or unit, and that; (5) and −5 become -5.

    >>> stripped("$1,234"), stripped("12 kg"), stripped("($5)")
    (('1,234', '$'), ('12', 'kg'), ('-5', '$'))
    """
    text = cell.strip().replace("−", "-")
    if text.startswith("(") and text.endswith(")") and "-" not in text:
        inner, around = stripped(text[1:-1])
        return f"-{inner}", around
    if found := PRICE.match(text):
        sign, mark, rest = found.groups()
        return f"{sign}{rest.strip()}", mark
    if found := UNIT.search(text):
        return text[: found.start()].strip(), found.group().strip()
    return text, ""


def is_missing(cell: str) -> bool:
    """Return True if a cell stands for a missing value."""
    return cell.strip().lower() in MISSING


@lru_cache(maxsize=100_000)
def looks_like_number(cell: str) -> bool:
    """Return True if a cell is a number.

    It may have a decimal point or comma, and a currency or unit.
    """
    text = cell.strip()
    if any(pattern.fullmatch(text) for pattern in NUMBER.values()):
        return True
    bare = stripped(text)[0]
    return any(p.fullmatch(bare) for p in (*NUMBER.values(), *GROUPED.values()))


def has_decimal_commas(cells: Sequence[str]) -> bool:
    """Return True if a column of numbers has decimal commas.

    At least half of the cells must be numbers with an optional decimal comma, and one
    must have a comma that can't be a thousands separator.
    """
    there = [cell for cell in cells if not is_missing(cell)]
    numbers = [*filter(NUMBER[","].fullmatch, there)]
    clear = any("," in cell and not THOUSANDS.fullmatch(cell) for cell in numbers)
    return clear and 2 * len(numbers) >= len(there)
