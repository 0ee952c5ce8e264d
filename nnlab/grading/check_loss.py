"""Check a loss: its calls, its gradient, its replicas, its numbers far out.

Targets of every kind that it accepts are tried: numbers, class numbers, and 0 and 1.
"""

from collections.abc import Iterator

import numpy as np

from nnlab.engine.losses.loss import Loss
from nnlab.errors import InputError
from nnlab.grading.call_contract import FAR, Arrays, Part, repeated
from nnlab.grading.compare import SCALE_FLOOR, close
from nnlab.grading.finite_differences import Slopes, slopes
from nnlab.grading.slope_diagnosis import Case, judge

OUTPUTS = (4, 1)
KINDS = {  # targets for n samples and k outputs
    "labels": lambda rng, n, k: rng.permutation(np.arange(n) % max(k, 2)),
    "numbers": lambda rng, n, k: rng.uniform(0.05, 0.95, (n, k)),
}


class LossTrial:
    """A loss with outputs z of a network, and targets for them."""

    def __init__(
        self,
        part: Part,
        loss: Loss,
        kind: str,
        batch: int,
        outputs: int,
        replicas: int | None = None,
        dtype: str = "float64",
    ):
        self.part, self.loss, self.batch, self.outputs = part, loss, batch, outputs
        self.lead = () if replicas is None else (replicas,)
        rng = np.random.default_rng(7)
        self.z = 1.5 * rng.normal(size=(*self.lead, batch, outputs)).astype(dtype)
        y = [self._targets(rng, kind) for _ in range(replicas or 1)]
        self.y = np.stack(y) if self.lead else y[0]
        if not np.issubdtype(self.y.dtype, np.integer):
            self.y = self.y.astype(dtype)

    def _targets(self, rng: np.random.Generator, kind: str) -> np.ndarray:
        given = KINDS[kind](rng, self.batch, self.outputs)
        found = self.part.call("targets", self.loss.targets, given, self.outputs)
        if not isinstance(found, np.ndarray) or found.shape[:1] != (self.batch,):
            raise self.part.wrong(
                f"targets of {self.part} returns {type(found).__name__} for an array "
                f"of {self.batch} targets; return an array, one row for each."
            )
        return found

    @property
    def hint(self) -> str:
        return f", for z of shape {self.z.shape} and y of shape {self.y.shape}"

    def forward(self) -> tuple[np.ndarray, object]:
        """Return the loss of each sample, checked, and the cache."""
        forth = self.loss.forward
        answer = self.part.call("forward", forth, np, self.z, self.y, hint=self.hint)
        self.part.two(answer, "losses, cache")
        self.part.array("forward's loss of each sample", answer[0], self.z[..., 0])
        return answer

    def gradient(self) -> np.ndarray:
        """Return the gradient ∂mean/∂z of the loss, checked."""
        _, cache = self.forward()
        back = self.loss.backward
        slope = self.part.call("backward", back, np, cache, hint=self.hint)
        self.part.array("∂loss/∂z", slope, self.z)
        return slope

    def compared(self) -> Slopes:
        """Return the same gradient beside the measured one."""
        weights, given = np.full(self.batch, 1 / self.batch), self.gradient()
        with self.part.explained("forward", self.hint):
            return slopes(self._losses, self.z, weights, given)

    def _losses(self) -> np.ndarray:
        """Return the loss of each sample for the present z."""
        return self.loss.forward(np, self.z, self.y)[0]

    def mistakes(self, found: Slopes) -> Iterator[tuple[np.ndarray, str]]:
        """Yield nothing: no mistake of a loss is known beside the common ones."""
        yield from ()


def check_loss(part: Part, loss: Loss) -> list[Slopes]:
    """Check that a loss is right, and return every slope that was compared.

    Args:
        part: its name, for the sentences.
        loss: the loss.

    Raises:
        InputError: at the first fault.
    """
    kinds = _kinds(part, loss)
    trials = [
        LossTrial(part, loss, kind, batch, outputs)
        for kind, outputs in kinds
        for batch in (5, 1, 7)
    ]
    for trial in trials:
        _calls(trial)
    cases = [Case(trial, trial.compared()) for trial in trials]
    judge(part, "∂loss/∂z", cases)
    kind, outputs = kinds[0]
    for batch, shared in ((5, False), (5, True), (3, False)):
        _replicas(LossTrial(part, loss, kind, batch, outputs, replicas=3), shared)
    for kind, outputs in kinds:
        single = LossTrial(part, loss, kind, 5, outputs, dtype="float32")
        part.finite_in_float32(_returned(single))
        for dtype in ("float64", "float32"):
            _far(LossTrial(part, loss, kind, 4, outputs, dtype=dtype))
        _answers(LossTrial(part, loss, kind, 5, outputs))
    return [case.slopes for case in cases]


