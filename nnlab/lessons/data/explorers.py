"""The Lab of 01: data to paint on, and everything that decides what is seen of them."""

from pathlib import Path

from nnlab.lab.lab import Lab
from nnlab.views import Curves, Neurons, Paint

LEAVES = Path(__file__).with_name("leaves.csv")  # made up, for a first table


def explorer(**fields) -> Lab:
    """Return a Lab with two moons to paint on, and the fields that split and scale.

    Args:
        fields: fields of the experiment, as in `explorer(data="island")`.
    """
    moons = {} if "data" in fields else {"data": "moons", "noise": 0.3}
    return Lab(
        views=[Neurons(gradients=False), Paint(), Curves()],
        controls=(
            "data",
            "noise",
            "samples",
            "validation",
            "split_seed",
            "standardize",
        ),
        **{**moons, "hidden": (8,), "learning_rate": 0.3, **fields},
    )
