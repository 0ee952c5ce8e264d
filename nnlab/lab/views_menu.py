"""The views that a learner can add to a Lab, and take away: all that fit its data."""

from collections.abc import Sequence

import nnlab.views
from nnlab.errors import InputError, unknown
from nnlab.session.session import Session
from nnlab.views import View

GROUPS = {
    "The network": {
        "Neurons": "the network, its links by weight",
        "Filters": "of images, what each unit of the first layer looks for",
        "HiddenSpace": "the plane as a hidden layer sees it",
        "ActivationCurve": "an activation, its slope, and where real units are on it",
        "WeightedSum": "one neuron: value × weight, product by product",
        "Heads": "the outputs, and what softmax and others make of them",
        "Histograms": "how parameters and gradient are spread",
        "Numbers": "the same as a table of numbers",
    },
    "Its answers": {
        "Boundary": "what the network says at every place of a plane",
        "Paint": "the same map, to paint data on",
        "FittedCurve": "of measurements of one feature, the curve of every seed",
        "Scatter": "of measurements, predicted beside measured",
        "Gallery": "of images, what each is taken for",
        "Confusion": "which class is taken for which",
        "Losses": "how many samples have which loss",
        "TopLosses": "the samples with the greatest losses",
    },
    "How it learns": {
        "Curves": "loss and score over epochs, in a band over seeds",
        "Landscape": "the loss around the path of training",
        "GradientFlow": "how strong the gradient is in every layer",
        "Saturation": "flat units, dead units, and the pace of the weights",
        "Stability": "the sharpness beside the limit that the learning rate sets",
        "GradientNoise": "how far mini-batches disagree about the gradient",
    },
    "One step": {
        "Stages": "forward, loss, backward, update",
        "Flow": "a mini-batch in slow motion",
        "Factors": "the gradient of one weight, factor by factor",
    },
}
OFFERED = {name: says for group in GROUPS.values() for name, says in group.items()}


def made(name: str) -> View:
    """Return the view of this name. Raises `InputError` if there is none."""
    if name not in OFFERED:
        raise unknown("view", name, OFFERED)
    view: View = getattr(nnlab.views, name)()
    return view


def menu(session: Session, shown: Sequence[View]) -> list[dict[str, object]]:
    """Return what a page shows of the menu: groups, each with its views.

    A view has its name, what it says, whether it is shown, and what it lacks in these
    data.
    """
    names = {type(view).__name__ for view in shown}
    return [
        {"group": group, "views": [_entry(session, n, n in names) for n in views]}
        for group, views in GROUPS.items()
    ]


def _entry(session: Session, name: str, shown: bool) -> dict[str, object]:
    lacks = made(name).lacks(session)
    return {"name": name, "says": OFFERED[name], "shown": shown, "lacks": lacks}


def check_others(shown: Sequence[View], name: str) -> None:
    """Raises `InputError` if the view of this name is the only one."""
    if len(shown) == 1:
        raise InputError(
            "views",
            "views=[] is not allowed: a Lab shows one view at least; add another one "
            f"before {name} is taken away.",
        )
