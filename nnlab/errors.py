"""One kind of error for bad input: it names the argument, what came, what is
allowed, and the nearest fix, in one sentence."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from inspect import signature
from math import inf, isfinite, isnan, nan
from numbers import Integral, Real
from pathlib import Path
from sysconfig import get_path
from traceback import FrameSummary, extract_tb
from typing import Any

import numpy as np

# Where the code of Python's own library and of packages lies
LIBRARIES = {
    Path(os.__file__).parent,
    *map(Path, map(get_path, ("purelib", "platlib"))),
}

YOUR_LINES = "<your lines>"  # the file name of an answer that was put together

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # of an object that has no repr of its own

# What others call a field or a part, in small letters and digits, and its name here
SYNONYMS = {
    "lr": "learning_rate",
    "eta": "learning_rate",
    "layers": "hidden",
    "units": "hidden",
    "neurons": "hidden",
    "init": "initializer",
    "scheduler": "schedule",
    "dataset": "data",
    "none": "identity",
    "linear": "identity",
    "id": "identity",
    "logistic": "sigmoid",
    "swish": "silu",
    "lrelu": "leaky relu",
    "hyperbolictangent": "tanh",
    "glorot": "xavier",
    "glorotnormal": "xavier",
    "xaviernormal": "xavier",
    "glorotuniform": "xavier uniform",
    "kaiming": "he",
    "kaimingnormal": "he",
    "henormal": "he",
    "kaiminguniform": "he uniform",
    "gaussian": "normal",
    "zero": "zeros",
    "bce": "binary cross-entropy",
    "bceloss": "binary cross-entropy",
    "bcewithlogits": "binary cross-entropy",
    "bcewithlogitsloss": "binary cross-entropy",
    "logloss": "binary cross-entropy",
    "binarycrossentropy": "binary cross-entropy",
    "ce": "cross-entropy",
    "nll": "cross-entropy",
    "softmax": "cross-entropy",
    "crossentropy": "cross-entropy",
    "crossentropyloss": "cross-entropy",
    "categoricalcrossentropy": "cross-entropy",
    "sparsecategoricalcrossentropy": "cross-entropy",
    "l2": "mse",
    "mseloss": "mse",
    "squarederror": "mse",
    "meansquarederror": "mse",
    "l1": "mae",
    "l1loss": "mae",
    "maeloss": "mae",
    "absoluteerror": "mae",
    "meanabsoluteerror": "mae",
    "smoothl1": "huber",
    "huberloss": "huber",
    "svm": "hinge",
    "gd": "sgd",
    "gradientdescent": "sgd",
    "nag": "nesterov",
    "cosineannealing": "cosine",
    "warmup": "warm-up",
    "onecycle": "one cycle",
    "constant": "steady",
    "cuda": "torch:cuda",
    "gpu": "torch:cuda",
    "cpu": "numpy",
    "pytorch": "torch",
    "float": "float64",
    "double": "float64",
    "single": "float32",
}


class InputError(ValueError):
    """Bad input, explained in one sentence.

    `argument` is the name of what was wrong, so that a form can point at it.
    """

    def __init__(self, argument: str, message: str):
        super().__init__(argument, message)
        self.argument = argument

    def __str__(self) -> str:
        return str(self.args[1])

    def _render_traceback_(self) -> list[str]:
        """In a notebook the sentence alone: the fault lies in no line of this code."""
        return [f"{type(self).__name__}: {self}"]


class NotInstalled(ImportError):
    """A part of nnlab needs packages that are not there; in one sentence, the command
    that brings them."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook the sentence alone."""
        return [f"{type(self).__name__}: {self}"]


def not_installed(part: str, extra: str, error: ModuleNotFoundError) -> ImportError:
    """The error for a part that needs what an extra brings, and which is not there. A
    module of nnlab's own that is missing is another fault: that error comes back."""
    package = (error.name or "nnlab").partition(".")[0]
    if package == "nnlab":
        return error
    return NotInstalled(
        f"{part} needs {package}, which is not installed; run: "
        f'pip install "nnlab-notebooks[{extra}]"',
        name=error.name,
    )


def shown(value: object, length: int = 60) -> str:
    """`repr`, shortened, and the same in every run: a value may be anything, of any
    size, and fail to say what it is."""
    try:
        text = ADDRESS.sub("", " ".join(repr(value).split()))
    except Exception:  # a whole number of more than 4300 digits, or a learner's own
        text = f"a {type(value).__name__}"
    return text if len(text) <= length else f"{text[: length - 1]}…"


def by_fields(part: Any) -> str:
    """The `repr` of a dataclass, the same in every run: a function goes by its name."""
    each = (f"{f.name}={_plain(getattr(part, f.name))}" for f in fields(part))
    return f"{type(part).__qualname__}({', '.join(each)})"


def _plain(value: object) -> str:
    return ADDRESS.sub("", repr(value))


