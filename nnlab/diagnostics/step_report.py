"""Everything about the step of one replica, and its outcome.

Each quantity is computed on first use, and cached.
"""

from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics import autograd
from nnlab.diagnostics.gradient_terms import central_difference, factors
from nnlab.diagnostics.hessian import predicted_change
from nnlab.diagnostics.trace import Passes
from nnlab.engine.network import Network


@dataclass(frozen=True)
class Outcome:
    """Effect of an update on the loss of its own mini-batch.

    Attributes:
        change: the step Δ (P,).
        before: the loss before the step, in float64 and with the same random numbers.
        after: the loss after the step.
        slope: the linear term gᵀΔ; g without penalties.
        bend: the quadratic term ½ ΔᵀHΔ.
    """

    change: np.ndarray
    before: float
    after: float
    slope: float
    bend: float

    @property
    def predicted(self) -> float:
        """Predicted change gᵀΔ + ½ ΔᵀHΔ; for gradient descent −η‖g‖² + ½ η² gᵀHg."""
        return self.slope + self.bend

    @property
    def actual(self) -> float:
        """Actual change of the loss."""
        return self.after - self.before


def outcome(passes: Passes, parameters: np.ndarray) -> Outcome:
    """Return the outcome of the update to these parameters.

    Args:
        passes: the mini-batch, with the network before the update.
        parameters: the parameters after the update (P,).
    """
    start, end = (
        to_numpy(p).astype(np.float64) for p in (passes.network.parameters, parameters)
    )
    given = passes.network, passes.x, passes.y, passes.loss
    there = predicted_change(*given, end - start, True, passes.noise)
    before, after = passes.mean_loss(start), passes.mean_loss(end)
    return Outcome(end - start, before, after, float(there.slope), float(there.bend))


class Account:
    """All quantities of the step of one replica.

    Args:
        passes: its mini-batch, forward and backward.
        penalty: the gradient of the penalties (P,).
        network: the replica, which is updated in place by the step.

    Attributes:
        passes: its mini-batch, forward and backward.
        penalty: the gradient of the penalties (P,).
        factors: maps the position of a weight to its `Factors`.
        difference: maps the position of a weight to its central difference.
    """

    def __init__(self, passes: Passes, penalty: np.ndarray, network: Network):
        self.passes, self.penalty, self._network = passes, penalty, network
        self.factors = cache(partial(factors, passes))
        self.difference = cache(partial(central_difference, passes))

    @cached_property
    def autograd(self) -> np.ndarray | None:
        """Gradient (P,) computed by PyTorch, or None if that is not possible."""
        return autograd.gradient(self.passes)

    @cached_property
    def outcome(self) -> Outcome:
        """Outcome of the update, once the step is complete."""
        return outcome(self.passes, to_numpy(self._network.parameters))
