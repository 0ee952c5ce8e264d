"""A layer under test: its manners, its slopes, its replicas, its numbers far out.

What is tried first is what makes the rest meaningless if it is wrong.
"""

import numpy as np

from nnlab.engine.layers import Layer
from nnlab.errors import InputError, shown
from nnlab.grading.call_contract import Part
from nnlab.grading.finite_differences import LARGE_SLOPE, Slopes
from nnlab.grading.fixtures import FAR, Trial
from nnlab.grading.layer_contract import apart, manners, number_by_number
from nnlab.grading.slope_diagnosis import Case, judge

WIDTHS = (4, 1, 2, 3, *range(5, 17), 32, 64)  # inputs to try; the first that go


def check_layer(
    part: Part, layer: Layer, inputs: int | None = None, bends: bool = False
) -> list[Slopes]:
    """Every slope that was compared; raises an `InputError` at the first fault.

    It is called with so many `inputs`, or with some that it takes. An activation
    `bends` each number by itself.
    """
    wide, *narrow = _widths(part, layer, inputs)
    for n in (wide, *narrow):
        _declared(part, layer, n)
    lone = 1 if layer.least_batch == 1 else 4
    learning = Trial(part, layer, 5, wide)
    using = Trial(part, layer, 5, wide, training=False)
    for trial in (learning, using):
        manners(trial)
    apart(using)
    if bends:
        number_by_number(Trial(part, layer, 3, wide, training=False))
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
    """One or two numbers of inputs that the layer takes."""
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
    """What it says of its parameters is what it starts with."""
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
    """Backward beside differences, in every trial."""
    compared = [(trial, trial.compared()) for trial in trials]
    for name in compared[0][1]:
        cases = [Case(trial, found[name]) for trial, found in compared]
        judge(part, f"∂loss/∂{name}", cases)
    return [found for _, arrays in compared for found in arrays.values()]


def _replicas(trial: Trial) -> None:
    """Side by side, each replica is what it is alone."""
    together = _said(trial)
    for i in range(trial.lead[0]):
        for name, array in _said(trial.alone(i)).items():
            if not np.allclose(together[name][i], array, rtol=1e-7, atol=1e-9):
                raise trial.part.wrong(
                    f"{name} of {trial.part} mixes the replicas: with x of shape "
                    f"{trial.x.shape}, replica {i} is not what it is alone; the batch "
                    "is axis -2, and never axis 0."
                )


def _single(part: Part, layer: Layer, inputs: int) -> None:
    """In single precision it stays single, and near."""
    single = _said(Trial(part, layer, 5, inputs, dtype="float32"))
    for name, double in _said(Trial(part, layer, 5, inputs)).items():
        hint = "it is finite in float64; look for a number too large or too small"
        part.finite(f"{name} in float32", single[name], "at ordinary numbers", hint)
        off, largest = np.abs(single[name] - double).max(), np.abs(double).max()
        if off > 1e-2 * max(largest, LARGE_SLOPE):
            raise part.wrong(
                f"{name} of {part} is more than 1 % off in float32; look for a "
                "difference of two numbers that are nearly the same."
            )


def _said(trial: Trial) -> dict[str, np.ndarray]:
    """All that a layer returns, by name."""
    y = trial.forward()[0].copy()
    named = {f"∂loss/∂{name}": g for name, g in trial.gradients().items()}
    return {"y": y, **named}


def _far(part: Part, layer: Layer, inputs: int) -> None:
    """It is finite where numbers are large."""
    trial = Trial(part, layer, 2, inputs, training=False)
    trial.x[...] = np.array([[FAR], [-FAR]])
    hint = (
        "an exponential is too large there; take it of negative numbers, as "
        "np.exp(-np.abs(z)), or limit it with np.minimum(z, 30)"
    )
    for name, array in _said(trial).items():
        part.finite(name, array, f"at ±{FAR:g}", hint)
