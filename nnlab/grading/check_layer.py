"""Check a layer: its calls, its gradients, its replicas, its numbers far out.

First comes what makes the rest meaningless if it is wrong.
"""

import numpy as np

from nnlab.engine.layers import Layer
from nnlab.errors import InputError, shown
from nnlab.grading.call_contract import FAR, Part
from nnlab.grading.compare import SCALE_FLOOR, close
from nnlab.grading.finite_differences import Slopes
from nnlab.grading.fixtures import Trial
from nnlab.grading.layer_contract import (
    check_calls,
    check_elementwise,
    check_samples,
)
from nnlab.grading.slope_diagnosis import Case, judge

WIDTHS = (4, 1, 2, 3, *range(5, 17), 32, 64)  # numbers of inputs to try, in order


def check_layer(
    part: Part, layer: Layer, inputs: int | None = None, elementwise: bool = False
) -> list[Slopes]:
    """Check that a layer is right, and return every slope that was compared.

    Args:
        part: its name, for the sentences.
        layer: the layer.
        inputs: number of inputs; by default one or two numbers that it accepts.
        elementwise: require that it maps each number by itself, as an activation.

    Raises:
        InputError: at the first fault.
    """
    wide, *narrow = _widths(part, layer, inputs)
    for n in (wide, *narrow):
        _declared(part, layer, n)
    lone = 1 if layer.least_batch == 1 else 4
    learning = Trial(part, layer, 5, wide)
    using = Trial(part, layer, 5, wide, training=False)
    for trial in (learning, using):
        check_calls(trial)
    check_samples(using)
    if elementwise:
        check_elementwise(Trial(part, layer, 3, wide, training=False))
    trials = [
        learning,
        using,
        Trial(part, layer, lone, wide),
        Trial(part, layer, 1, wide, training=False),
        *(Trial(part, layer, 7, n) for n in narrow),
        Trial(part, layer, 6, wide, training=False, spread=5.0),
    ]
    found = _slopes(part, trials)
    for batch in (5, 3):
        _replicas(Trial(part, layer, batch, wide, replicas=3))
    _single(part, layer, wide)
    _far(part, layer, wide)
    return found


def _widths(part: Part, layer: Layer, inputs: int | None) -> list[int]:
    """Return one or two numbers of inputs that the layer accepts."""
    found, last = [], None
    for n in WIDTHS if inputs is None else (inputs,):
        try:
            outputs = part.call("outputs", layer.outputs, n)
            part.call("parameters", layer.parameters, n)
        except InputError as error:
            last = error
            continue
        if not isinstance(outputs, int | np.integer) or outputs < 1:
            raise part.wrong(
                f"outputs of {part} returns {shown(outputs)} for {n} inputs; it is how "
                "many outputs there are: a whole number, at least 1."
            )
        found.append(n)
        if len(found) == 2:
            break
    if not found:
        assert last is not None
        raise last
    return found


def _declared(part: Part, layer: Layer, inputs: int) -> None:
    """Require that `parameters` describes what `init` returns."""
    rng = np.random.default_rng(0)
    start = part.named("init", np.ndarray, layer.init, rng, inputs)
    said = part.named("parameters", tuple, layer.parameters, inputs)
    shapes = {name: array.shape for name, array in start.items()}
    if list(shapes.items()) != list(said.items()):
        raise part.wrong(
            f"init of {part} gives {shapes} for {inputs} inputs, and parameters says "
            f"{said}; name the same arrays in the same order, of the same shapes."
        )
    part.named("state", np.ndarray, layer.state, inputs)
    part.named("noise", int, layer.noise, inputs)


def _slopes(part: Part, trials: list[Trial]) -> list[Slopes]:
    """Compare backward with differences in every trial."""
    compared = [(trial, trial.compared()) for trial in trials]
    for name in compared[0][1]:
        cases = [Case(trial, found[name]) for trial, found in compared]
        judge(part, f"∂loss/∂{name}", cases)
    return [found for _, arrays in compared for found in arrays.values()]


def _replicas(trial: Trial) -> None:
    """Require that each replica, among others, is what it is alone."""
    together = _returned(trial)
    for i in range(trial.lead[0]):
        alone = _returned(trial.alone(i))
        trial.part.unmixed(i, together, alone, f"x of shape {trial.x.shape}")


def _single(part: Part, layer: Layer, inputs: int) -> None:
    """Require that results in float32 are finite, and near those in float64."""
    single = _returned(Trial(part, layer, 5, inputs, dtype="float32"))
    part.finite_in_float32(single)
    for name, double in _returned(Trial(part, layer, 5, inputs)).items():
        if not close(single[name], double, 1e-2, SCALE_FLOOR):
            raise part.wrong(
                f"{name} of {part} is more than 1 % off in float32; look for a "
                "difference of two numbers that are nearly the same."
            )


def _returned(trial: Trial) -> dict[str, np.ndarray]:
    """Return all that a layer returns, by name."""
    y = trial.forward()[0].copy()
    named = {f"∂loss/∂{name}": g for name, g in trial.gradients().items()}
    return {"y": y, **named}


def _far(part: Part, layer: Layer, inputs: int) -> None:
    """Require that results are finite where inputs are large."""
    trial = Trial(part, layer, 2, inputs, training=False)
    trial.x[...] = np.array([[FAR], [-FAR]])
    hint = (
        "an exponential is too large there; take it of negative numbers, as "
        "np.exp(-np.abs(z)), or limit it with np.minimum(z, 30)"
    )
    part.finite_far_out(_returned(trial), hint)
