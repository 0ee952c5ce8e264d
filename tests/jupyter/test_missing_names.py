"""A name that is missing is said to be made in a cell, if the notebook has one.

The law: that cell, run alone in an empty namespace, binds the name; no cell between it
and the one that runs does.
"""

import tempfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nnlab.jupyter.missing_names import hint
from nnlab.jupyter.server_extension import STARTUP
from tests.support.server import lab_environment

steady = settings(deadline=None, derandomize=True, database=None, max_examples=60)
BINDS = [
    "coins = 1",
    "coins, other = 1, 2",
    "coins: int = 1",
    "import coins",
    "import coins.of.gold",
    "from purse import gold as coins",
    "def coins(): pass",
    "class coins: pass",
    "for coins in []: pass",
    "with open('a') as coins: pass",
    "if True:\n    coins = 1",
    "(coins := 1)",
    "%matplotlib inline\ncoins = 1",
    "coins = !ls",
    "coins += 1",
]
DOES_NOT = [
    "",
    "print(coins)",
    "coins.gold = 1",
    "coins[0] = 1",
    "def f():\n    coins = 1",
    "def f(coins): pass",
    "[coins for coins in []]",
    "import gold as silver",
    "coins = = 1",
    "# coins = 1",
    "'coins = 1'",
    "\x00",
]


def saved(folder: Path, *sources: str) -> Path:
    """A notebook of cells, whose ids are their numbers; "# …" is a heading."""
    cells = [
        (new_markdown_cell if source.startswith("# ") else new_code_cell)(
            source, id=str(number)
        )
        for number, source in enumerate(sources)
    ]
    nbformat.write(new_notebook(cells=cells), folder / "a.ipynb")
    return folder / "a.ipynb"


@pytest.mark.parametrize("source", BINDS)
def test_a_cell_that_binds_a_name_makes_it(tmp_path, source):
    said = hint("coins", saved(tmp_path, source, "coins"), running="1")
    begin = source.split(":")[0][:9]
    assert said.startswith(f"coins is made in the cell that begins `{begin}")
    assert said.endswith("`: run that one first.")


@pytest.mark.parametrize("source", DOES_NOT)
def test_a_cell_that_does_not_is_not_named(tmp_path, source):
    assert hint("coins", saved(tmp_path, source, "coins"), running="1") == ""


@steady
@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_it_is_the_nearest_above_or_else_the_first_below(makes, data):
    running = data.draw(st.integers(0, len(makes) - 1))
    sources = [f"{'coins' if m else 'x'} = {i}" for i, m in enumerate(makes)]
    with tempfile.TemporaryDirectory() as home:
        said = hint("coins", saved(Path(home), *sources), running=str(running))
    above = [i for i in range(running) if makes[i]]
    below = [i for i in range(running + 1, len(makes)) if makes[i]]
    named = [*reversed(above), *below][:1]
    assert [i for i in range(len(makes)) if f"`coins = {i}`" in said] == named


def test_the_last_heading_above_it_is_named(tmp_path):
    file = saved(tmp_path, "# One", "a = 1", "# Two *stars*\n\nand words", "b = 2", "c")
    assert hint("b", file, running="4") == (
        "b is made in the cell that begins `b = 2`, under the heading “Two *stars*”: "
        "run that one first."
    )
    assert "“One”" in hint("a", file, running="4")


def test_a_long_line_is_cut(tmp_path):
    said = hint("a", saved(tmp_path, f"\n  \na = '{'x' * 99}'"), running="")
    assert len(said) < 130 and "x…`" in said


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"cells": [{}]}', "[" * 99999])
def test_a_file_that_is_no_notebook_says_nothing(tmp_path, text):
    if text is not None:
        (tmp_path / "a.ipynb").write_text(text)
    assert hint("a", tmp_path / "a.ipynb", running="") == ""


# In a kernel

jupyter_client = pytest.importorskip("jupyter_client")
OTHERS = {  # where a name is missing, but no cell is to blame
    "print(nowhere)": "nowhere",
    "import helper; helper.use()": "coins",
    "def f():\n    print(local); local = 1\nf()": "local",
    "coinz.real": "coinz",
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel of a notebook, started as the server does, by a user with a startup."""
    home = tmp_path_factory.mktemp("kernel")
    (home / "own.py").write_text("import os\nmine = os.getcwd()")
    (home / "helper.py").write_text("def use():\n    return coins")
    file = saved(home, "# Toss", "coins = [1]", "1 + coins", "print(coins)", *OTHERS)
    told = {"JPY_SESSION_NAME": str(file), "PYTHONSTARTUP": str(STARTUP)}
    told |= {"NNLAB_THEIR_PYTHONSTARTUP": str(home / "own.py")}
    manager = jupyter_client.KernelManager(connection_file=str(home / "c.json"))
    manager.start_kernel(env=lab_environment(home) | told, cwd=str(home))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def outcome(client, code: str) -> tuple[str, str]:
    """What a cell of this code prints, and its traceback."""
    texts, traces = [], []

    def hear(message):
        content = message["content"]
        texts.append(content.get("text", ""))
        traces.extend(content.get("traceback", []))

    client.execute_interactive(code, output_hook=hear, timeout=60)
    return "".join(texts), "\n".join(traces)


def test_a_cell_out_of_order_says_which_to_run_below_its_traceback(kernel):
    for code in ("print(coins)", "def f():\n    return coins\nf()"):
        _, trace = outcome(kernel, code)
        assert "Traceback" in trace and "name 'coins' is not defined" in trace
        *_, last = trace.splitlines()
        assert "coins is made in the cell that begins `coins = [1]`, under" in last
        assert last.count("run that one first.") == 1


@pytest.mark.parametrize("code", OTHERS)
def test_other_errors_are_as_always(kernel, code):
    _, trace = outcome(kernel, code)
    assert "Error" in trace and OTHERS[code] in trace and "run that one" not in trace


def test_the_traceback_is_there_for_the_debugger(kernel):
    outcome(kernel, "print(coins)")
    code = "import sys; print(type(sys.last_value).__name__, sys.last_value.name)"
    assert outcome(kernel, code)[0] == "NameError coins\n"


def test_the_users_own_startup_has_run_and_nothing_of_ours_is_left(kernel):
    printed, _ = outcome(kernel, "print(mine, '_start' in dir(), 'nnlab' in dir())")
    assert printed.endswith(" False False\n")
