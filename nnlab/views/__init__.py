"""Pictures of a run: one view per file, drawn side by side by `figure`.

`default_views` chooses those that fit an experiment's data.
"""

from nnlab.study.run import Run
from nnlab.views.boundary import Boundary
from nnlab.views.curves import Curves
from nnlab.views.filters import Filters
from nnlab.views.gallery import Gallery
from nnlab.views.neurons import Neurons
from nnlab.views.scatter import Scatter
from nnlab.views.stages import Stages
from nnlab.views.view import View, on_plane
from nnlab.views.warp import Warp

__all__ = [
    "Boundary",
    "Curves",
    "Filters",
    "Gallery",
    "Neurons",
    "Scatter",
    "Stages",
    "View",
    "Warp",
]


def default_views(run: Run) -> list[View]:
    """The network, what it says about the data, and how well it does."""
    networks = [Filters(), Neurons()]
    answers = [Boundary()] if on_plane(run) else [Gallery(), Scatter(), Boundary()]
    fitting = [[v for v in some if not v.lacks(run)] for some in (networks, answers)]
    return [view for some in fitting for view in some[:1]] + [Curves()]
