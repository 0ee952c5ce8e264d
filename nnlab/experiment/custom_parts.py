"""What a learner may give in place of a name, made into what the engine takes.

It is checked on the way in, once: what passed is remembered, so that a slider that
makes a new experiment at every move does not check again. An object that can't be a key
of a dictionary, because it may change, is checked each time.
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
    """A layer that bends each number by itself: a layer, a class of layers, or a pair
    of functions (f, slope), each from z (rows, units) to as many numbers.

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
    """A layer, or a class of layers; `inputs` for one that takes just one number."""
    part = Part.of(argument, value)
    layer = _made(part, value, Layer, "a layer", "Linear(8)")
    _once(check_layer, part, layer, inputs)
    return layer


def as_loss(value: Any, argument: str = "loss") -> Loss:
    """A loss, a class of losses, or a pair of functions (value, slope), each of outputs
    z and targets y (rows, outputs): see `nnlab.engine.functions.FunctionLoss`."""
    part = Part.of(argument, value)
    made = FunctionLoss(*_pair(part, value, 2)) if isinstance(value, tuple) else value
    loss = _made(part, made, Loss, "a loss, or a pair (value, slope)", "MSE()")
    _once(check_loss, part, loss)
    return loss


def as_optimizer(
    value: Any, learning_rate: float | None = None, argument: str = "optimizer"
) -> Optimizer:
    """An optimizer, a class of optimizers, or a function of the gradient and the rate
    that returns the change. With a `learning_rate` it has this one, else its own."""
    part = Part.of(argument, value)
    if callable(value) and not isinstance(value, type | Optimizer):
        value = FunctionOptimizer(function=value)
    rule = _made(part, value, Optimizer, "an optimizer, or a function", "SGD()")
    _once(check_optimizer, part, rule)
    return rule if learning_rate is None else _at_rate(part, rule, learning_rate)


def as_rule(value: Any, argument: str = "optimizer") -> Optimizer | Callable[..., Any]:
    """An optimizer, or a class of optimizers, as an object; a function as it is.

    The function is the one that a learner edits and runs, so it may go uphill.
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
    """An initializer, or a class of initializers."""
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
    """A function from the step, the first being 0, to a factor of the learning rate; or
    a class of such."""
    part = Part.of(argument, value)
    schedule = part.instance(value) if isinstance(value, type) else value
    if not callable(schedule):
        raise _refused(part, value, "a function of the step", "ConstantLR()")
    _once(check_schedule, part, schedule)
    return schedule


def as_dataset(
    value: Any, seed: int = 0, argument: str = "data", **given: Any
) -> Dataset:
    """A data set, or what a function returns that makes one.

    The function gets `seed`, and those of `given` for which it has a parameter.
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
    """A data set, or a function that makes one: as it is, once it is checked."""
    as_dataset(value, argument=argument)
    source: Dataset | Callable[..., Any] = value
    return source


def _dataset(part: Part, function: Callable[..., Any], *given: Any) -> Dataset:
    """What the function returns, if it is a data set."""
    made = part.call("the function", lambda: function(**dict(given)))
    if not isinstance(made, Dataset):
        raise part.wrong(
            f"{part} returned {shown(made)}, and not a Dataset; try "
            "return Dataset(name, x, y, features, classes)."
        )
    return made


def _repeats(part: Part, function: Callable[..., Any], *given: Any) -> None:
    """It makes the same data when it is asked again."""
    one, other = (_dataset(part, function, *given) for _ in "12")
    if not (np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)):
        raise part.wrong(
            f"{part} returned other data when it was asked again with the same seed; "
            "draw from rng = np.random.default_rng(seed), made within the function."
        )


def _pair(part: Part, value: tuple[Any, ...], arguments: int) -> tuple[Any, ...]:
    """Two functions, or an `InputError`."""
    if len(value) == 2 and all(map(callable, value)):
        return value
    if arguments == 1:
        raise _refused(part, value, "a pair (f, slope), each of z", "(np.sin, np.cos)")
    fix = "(lambda z, y: (z - y) ** 2, lambda z, y: 2 * (z - y))"
    raise _refused(part, value, "a pair (value, slope), each of z and y", fix)


def _made(part: Part, value: Any, kind: type, what: str, fix: str) -> Any:
    """An object of this kind; a class is made, without arguments."""
    made = value
    if isinstance(value, type) and issubclass(value, kind):
        made = part.instance(value)
    if not isinstance(made, kind):
        raise _refused(part, value, f"{what} of your own, or a name", fix)
    return made


def _refused(part: Part, value: Any, what: str, fix: str) -> InputError:
    """The error for something that is no such part."""
    return part.wrong(
        f"{part.argument}={shown(value)} is not allowed: it is {what}; try "
        f"{part.argument}={fix}."
    )


def _at_rate(part: Part, rule: Optimizer, learning_rate: float) -> Optimizer:
    """The same optimizer with another learning rate."""
    if "learning_rate" not in {p.name for p in parameters(type(rule))}:
        raise part.wrong(
            f"{part} can't be given another learning rate; make its class a "
            "@dataclass(frozen=True), without an __init__."
        )
    return replace(rule, learning_rate=learning_rate)


def _once(check: Callable[..., object], *given: Any) -> None:
    """Checks this, unless it has passed before."""
    try:
        hash(given)
    except TypeError:
        check(*given)
    else:
        _remembered(check, *given)


@lru_cache(maxsize=128)
def _remembered(check: Callable[..., object], *given: Any) -> None:
    """Passing is remembered; an error is not, and so comes again."""
    check(*given)
