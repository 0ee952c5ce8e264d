"""How far a field of an experiment can go, as the others are."""

from nnlab.experiment.consistency import LARGEST_HELD_BACK
from nnlab.experiment.fields import Optional
from nnlab.experiment.settings import Settings

HELD_BACK = {"validation": "test", "test": "validation"}
HUNDREDTH = 0.01  # of the data: the least share that is not none


def limits(e: Settings, name: str) -> tuple[float, float]:
    """Return the lowest and the highest value of a field that is a number.

    Shares that are held back leave enough to train on, and early stopping something to
    watch.

    >>> from nnlab import Experiment
    >>> limits(Experiment(test=0.2), "validation")
    (0.0, 0.75)
    """
    kind = e.kinds()[name]
    number = kind.kind if isinstance(kind, Optional) else kind
    low, high = float(number.low), float(number.high)
    if name in HELD_BACK:
        high = min(high, round(LARGEST_HELD_BACK - getattr(e, HELD_BACK[name]), 2))
    if name == "validation" and e.patience is not None:
        low = HUNDREDTH
    return low, high