def _kinds(part: Part, loss: Loss) -> list[tuple[str, int]]:
    """Return the kinds of targets and numbers of outputs that the loss accepts."""
    found, last = [], None
    for outputs in OUTPUTS:
        for kind in KINDS:
            try:
                LossTrial(part, loss, kind, 5, outputs)
            except InputError as error:
                last = error
            else:
                found.append((kind, outputs))
    if not found:
        assert last is not None
        raise last
    return found


def _calls(trial: LossTrial) -> None:
    """Require that it changes no input, repeats itself, and mixes no samples."""
    part = trial.part
    with part.untouched("forward", {"z": trial.z, "y": trial.y}):
        losses, _ = trial.forward()
    part.finite("a loss", losses, "at ordinary numbers", "z is any number, also < 0")
    losses = losses.copy()
    part.repeats("forward", losses, trial.forward()[0])
    with part.untouched("backward", {"z": trial.z, "y": trial.y}):
        slope = trial.gradient()
    part.finite("∂loss/∂z", slope, "at ordinary numbers", "look for a division by 0")
    _kept(trial, slope.copy())
    z = trial.z.copy()
    trial.z[1:] += 1
    moved = trial.forward()[0].copy()
    trial.z[...] = z
    if not close(moved[0], losses[0], least=SCALE_FLOOR):
        raise part.wrong(
            f"forward of {part} mixes the samples: the first one's loss changes with "
            "the others; look at each row by itself, with axis=-1."
        )


def _kept(trial: LossTrial, slope: np.ndarray) -> None:
    """Require that only the cache leads from forward to backward."""
    part, (_, cache), z = trial.part, trial.forward(), trial.z
    trial.z = z[::-1].copy()
    trial.forward()
    trial.z = z
    again = part.call("backward", trial.loss.backward, np, cache)
    if not repeated(slope, again):
        raise part.wrong(
            f"backward of {part} uses what a later forward left behind: it keeps its "
            "cache on itself; return it from forward as losses, cache."
        )


def _replicas(trial: LossTrial, shared: bool) -> None:
    """Require that each replica, among others, is what it is alone.

    The replicas have targets of their own, or share them.
    """
    z, y = trial.z, trial.y
    each = [y[0]] * len(y) if shared else y
    trial.y = y[0] if shared else y
    together = _returned(trial)
    for i, (trial.z, trial.y) in enumerate(zip(z, each)):
        trial.part.unmixed(i, together, _returned(trial), f"z of shape {z.shape}")


def _returned(trial: LossTrial) -> Arrays:
    """Return all that a loss returns, by name."""
    losses = trial.forward()[0].copy()
    return {"the loss of each sample": losses, "∂loss/∂z": trial.gradient()}


def _far(trial: LossTrial) -> None:
    """Require that results are finite where outputs are large."""
    trial.z[...] = FAR * np.where(np.indices(trial.z.shape).sum(axis=0) % 2, 1, -1)
    hint = (
        "an exponential or a logarithm fails there; write it from z, as the engine's "
        "BinaryCrossEntropy does"
    )
    trial.part.finite_far_out(_returned(trial), hint)


def _answers(trial: LossTrial) -> None:
    """Require that predictions have the shape of z, and `correct` returns 0 and 1."""
    part, loss, (z, y) = trial.part, trial.loss, (trial.z, trial.y)
    part.array("predict", part.call("predict", loss.predict, np, z), z)
    right = part.call("correct", loss.correct, np, z, y)
    part.array("correct", right, z[..., 0])
    if not np.isin(right, (0, 1)).all():
        raise part.wrong(
            f"correct of {part} returns numbers beside 0 and 1; it says for each "
            "sample whether the answer is right."
        )
