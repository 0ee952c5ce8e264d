"""The house: imports go down only, and heavy libraries stay on their floors."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from itertools import accumulate
from pathlib import Path

import pytest

import nnlab
import nnlab.engine

FLOORS = [  # from the bottom; rooms of one floor do not know each other
    {"errors", "atomic", "stills"},
    {"backend", "jupyter"},
    {"data", "engine"},
    {"training"},
    {"diagnostics"},
    {"grading"},
    {"experiment"},
    {"session"},
    {"views"},
    {"lab"},
    {""},  # nnlab itself, the front door
    {"lessons"},
    {"canonical_notebook", "notebook_copy"},
    {"bench", "doctor"},
    {"cli"},
]
ONLY = {  # library → the modules that may import it
    "torch": r"nnlab\.(backend\.pytorch|training\.distributed|bench\.peers)",
    "jax": r"nnlab\.bench\.peers",
    "array_api_compat": r"nnlab\.backend\.pytorch",
    "pandas": r"nnlab\.data\.csv_reader",
    "matplotlib": r"nnlab\.views(\.\w+)*",
    "matplotlib.pyplot": r"nobody",
    "ipywidgets": r"nnlab\.lab(\.\w+)*",
    "anywidget": r"nnlab\.lab(\.\w+)*",
}
HEAVY = (
    "torch jax matplotlib ipywidgets anywidget sklearn IPython scipy PIL pandas".split()
)
READING = re.findall(r"\w+", nnlab.engine.__doc__.split("this order:")[1])
HOME = Path(nnlab.__file__).parent


def module(path: Path) -> str:
    parts = path.relative_to(HOME.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module(path): path.read_text("utf-8") for path in HOME.rglob("*.py")}


def imports(source: str) -> set[str]:
    """Every module that a source text imports, at its top or within a function."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            for name in (f"{node.module}.{alias.name}" for alias in node.names):
                found.add(name if name in SOURCES else node.module)
    return found


def place(name: str) -> tuple[int, str, int]:
    """A module's floor and room, and in the engine its place in the reading order."""
    _, room, file = [*name.split("."), "", ""][:3]
    floor = next(i for i, rooms in enumerate(FLOORS) if room in rooms)
    order = READING.index(file) if room == "engine" and file else len(READING)
    return floor, room, order


def goes_down(importer: str, imported: str) -> bool:
    """Whether an import within nnlab leads to a lower floor, or is within a room."""
    (floor, room, order), (below, other, before) = place(importer), place(imported)
    if room == other:
        same = importer.split(".")[:3] == imported.split(".")[:3]
        return room != "engine" or before < order or same
    return below < floor


def sound(importer: str, imported: str) -> bool:
    """Whether a module may import another one, ours or a library."""
    if imported.split(".")[0] == "nnlab":
        return goes_down(importer, imported)
    above = ["", *accumulate(imported.split("."), "{}.{}".format)]
    return all(re.fullmatch(ONLY.get(library, ".*"), importer) for library in above)


def faults(sources: dict[str, str]) -> list[tuple[str, str]]:
    """Every (importer, imported) that should not be."""
    pairs = ((name, seen) for name, text in sources.items() for seen in imports(text))
    return sorted(pair for pair in pairs if not sound(*pair))


def test_imports_go_down_only():
    assert faults(SOURCES) == []