class Plain:
    """An object that says what it is, and where in memory is nobody's concern."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def place_of(error: BaseException) -> str:
    """Where in code of the learner's own an error arose, to end a sentence with; or
    nothing, if it arose in nnlab, or in a library that nnlab called."""
    own: list[FrameSummary] = []
    for frame in extract_tb(error.__traceback__):
        folders = Path(frame.filename).parents
        if Path(__file__).parent in folders:
            own.clear()  # what comes next was called from here
        elif not LIBRARIES & {*folders}:
            own.append(frame)
    if not own:
        return ""
    cell = "" if own[-1].filename == YOUR_LINES else " of its cell"
    return f" (line {own[-1].lineno}{cell}, in {own[-1].name})"


def need(
    argument: str,
    value: object,
    kind: type,
    what: str,
    fix: str,
    known: Mapping[str, type] = {},
) -> None:
    """Raises an `InputError` unless `value` is of this kind. A class, or a name that is
    `known`, is told the object that it stands for.

    >>> need("stopping", 10, str, "a word", "'ten'")
    Traceback (most recent call last):
    nnlab.errors.InputError: stopping=10 is not allowed: it is a word; try
    stopping='ten'.
    """
    if isinstance(value, kind):
        return
    if isinstance(value, str):
        names = [value.lower(), *_synonyms(value.lower())]
        meant = next((known[name] for name in names if name in known), None)
    else:
        meant = value if isinstance(value, type) and issubclass(value, kind) else None
    if meant:
        given = signature(meant).parameters.values()
        lacks = any(p.default is p.empty for p in given)
        fix = f"{meant.__name__}({'…' * lacks})"
    raise InputError(
        argument,
        f"{argument}={shown(value)} is not allowed: it is {what}; try "
        f"{argument}={fix}.",
    )


def whole(argument: str, value: object, least: int) -> None:
    """Raises an `InputError` unless `value` is a whole number, at least `least`."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        meant = read_number(value)
        known = meant is not None and abs(meant) < 1e15  # as a count may be
        near = max(round(meant), least) if known else least
        raise InputError(
            argument,
            f"{argument}={shown(value)} is not allowed: it is a whole number, at least "
            f"{least}; try {argument}={near}.",
        )


def at_least_one(argument: str, value: object) -> None:
    """Raises an `InputError` unless `value` is a whole number, at least 1."""
    whole(argument, value, least=1)


def number(
    argument: str,
    value: object,
    fix: float,
    least: float = -inf,
    above: float = -inf,
    most: float = inf,
    below: float = inf,
) -> float:
    """`value` as a float; raises an `InputError` unless it is a finite number within
    these bounds. It offers the nearest one if there is a `most`, or else `fix`. An
    array (R,) has such a number for each replica."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and len(value):
        limits = dict(least=least, above=above, most=most, below=below)
        each = [number(argument, one, fix, **limits) for one in value.tolist()]
        return np.array(each)  # type: ignore[return-value]
    try:
        real = isinstance(value, Real) and not isinstance(value, bool)
        given = float(value) if real else nan  # type: ignore[arg-type]
    except OverflowError:  # a whole number of more than 308 digits
        given = nan
    if isfinite(given) and least <= given <= most and above < given < below:
        return given
    meant = read_number(value)
    if meant is not None:
        if least <= meant <= most and above < meant < below and isfinite(meant):
            fix = meant
        elif most < inf:
            fix = min(max(meant, least), most)
    told = {"at least": least, "above": above, "at most": most, "below": below}
    bounds = [f", {word} {v:g}" for word, v in told.items() if isfinite(v)]
    raise InputError(
        argument,
        f"{argument}={shown(value)} is not allowed: it is a finite number"
        f"{''.join(bounds)}; try {argument}={fix:g}.",
    )


def read_number(value: object) -> float | None:
    """The number that somebody means who gives this value, which may be its text;
    infinite if it is too large for a float, None if there is none."""
    if isinstance(value, bool):
        return None
    try:
        meant = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return inf if value > 0 else -inf  # type: ignore[operator]
    except (TypeError, ValueError):
        return None
    return None if isnan(meant) else meant


def unknown(argument: str, value: object, allowed: Iterable[str]) -> InputError:
    """The error for a name that is not one of `allowed`.

    >>> raise unknown("activation", "rleu", ["relu", "tanh"])
    Traceback (most recent call last):
    nnlab.errors.InputError: activation='rleu' is not known; did you mean 'relu'?
    """
    names = {name.lower(): name for name in allowed}
    given = shown(value).strip("'").lower()
    meant = [name for name in _synonyms(given) if name in names]
    near = meant or get_close_matches(given, names, n=1, cutoff=0.5)
    if near:
        hint = f"; did you mean {names[near[0]]!r}?"
    else:
        hint = f"; choose from {', '.join(map(repr, names.values()))}."
    return InputError(argument, f"{argument}={shown(value)} is not known{hint}")


def _synonyms(given: str) -> list[str]:
    """What others call so, by the name that it has here, however it is spelled."""
    plain = "".join(filter(str.isalnum, given))
    return [name for word, name in SYNONYMS.items() if plain == word]
