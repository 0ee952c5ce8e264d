"""Every view of the package, and with options, and the data that each claims."""

from nnlab import views
from nnlab.views.view import View
from tests.support.looked_at import LookedAt

DATA = ("island", "hills", "wine", "diabetes", "digits", "sine")  # one of each kind
CLAIMS = {  # the others claim all
    "Boundary": ("island", "hills", "wine", "diabetes", "digits"),
    "Confusion": ("island", "wine", "digits"),
    "Filters": ("digits",),
    "FittedCurve": ("sine",),
    "Gallery": ("digits",),
    "Paint": ("island",),
    "Scatter": ("hills", "diabetes", "sine"),
    "HiddenSpace": ("island", "hills"),
}
EVERY: dict[str, View] = {
    **{name: getattr(views, name)() for name in views.__all__ if name != "View"},
    "ActivationCurve of a unit": views.ActivationCurve(unit=1),
    "Boundary of components": views.Boundary("components"),
    "Confusion of train": views.Confusion("train"),
    "Curves over seconds": views.Curves(("loss", "score", "penalty"), over="seconds"),
    "Curves over steps": views.Curves(("score", "penalty"), over="steps"),
    "Histograms of all": views.Histograms(("parameters", "gradient", "moments")),
    "Landscape at random": views.Landscape("random"),
    "Landscape of weights": views.Landscape((("0.W", 0, 0), ("0.W", 1, 0))),
    "Neurons by gradient": views.Neurons("gradient", sample=1),
    "Numbers of moments": views.Numbers("moments"),
    "HiddenSpace of the first": views.HiddenSpace(1),
    "TopLosses of train": views.TopLosses("train"),
}


def walk(run: LookedAt, view: View) -> None:
    """A view of slow motion gets what it shows: a mini-batch, to the end."""
    while view.slow and not (
        run.session.stepper.slow and run.session.stepper.slow.over
    ):
        run.session.stepper.next_moment()


def claims(name: str) -> tuple[str, ...]:
    """The data that a view claims; with options, the first two of them will do."""
    kind, *options = name.split()
    return CLAIMS.get(kind, DATA)[: 2 if options else None]


PAIRS = [(name, data) for name in EVERY for data in claims(name)]
