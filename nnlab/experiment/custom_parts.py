"""Convert user-defined parts into the engine's types, and check them.

A part that passed its check is remembered, so a slider that makes a new experiment at
every move does not repeat it. Unhashable objects are checked every time.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.engine.functions import FunctionLayer, FunctionLoss
from nnlab.engine.initializers import Initializer
from nnlab.engine.layers import Layer
from nnlab.engine.losses import Loss
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.schedules import Schedule
from nnlab.errors import InputError, shown
from nnlab.grading.call_contract import Part, parameters
from nnlab.grading.check_layer import check_layer
from nnlab.grading.check_loss import check_loss
from nnlab.grading.check_optimizer import check_optimizer
from nnlab.grading.check_schedule import check_schedule


def as_activation(value: Any, argument: str = "activation") -> Layer:
    """Return a custom activation as a layer.

    Args:
        value: a layer, a class of layers, or a pair of functions (f, slope), each from
            z (rows, units) to an array of the same shape.
        argument: the name of the argument, for error messages.

    Raises:
        InputError: if it is none of these, or does not pass `check_layer`.

    >>> as_activation((np.sin, np.cos))
    FunctionLayer(function=<ufunc 'sin'>, slope=<ufunc 'cos'>)
    """
    part = Part.of(argument, value)
    made = FunctionLayer(*_pair(part, value, 1)) if isinstance(value, tuple) else value
    layer = _made(
        part, made, Layer, "a layer, or a pair (f, slope)", "(np.sin, np.cos)"
    )
    _once(check_layer, part, layer, None, True)
    return layer


def as_layer(value: Any, inputs: int | None = None, argument: str = "layers") -> Layer:
    """Return a custom layer as an object.

    Args:
        value: a layer, or a class of layers.
        inputs: the number of inputs, for a layer that accepts only one.
        argument: the name of the argument, for error messages.

    Raises:
        InputError: if it is not a layer, or does not pass `check_layer`.
    """
    part = Part.of(argument, value)
    layer = _made(part, value, Layer, "a layer", "Linear(8)")
    _once(check_layer, part, layer, inputs)
    return layer


def as_loss(value: Any, argument: str = "loss") -> Loss:
    """Return a custom loss as an object.

    Args:
        value: a loss, a class of losses, or a pair of functions (value, slope), each of
            outputs z and targets y (rows, outputs): see
            `nnlab.engine.functions.FunctionLoss`.
        argument: the name of the argument, for error messages.

    Raises:
        InputError: if it is none of these, or does not pass `check_loss`.
    """
    part = Part.of(argument, value)
    made = FunctionLoss(*_pair(part, value, 2)) if isinstance(value, tuple) else value
    loss = _made(part, made, Loss, "a loss, or a pair (value, slope)", "MSE()")
    _once(check_loss, part, loss)
    return loss


def as_optimizer(
    value: Any, learning_rate: float | None = None, argument: str = "optimizer"
) -> Optimizer:
    """Return a custom optimizer as an object.

    Args:
        value: an optimizer, a class of optimizers, or a function of the gradient and
            the learning rate that returns the change of the parameters.
        learning_rate: replaces the optimizer's learning rate, if given.
        argument: the name of the argument, for error messages.

    Raises:
        InputError: if it is none of these, or does not pass `check_optimizer`.
    """
    part = Part.of(argument, value)
    if callable(value) and not isinstance(value, type | Optimizer):
        value = FunctionOptimizer(function=value)
    rule = _made(part, value, Optimizer, "an optimizer, or a function", "SGD()")
    _once(check_optimizer, part, rule)
    return rule if learning_rate is None else _at_rate(part, rule, learning_rate)


def as_rule(value: Any, argument: str = "optimizer") -> Optimizer | Callable[..., Any]:
    """Return a custom optimizer as an object, and a function unchanged.

    A function may increase the loss: the user edits and runs it in the notebook.

    Raises:
        InputError: if it is none of these, or does not pass `check_optimizer`.
    """
    if not callable(value) or isinstance(value, type | Optimizer):
        return as_optimizer(value, argument=argument)
    _once(
        check_optimizer,
        Part.of(argument, value),
        FunctionOptimizer(function=value),
        False,
    )
    function: Callable[..., Any] = value
    return function


def as_initializer(value: Any, argument: str = "initializer") -> Initializer:
    """Return a custom initializer, or a class of initializers, as an object.

    Raises:
        InputError: if its `draw` does not return finite numbers of the requested shape.
    """
    part = Part.of(argument, value)
    start = _made(part, value, Initializer, "an initializer", "Normal(0.1)")
    drawn = part.call("draw", lambda: start.draw(np.random.default_rng(0), (3, 2)))
    if np.shape(drawn) != (3, 2) or not np.isfinite(drawn).all():
        raise part.wrong(
            f"draw of {part} returned {shown(drawn)}, and not finite numbers of the "
            "shape (3, 2) that was asked for; try return rng.normal(size=shape)."
        )
    return start


def as_schedule(value: Any, argument: str = "schedule") -> Schedule:
    """Return a custom schedule: a function from the step to a factor of the rate.

    Steps start at 0. A class of schedules is instantiated.

    Raises:
        InputError: if it is not callable, or does not pass `check_schedule`.
    """
    part = Part.of(argument, value)
    schedule = part.instance(value) if isinstance(value, type) else value
    if not callable(schedule):
        raise _refused(part, value, "a function of the step", "ConstantLR()")
    _once(check_schedule, part, schedule)
    return schedule


def as_dataset(
    value: Any, seed: int = 0, argument: str = "data", **given: Any
) -> Dataset:
    """Return a data set, or the result of a function that makes one.

    The function receives `seed`, and those of `given` for which it has a parameter.

    Raises:
        InputError: if the result is not a `Dataset`, or differs between two calls with
            the same seed.
    """
    part = Part.of(argument, value)
    if isinstance(value, Dataset):
        return value
    if not callable(value):
        what = "a Dataset, as Table.read(…).dataset(…) is, or a function that makes one"
        raise _refused(part, value, what, "'xor'")
    known = {parameter.name for parameter in parameters(value)}
    wanted = {k: v for k, v in {**given, "seed": seed}.items() if k in known}
    _once(_repeats, part, value, *wanted.items())
    return _dataset(part, value, *wanted.items())


def as_source(value: Any, argument: str = "data") -> Dataset | Callable[..., Any]:
    """Return a data set, or a function that makes one, unchanged after a check.

    Raises:
        InputError: as `as_dataset`.
    """
    as_dataset(value, argument=argument)
    source: Dataset | Callable[..., Any] = value
    return source


def _dataset(part: Part, function: Callable[..., Any], *given: Any) -> Dataset:
    """Return the result of the function, which must be a data set."""
    with part.explained("the function"):  # data may take longer than a call may
        made = function(**dict(given))
    if not isinstance(made, Dataset):
        raise part.wrong(
            f"{part} returned {shown(made)}, and not a Dataset; try "
            "return Dataset(name, x, y, features, classes)."
        )
    return made


def _repeats(part: Part, function: Callable[..., Any], *given: Any) -> None:
    """Require that the function makes the same data for the same seed."""
    one, other = (_dataset(part, function, *given) for _ in "12")
    if not (np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)):
        raise part.wrong(
            f"{part} returned other data when it was asked again with the same seed; "
            "draw from rng = np.random.default_rng(seed), made within the function."
        )


def _pair(part: Part, value: tuple[Any, ...], arguments: int) -> tuple[Any, ...]:
    """Return the pair of functions, or raise an `InputError`."""
    if len(value) == 2 and all(map(callable, value)):
        return value
    if arguments == 1:
        raise _refused(part, value, "a pair (f, slope), each of z", "(np.sin, np.cos)")
    fix = "(lambda z, y: (z - y) ** 2, lambda z, y: 2 * (z - y))"
    raise _refused(part, value, "a pair (value, slope), each of z and y", fix)


def _made(part: Part, value: Any, kind: type, what: str, fix: str) -> Any:
    """Return an object of this kind; a class is instantiated without arguments."""
    made = value
    if isinstance(value, type) and issubclass(value, kind):
        made = part.instance(value)
    if not isinstance(made, kind):
        raise _refused(part, value, f"{what} of your own, or a name", fix)
    return made


def _refused(part: Part, value: Any, what: str, fix: str) -> InputError:
    """Return the error for a value of the wrong type."""
    return part.wrong(
        f"{part.argument}={shown(value)} is not allowed: it is {what}; try "
        f"{part.argument}={fix}."
    )


def _at_rate(part: Part, rule: Optimizer, learning_rate: float) -> Optimizer:
    """Return the same optimizer with another learning rate."""
    if "learning_rate" not in {p.name for p in parameters(type(rule))}:
        raise part.wrong(
            f"{part} can't be given another learning rate; make its class a "
            "@dataclass(frozen=True), without an __init__."
        )
    return replace(rule, learning_rate=learning_rate)


def _once(check: Callable[..., object], *given: Any) -> None:
    """Run this check, unless the same arguments passed it before."""
    try:
        hash(given)
    except TypeError:
        check(*given)
    else:
        _remembered(check, *given)


@lru_cache(maxsize=128)
def _remembered(check: Callable[..., object], *given: Any) -> None:
    """Run a check; only a pass is cached, an error is raised again each time."""
    check(*given)
