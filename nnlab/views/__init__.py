"""Pictures of a run: one view per file, drawn side by side by `figure`.

`default_views` chooses the three that fit an experiment's data.
"""

from nnlab.study.run import Run
from nnlab.views.boundary import Boundary
from nnlab.views.curves import Curves
from nnlab.views.filters import Filters
from nnlab.views.gallery import Gallery
from nnlab.views.neurons import Neurons
from nnlab.views.stages import Stages
from nnlab.views.view import View

__all__ = ["Boundary", "Curves", "Filters", "Gallery", "Neurons", "Stages", "View"]


def default_views(run: Run) -> list[View]:
    """The network, what it says about the data, and how well it does."""
    if run.data.image:
        return [Filters(), Gallery(), Curves()]
    return [Neurons(), Boundary(), Curves()]
