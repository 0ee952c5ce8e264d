"""Numbers as text."""

from math import isfinite, isnan

SMALLEST, LARGEST = -3, 4  # powers of ten between which a number is written in full


def format_number(
    value: float,
    digits: int = 3,
    *,
    decimals: int | None = None,
    signed: bool = False,
    padded: bool = False,
) -> str:
    """Return a number as text, with a minus sign "−" and powers of ten as "e−5".

    Args:
        value: the number; NaN and ∞ are written as such.
        digits: number of significant digits. Numbers from 0.001 to 100 000 are written
            without a power of ten, so their integer part may have more.
        decimals: number of digits after the point instead, which aligns the numbers of
            a table. Numbers that would have more than two digits before it, or only
            zeros after it, get a power of ten.
        signed: True for a "+" in front of positive numbers and 0.
        padded: True to keep zeros at the end.

    >>> format_number(0.06), format_number(-1.5), format_number(1234.5, 2)
    ('0.06', '−1.5', '1234')
    >>> format_number(0.06, padded=True), format_number(0.00002, signed=True)
    ('0.0600', '+2e−5')
    >>> format_number(12.3456, decimals=2), format_number(0.0012, decimals=2)
    ('12.35', '1e−3')
    >>> format_number(0.02, decimals=1), format_number(-0.0, decimals=1, signed=True)
    ('2e−2', '+0.0')
    """
    if not isfinite(value):
        return "NaN" if isnan(value) else "∞" if value > 0 else "−∞"
    sign, value = "+" if signed else "-", value + 0.0  # −0 is 0
    if decimals is None:
        power = int(f"{value:.{digits - 1}e}".partition("e")[2])
        full = SMALLEST <= power <= LARGEST
        decimals = max(digits - 1 - power, 0)
    else:
        padded, digits = True, max(decimals - 1, 1)
        full = value == 0 or 0.5 * 10**-decimals <= abs(value) < 100
    kind = f"{sign}.{decimals}f" if full else f"{sign}.{digits - 1}e"
    number, _, ten = f"{value:{kind}}".partition("e")
    if "." in number and not padded:
        number = number.rstrip("0").rstrip(".")
    return (f"{number}e{int(ten)}" if ten else number).replace("-", "−")


def short(value: float) -> str:
    """Return a number with two significant digits, or one and a power of ten; "lost" if
    it is not finite."""
    if not isfinite(value):
        return "lost"
    return format_number(value, 2 if 1e-3 <= abs(value) < 1e5 else 1)


def brief(value: float) -> str:
    """Return a number with two significant digits, for a cell of a table.

    >>> brief(-0.000000864), brief(123.4), brief(0.5)
    ('−8.6e−7', '123', '0.5')
    """
    return format_number(value, 2)


def plain(value: float, digits: int = 3) -> str:
    """Return a number with three significant digits, for a sentence or a formula."""
    return format_number(value, digits)


def figures(value: float) -> str:
    """Return a number with three significant digits, zeros included, for a column."""
    return format_number(value, padded=True)


def signed(value: float, decimals: int = 3) -> str:
    """Return a number with its sign and three decimals, for a table."""
    return format_number(value, decimals=decimals, signed=True)


def exact(value: float) -> str:
    """Return a number with its sign and five significant digits, for a comparison."""
    return format_number(value, 5, signed=True, padded=True)


def factor(value: float) -> str:
    """Return a number as a factor of a product: in brackets if it is negative."""
    said = plain(value)
    return f"({said})" if said.startswith("−") else said


def low(number: int) -> str:
    """Return a number as a subscript: 12 is ₁₂."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
