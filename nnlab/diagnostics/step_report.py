"""What one replica's step is made of, and what comes of it.

Each is worked out when it is first asked for, and kept as long as the step is looked
at.
"""

from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics import autograd
from nnlab.diagnostics.curvature import predicted_change
from nnlab.diagnostics.gradient_terms import central_difference, factors
from nnlab.diagnostics.trace import Passes
from nnlab.engine.network import Network


@dataclass(frozen=True)
class Outcome:
    """What an update did to the loss of its own mini-batch.

    Attributes:
        change: Δ, that of every parameter (P,).
        before: the loss before, in float64 and with the same random numbers.
        after: the loss after.
        slope: gᵀΔ, what a straight slope would have done; g without penalties.
        bend: ½ ΔᵀHΔ, what the bend of the loss adds.
    """

    change: np.ndarray
    before: float
    after: float
    slope: float
    bend: float

    @property
    def predicted(self) -> float:
        """gᵀΔ + ½ ΔᵀHΔ; for plain gradient descent −η‖g‖² + ½ η² gᵀHg."""
        return self.slope + self.bend

    @property
    def actual(self) -> float:
        """What the loss changed by."""
        return self.after - self.before


def outcome(passes: Passes, parameters: np.ndarray) -> Outcome:
    """That of the update which led from these passes to these parameters (P,)."""
    start, end = (
        to_numpy(p).astype(np.float64) for p in (passes.network.parameters, parameters)
    )
    given = passes.network, passes.x, passes.y, passes.loss
    there = predicted_change(*given, end - start, True, passes.noise)
    before, after = passes.mean_loss(start), passes.mean_loss(end)
    return Outcome(end - start, before, after, float(there.slope), float(there.bend))


class Account:
    """All about the step of one replica.

    Attributes:
        passes: its mini-batch, forward and back.
        penalty: what penalties add to the slope of the loss (P,).
        factors: from the place of a weight to its `Factors`.
        difference: from the place of a weight to its gradient as measured.
    """

    def __init__(self, passes: Passes, penalty: np.ndarray, network: Network):
        self.passes, self.penalty, self._network = passes, penalty, network
        self.factors = cache(partial(factors, passes))
        self.difference = cache(partial(central_difference, passes))

    @cached_property
    def autograd(self) -> np.ndarray | None:
        """The gradient (P,) as PyTorch finds it, if that can be."""
        return autograd.gradient(self.passes)

    @cached_property
    def outcome(self) -> Outcome:
        """What the update did, once the step is made."""
        return outcome(self.passes, to_numpy(self._network.parameters))
