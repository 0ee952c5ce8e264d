"""What a bench reports: rows with a target each, and the machine they were measured on.

A target is a text like "≥ 24" or "≤ 50"; whether it is met is worked out from it, and
never said by whoever measured. A row without a target stands there to be compared with.
"""

import json
import math
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from operator import ge, le
from pathlib import Path

COMPARE = {"≥": ge, "≤": le}
COLUMNS = ("", "measured", "unit", "target", "met")
WORDS = {True: "yes", False: "NO", None: ""}


@dataclass(frozen=True)
class Row:
    """One thing measured; its `value` is in `unit`, and so is its target.

    >>> Row("frames a second", 26.4, "1/s", "≥ 24").met
    True
    >>> Row("frames a second", 26.4, "1/s").met is None
    True
    """

    name: str
    value: float
    unit: str
    target: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the value meets the target; NaN meets none."""
        if not self.target:
            return None
        sign, bound = self.target.split()
        return bool(COMPARE[sign](self.value, float(bound)))

    def plain(self) -> dict:
        """The row as JSON knows it, which knows no NaN and no infinity."""
        value = float(self.value) if math.isfinite(self.value) else None
        return {
            "name": self.name,
            "value": value,
            "unit": self.unit,
            "target": self.target,
            "met": self.met,
        }


def machine(*packages: str, **more: str) -> dict[str, str | int]:
    """What the numbers depend on: the machine, and the versions of what ran: NumPy,
    these packages, and `more`."""
    found = {
        "os": f"{platform.system()} {platform.release()}",
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    return found | {name: version(name) for name in ("numpy", *packages)} | more


def report(machine: dict, rows: list[Row], file: Path | None) -> None:
    """Prints the table, and writes it to `file` as JSON, if there is one."""
    print(" · ".join(f"{name} {value}" for name, value in machine.items()))
    print(table(rows))
    if file:
        file.write_text(written(machine, rows), encoding="utf-8")


def table(rows: list[Row]) -> str:
    """The rows as columns of text."""
    lines = [COLUMNS]
    for row in rows:
        value = f"{row.value:.3g}" if abs(row.value) < 100 else f"{row.value:.0f}"
        lines.append((row.name, value, row.unit, row.target, WORDS[row.met]))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def written(machine: dict, rows: list[Row]) -> str:
    """The same as JSON."""
    content = {"machine": machine, "rows": [row.plain() for row in rows]}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _cpu() -> str:
    """The processor's name, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.split(": ", 1)[1] for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
