"""Pictures of a run: one view per file, drawn side by side by `figure`.

`default_views` chooses those that fit an experiment's data.
"""

from nnlab.errors import not_installed
from nnlab.session.session import Session

try:
    from nnlab.views.panels.gradient_factors import Factors
    from nnlab.views.panels.vector_table import Numbers
    from nnlab.views.plots.activation import ActivationCurve
    from nnlab.views.plots.boundary import Boundary
    from nnlab.views.plots.confusion import Confusion
    from nnlab.views.plots.curves import Curves
    from nnlab.views.plots.filters import Filters
    from nnlab.views.plots.fitted_curve import FittedCurve
    from nnlab.views.plots.flow import Flow
    from nnlab.views.plots.gallery import Gallery
    from nnlab.views.plots.gradient_flow import GradientFlow
    from nnlab.views.plots.gradient_noise import GradientNoise
    from nnlab.views.plots.hidden_space import HiddenSpace
    from nnlab.views.plots.histograms import Histograms
    from nnlab.views.plots.layer_saturation import Saturation
    from nnlab.views.plots.loss_histogram import Losses
    from nnlab.views.plots.loss_landscape import Landscape
    from nnlab.views.plots.neurons import Neurons
    from nnlab.views.plots.output_heads import Heads
    from nnlab.views.plots.paint_map import Paint
    from nnlab.views.plots.scatter import Scatter
    from nnlab.views.plots.stability import Stability
    from nnlab.views.plots.stages import Stages
    from nnlab.views.plots.top_losses import TopLosses
    from nnlab.views.plots.weighted_sum import WeightedSum
    from nnlab.views.view import View, on_plane
except ModuleNotFoundError as error:
    raise not_installed("nnlab.views", "lab", error) from None

__all__ = [
    "ActivationCurve",
    "Boundary",
    "Confusion",
    "Curves",
    "Factors",
    "Filters",
    "FittedCurve",
    "Flow",
    "Gallery",
    "GradientFlow",
    "GradientNoise",
    "Heads",
    "HiddenSpace",
    "Histograms",
    "Landscape",
    "Losses",
    "Neurons",
    "Numbers",
    "Paint",
    "Saturation",
    "Scatter",
    "Stability",
    "Stages",
    "TopLosses",
    "View",
    "WeightedSum",
]

CLASSES_ON_PLANE = 3  # classes that a plane through many features can tell apart


def default_views(session: Session) -> list[View]:
    """The network, what it says about the data, and how well it does."""
    networks, few = (
        [Filters(), Neurons()],
        len(session.data.classes) <= CLASSES_ON_PLANE,
    )
    map_of_classes = Boundary() if few else Confusion()
    answers = [Gallery(), FittedCurve(), Scatter(), map_of_classes]
    if on_plane(session):
        answers = [Boundary()]
    fitting = [
        [v for v in some if not v.lacks(session)] for some in (networks, answers)
    ]
    return [view for some in fitting for view in some[:1]] + [Curves()]
