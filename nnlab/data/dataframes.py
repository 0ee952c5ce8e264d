"""Convert a pandas DataFrame to the columns of a table.

The dtypes of numbers, booleans and categories are kept. The kind of a text column is
inferred, as if it came from a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnlab.data.column import CATEGORY, DATES, NUMBERS, Column
from nnlab.data.names import columns_of

KNOWN = {"M": DATES, "m": DATES, "b": CATEGORY}  # by dtype.kind


def columns_from(
    frame: Any, kinds: Mapping[str, str], missing: Sequence[str] | None
) -> tuple[Column, ...]:
    """Return the columns of a DataFrame, or the one column of a Series.

    Args:
        frame: the DataFrame or Series.
        kinds: the kind of a column by name, where the user gave one.
        missing: the cells that stand for missing values, or None for the default ones.
    """
    if not hasattr(frame, "columns"):
        frame = frame.to_frame()
    names = columns_of(frame) or [f"column {i + 1}" for i in range(frame.shape[1])]
    return tuple(
        _column(name, frame.iloc[:, i], kinds.get(name), missing)
        for i, name in enumerate(names)
    )


def _column(
    name: str, series: Any, said: str | None, marks: Sequence[str] | None
) -> Column:
    """Return one column, of the kind `said`, or else of the kind of its dtype."""
    gone = np.asarray(series.isna())
    rows = np.arange(len(series))
    cells = ["" if no else str(v).strip() for v, no in zip(series.tolist(), gone)]
    kind = "c" if hasattr(series.dtype, "categories") else series.dtype.kind
    if kind in "iuf" and said in (None, NUMBERS) and marks is None:
        there = np.where(gone, 0, series).astype(float)
        numbers = np.where(gone, np.nan, there)
        held = np.array(cells, object)
        what = "empty" if gone.all() else NUMBERS
        return Column(name, held, rows, what, numbers, gone, place="row")
    if kind in "Mmbc" and said is None:
        said = KNOWN.get(kind, CATEGORY)
    return Column.of(name, cells, rows, said=said, marks=marks, place="row")
