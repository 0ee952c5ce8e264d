"""Numbers of three figures, as one reads them in a sum."""

import numpy as np

LOW, HIGH = 1e-3, 1e3  # between them a number needs no power of ten


def figures(value: float) -> str:
    """A number with three significant figures.

    >>> figures(0.06), figures(-1.5), figures(250.4), figures(0.00002)
    ('0.0600', '−1.50', '250', '2.00e−5')
    """
    if not np.isfinite(value):
        return "nan" if np.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0.00"
    digits, power = f"{value:.2e}".split("e")
    if LOW <= abs(float(f"{value:.2e}")) < HIGH:
        digits = f"{value:.{2 - int(power)}f}"
        return digits.replace("-", "−")
    return f"{digits}e{int(power)}".replace("-", "−")


def plain(value: float) -> str:
    """The same, without zeros at the end, as in a formula.

    >>> plain(0.06), plain(-1.5), plain(2.0)
    ('0.06', '−1.5', '2')
    """
    said = figures(value)
    digits, e, power = said.partition("e")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits}{e}{power}"


def factor(value: float) -> str:
    """The same as a factor: what is negative in brackets."""
    said = plain(value)
    return f"({said})" if said.startswith("−") else said


def low(number: int) -> str:
    """A number as an index, set low: 12 is ₁₂."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(number))
