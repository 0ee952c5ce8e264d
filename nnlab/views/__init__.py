"""Pictures of a run: one view per file, drawn side by side by `figure`.

`default_views` chooses those that fit an experiment's data.
"""

from nnlab.errors import not_installed
from nnlab.study.run import Run

try:
    from nnlab.views.barcode import Barcode
    from nnlab.views.bend import Bend
    from nnlab.views.boundary import Boundary
    from nnlab.views.confusion import Confusion
    from nnlab.views.curves import Curves
    from nnlab.views.factors import Factors
    from nnlab.views.filters import Filters
    from nnlab.views.flow import Flow
    from nnlab.views.gallery import Gallery
    from nnlab.views.gradient_noise import GradientNoise
    from nnlab.views.heads import Heads
    from nnlab.views.health import Health
    from nnlab.views.histograms import Histograms
    from nnlab.views.landscape import Landscape
    from nnlab.views.losses import Losses
    from nnlab.views.neurons import Neurons
    from nnlab.views.numbers import Numbers
    from nnlab.views.paint import Paint
    from nnlab.views.scatter import Scatter
    from nnlab.views.stability import Stability
    from nnlab.views.stages import Stages
    from nnlab.views.view import View, on_plane
    from nnlab.views.warp import Warp
    from nnlab.views.weighted_sum import WeightedSum
    from nnlab.views.worst import Worst
except ModuleNotFoundError as error:
    raise not_installed("nnlab.views", "lab", error) from None

__all__ = [
    "Barcode",
    "Bend",
    "Boundary",
    "Confusion",
    "Curves",
    "Factors",
    "Filters",
    "Flow",
    "Gallery",
    "GradientNoise",
    "Heads",
    "Health",
    "Histograms",
    "Landscape",
    "Losses",
    "Neurons",
    "Numbers",
    "Paint",
    "Scatter",
    "Stability",
    "Stages",
    "View",
    "Warp",
    "WeightedSum",
    "Worst",
]

FEW = 3  # classes that a plane through many features can tell apart


def default_views(run: Run) -> list[View]:
    """The network, what it says about the data, and how well it does."""
    networks, few = [Filters(), Neurons()], len(run.data.classes) <= FEW
    answers = [Gallery(), Scatter(), Boundary() if few else Confusion()]
    if on_plane(run):
        answers = [Boundary()]
    fitting = [[v for v in some if not v.lacks(run)] for some in (networks, answers)]
    return [view for some in fitting for view in some[:1]] + [Curves()]
