"""Write an experiment as a Python script that builds each part explicitly.

The script makes the same run, number by number. Use it where the fields of an
experiment are not enough.
"""

import re
from collections.abc import Iterator
from functools import partial
from textwrap import wrap

import nnlab.engine
import nnlab.training
from nnlab.data import catalogue
from nnlab.data.dataset import Dataset
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.schedules import SCHEDULES
from nnlab.errors import InputError
from nnlab.experiment import build
from nnlab.experiment.settings import Settings
from nnlab.experiment.source_repr import own_parts, word

TABLES = ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
HOMES = {kind.__name__: kind.__module__ for kinds in TABLES for kind in kinds.values()}


def script(e: Settings, epochs: int) -> str:
    """Return a script that makes the run; custom parts are referred to by name.

    Raises:
        InputError: for a custom part without a usable name.
    """
    body = [*_data(e), *_network(e), *_trainer(e), f"trainer.fit(epochs={epochs})"]
    if e.patience is not None:
        body.append("trainer.restore_best()")
    body.append("print(trainer.measure())")
    yours = [*dict.fromkeys(_yours(e))]
    note = [f"# yours, from a cell of your own: {', '.join(yours)}"] if yours else []
    return "\n".join([*_imports(e, "\n".join(body)), "", *note, *body, ""])


def _yours(e: Settings) -> Iterator[str]:
    """Yield the names of all custom parts, field by field."""
    for field, value in e.values().items():
        for thing in own_parts(value):
            name = getattr(thing, "__name__", type(thing).__name__)
            if isinstance(thing, Dataset):
                name = thing.name
            if not name.isidentifier() or isinstance(thing, partial):
                raise InputError(
                    field,
                    f"{field}={word(value)} has no name that a script can call it by; "
                    f"give it one, as by def, and then {field}=that_name.",
                )
            yield name


def _imports(e: Settings, body: str) -> Iterator[str]:
    """Yield the import lines that the body needs."""
    if "np." in body:
        yield "import numpy as np"
        yield ""
    used = {*re.findall(r"\b[A-Z]\w+(?=\()", body)} - {"Inputs", "Standardizer"}
    known = {*nnlab.engine.__all__, *nnlab.training.__all__}
    names = ", ".join(sorted(used & known))
    yield f"from nnlab import {names}" if len(names) < 66 else _folded(names)
    for name in sorted(used & HOMES.keys() - known):
        yield f"from {HOMES[name]} import {name}"
    yield "from nnlab.data.features import Inputs"
    if isinstance(e.data, str):
        made = {**catalogue.GENERATED, **catalogue.REAL}[e.data]
        yield f"from {made.__module__} import {made.__name__}"
    yield "from nnlab.data.splits import split"
    if "Standardizer" in body:
        yield "from nnlab.data.standardizer import Standardizer"


def _folded(names: str) -> str:
    """Return an import statement broken over several lines."""
    lines = wrap(names, 84, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(["from nnlab import (", *lines, ")"])


def _data(e: Settings) -> Iterator[str]:
    """Yield the lines for the data, the split and the standardizers."""
    yield f"data = {_made(e)}"
    shares = f"validation={e.validation!r}, test={e.test!r}, seed={e.split_seed}"
    yield f"parts = split(data, {shares})"
    chosen = f"{e.features!r}, standardize={e.standardize}"
    yield f"inputs = Inputs.fit(parts.train, {chosen})"
    if not build.dataset(e).labelled:
        how = "fit" if e.standardize else "identity"
        yield f"targets = Standardizer.{how}(parts.train.y)"


def _made(e: Settings) -> str:
    """Return the expression that makes the data."""
    given = {"samples": e.samples, "noise": e.noise, "seed": e.data_seed}
    if isinstance(e.data, Dataset):
        return word(e.data)
    if not isinstance(e.data, str):
        known = build.parameters_of(e.data)
        name, given = word(e.data), {k: v for k, v in given.items() if k in known}
    elif e.data in catalogue.REAL:
        return f"{catalogue.REAL[e.data].__name__}()"
    else:
        name = catalogue.GENERATED[e.data].__name__
    said = [f"{key}={value!r}" for key, value in given.items() if value is not None]
    return f"{name}({', '.join(said)})"


def _network(e: Settings) -> Iterator[str]:
    """Yield the lines for the network, with one replica per seed."""
    yield "layers = ["
    for layer in build.layers(e):
        yield f"    {word(layer)},"
    yield "]"
    luck = f"seed={e.seed}, replicas={e.seeds}, dtype={e.dtype!r}"
    who = f", backend={e.backend!r}" if e.backend != "numpy" else ""
    yield f"network = Network({build.inputs(e)}, layers, {luck}{who})"


def _trainer(e: Settings) -> Iterator[str]:
    """Yield the lines for the trainer, with all arguments that differ from the
    defaults."""
    yield "trainer = Trainer("
    yield "    network,"
    yield f"    {word(build.loss(e))},"
    yield f"    {word(build.optimizer(e))},"
    scaled = not build.dataset(e).labelled
    for part in ("train", "validation"):
        y = f"parts.{part}.y"
        y = f"targets({y})" if scaled else y
        yield f"    {part}=(inputs(parts.{part}.x), {y}),"
    yield f"    batch_size={e.batch_size},"
    rules = ", ".join(map(word, build.regularizers(e)))
    if rules:
        yield f"    regularizers=[{rules}],"
    for name in ("clip", "schedule", "stopping"):
        value = getattr(build, name)(e)
        if value is not None:
            yield f"    {name}={word(value)},"
    yield ")"
