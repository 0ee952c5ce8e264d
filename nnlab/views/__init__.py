"""Pictures of a run: one view per file, drawn side by side by `figure`.

`default_views` chooses those that fit an experiment's data.
"""

from nnlab.study.run import Run
from nnlab.views.barcode import Barcode
from nnlab.views.boundary import Boundary
from nnlab.views.curves import Curves
from nnlab.views.filters import Filters
from nnlab.views.gallery import Gallery
from nnlab.views.gradient_noise import GradientNoise
from nnlab.views.health import Health
from nnlab.views.landscape import Landscape
from nnlab.views.neurons import Neurons
from nnlab.views.scatter import Scatter
from nnlab.views.stability import Stability
from nnlab.views.stages import Stages
from nnlab.views.view import View

__all__ = [
    "Barcode",
    "Boundary",
    "Curves",
    "Filters",
    "Gallery",
    "GradientNoise",
    "Health",
    "Landscape",
    "Neurons",
    "Scatter",
    "Stability",
    "Stages",
    "View",
]


def default_views(run: Run) -> list[View]:
    """The network, what it says about the data, and how well it does."""
    networks, answers = [Filters(), Neurons()], [Boundary(), Gallery(), Scatter()]
    fitting = [[v for v in some if not v.lacks(run)] for some in (networks, answers)]
    return [view for some in fitting for view in some[:1]] + [Curves()]