PLANTED = [
    ("nnlab.errors", "import nnlab.backend"),
    ("nnlab.errors", "from nnlab import backend"),
    ("nnlab.backend", "from nnlab.engine.layers import Layer"),
    ("nnlab.data.sklearn_datasets", "from nnlab.engine import Layer"),
    ("nnlab.engine.network", "from nnlab.data.dataset import Dataset"),
    ("nnlab.engine.layers", "from nnlab.engine.network import Network"),
    ("nnlab.engine.layers", "from nnlab.engine.activations import ReLU"),
    ("nnlab.engine.losses", "from nnlab.engine import Layer"),
    (
        "nnlab.training.trainer",
        "def later():\n    from nnlab.session.session import Session",
    ),
    ("nnlab.session.session", "if True:\n    import nnlab.views"),
    ("nnlab.views.plots.curves", "from nnlab.lab.canvas import Canvas"),
    ("nnlab.views.plots.curves", "from nnlab import Experiment"),
    ("nnlab.lab.lab", "import nnlab"),
    ("nnlab.lab.lab", "import nnlab.cli"),
    ("nnlab.lessons.data", "import nnlab.cli"),
    ("nnlab.lab.lab", "from matplotlib.figure import Figure"),
    ("nnlab.views.plots.curves", "def draw():\n    import matplotlib.pyplot as plt"),
    ("nnlab.views.plots.curves", "import ipywidgets as widgets"),
    ("nnlab.cli", "import anywidget"),
    ("nnlab.engine.network", "import torch"),
    ("nnlab.backend.select", "def here():\n    from torch import cuda"),
    ("nnlab.session.session", "def go():\n    from torch import nn"),
    ("nnlab.bench.engine_ratios", "import torch"),
    ("nnlab.session.session", "def go():\n    from jax import numpy"),
    ("nnlab.data.dataset", "def take():\n    import pandas as pd"),
]


@pytest.mark.parametrize("name, text", PLANTED)
def test_an_import_that_does_not_go_down_is_found(name, text):
    assert len(faults({name: text})) == 1


SOUND = [
    ("nnlab.training.distributed", "import torch.distributed"),
    ("nnlab.bench.peers", "def go():\n    import jax, torch"),
    ("nnlab.backend.pytorch", "import torch\nfrom nnlab.errors import InputError"),
    ("nnlab.training.trainer", "from nnlab.engine.network import Network"),
    ("nnlab.training", "from nnlab.training.trainer import Trainer"),
    ("nnlab.session.session", "from nnlab.experiment.experiment import Experiment"),
    ("nnlab.lab.lab", "import ipywidgets, numpy\nfrom nnlab.errors import unknown"),
    ("nnlab.lessons.data", "from nnlab import Experiment, Lab"),
    ("nnlab.cli", "from nnlab import __version__"),
]


@pytest.mark.parametrize("name, text", SOUND)
def test_an_import_that_goes_down_is_fine(name, text):
    assert faults({name: text}) == []


def test_every_module_is_on_a_floor():
    assert all(place(name) for name in SOURCES)
    files = {name.split(".")[2] for name in SOURCES if name.startswith("nnlab.engine.")}
    assert files == set(READING)


@pytest.mark.parametrize(
    "home", ["nnlab.diagnostics", "nnlab.grading", "nnlab.session.monitors"]
)
def test_a_folder_is_read_in_the_order_of_its_imports(home):
    order = re.findall(r"(\w+)\s\(", SOURCES[home])
    below = f"{home}."
    files = {n.removeprefix(below) for n in SOURCES if n.startswith(below)}
    assert sorted(order) == sorted(files)
    for i, file in enumerate(order):
        seen = imports(SOURCES[f"{home}.{file}"])
        assert {n.removeprefix(below) for n in seen if below in n} <= {*order[:i]}


def test_no_module_needs_itself():
    ours = {name: imports(text) & SOURCES.keys() for name, text in SOURCES.items()}
    ours.pop("nnlab")
    TopologicalSorter(ours).prepare()  # raises CycleError


def test_importing_and_training_load_nothing_heavy():
    script = (
        "import nnlab, sys; nnlab.Experiment().trainer().step(); print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True
    )
    assert ran.stderr == ""
    assert not set(HEAVY) & set(ran.stdout.split())


@pytest.mark.parametrize("name", nnlab.__all__)
def test_what_is_public_is_documented(name):
    doc = getattr(nnlab, name).__doc__
    assert doc and not doc.startswith(f"{name}(")  # which dataclass would write


def test_what_is_not_public_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'Labb'"):
        _ = nnlab.Labb


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_file_says_what_it_is_about(name):
    assert ast.get_docstring(ast.parse(SOURCES[name])) or not SOURCES[name].strip()
