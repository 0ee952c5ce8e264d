"""A real JupyterLab in a real browser, for tests of what a learner sees.

`lab_page` opens a notebook the way a person would: a server, a kernel, Chromium.

The fixtures that hold the server and the browser live as long as this folder's tests
(hence its `__init__.py`), not the whole session: Playwright's synchronous interface
keeps an event loop running in this thread, and `asyncio.run` refuses to work beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import launched, opened, place_notebook
from tests.support.explorer import Explorer, explorers, source
from tests.support.page import NotebookPage
from tests.support.server import Jupyter, Missing, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).parents[2]

OpenNotebook = Callable[["str | Path | Sequence[str]"], NotebookPage]


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """Start a JupyterLab that shares nothing with the developer's own."""
    pytest.importorskip("jupyterlab")
    with running_lab(tmp_path_factory.mktemp("jupyterlab")) as lab:
        yield lab


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(launched())
        except Missing as missing:
            pytest.skip(str(missing))
        yield browser


@pytest.fixture
def lab_page(chromium: Browser, lab: Jupyter) -> Iterator[OpenNotebook]:
    """Yield a function that opens a notebook, each in a browser context of its own.

    It takes a path (relative to the repository, or absolute) or the sources of the
    code cells, and the interface to open it in. The notebook is a copy, so a test may
    save it.
    """
    with ExitStack() as stack:

        def open_notebook(
            source: str | Path | Sequence[str], interface: str = "lab"
        ) -> NotebookPage:
            if isinstance(source, str | Path):
                source = REPOSITORY / source
            file = place_notebook(source, lab.root / secrets.token_hex(4))
            return stack.enter_context(opened(file, chromium, lab, interface))

        yield open_notebook


@pytest.fixture
def open_lab(lab_page: OpenNotebook) -> Callable[..., Explorer]:
    """A function that opens a notebook with one Lab of these options."""

    def open_it(**options: object) -> Explorer:
        notebook = lab_page([source(**options)])
        notebook.run_all()
        [lab] = explorers(notebook, "lab")
        return lab

    return open_it


@pytest.fixture
def explorer(open_lab: Callable[..., Explorer]) -> Iterator[Explorer]:
    """A Lab on the page, with which nothing goes wrong."""
    lab = open_lab(hidden=(3,), learning_rate=1, speed=1000)
    yield lab
    assert lab.notebook.errors() == []
    assert lab.notebook.console_errors == []
    assert lab.notebook.iopub_errors == []
