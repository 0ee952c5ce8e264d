"""A real browser, and the notebooks that are opened in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.page import NotebookPage
from tests.support.server import Jupyter, Missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
CHROMIUM_FLAGS = (
    "--no-sandbox",  # the sandbox refuses to start as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a headless Chromium: the machine's own, or the one Playwright brought.

    Raises:
        Missing: there is no Playwright, or no Chromium.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError:
        raise Missing("Playwright is missing; run: pip install playwright") from None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=installed_chromium(), args=CHROMIUM_FLAGS
            )
        except Error as error:
            if "Executable doesn't exist" not in error.message:
                raise
            raise Missing(
                "Chromium is missing; install one, or run: playwright install chromium"
            ) from None
        yield browser
        browser.close()


def installed_chromium() -> str | None:
    """Return the path of a Chromium or Chrome on this machine, if there is one."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def place_notebook(source: Path | Sequence[str], folder: Path) -> Path:
    """Copy a notebook with its neighbours, or write one, into a new folder.

    `source` is a notebook, or the sources of the code cells.
    """
    if isinstance(source, Path):
        ignored = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(source.parent, folder, ignore=ignored)
        return folder / source.name
    import nbformat  # not above: this file can be read without Jupyter

    folder.mkdir()
    cells = [nbformat.v4.new_code_cell(code) for code in source]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "notebook.ipynb")
    return folder / "notebook.ipynb"


@contextmanager
def opened(
    file: Path, chromium: Browser, lab: Jupyter, interface: str = "lab"
) -> Iterator[NotebookPage]:
    """Open a notebook, and end its page, its kernel and its context afterwards."""
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        notebook = NotebookPage(context.new_page(), file)
        try:
            notebook.page.goto(lab.address_of(file, interface))
            notebook.wait_until_ready()
            yield notebook
        finally:
            notebook.page.close()
            end_kernel(notebook, lab)


def end_kernel(notebook: NotebookPage, lab: Jupyter) -> None:
    """End the session of a notebook; the server answers when its kernel is gone."""
    request = notebook.page.context.request
    path = notebook.file.relative_to(lab.root).as_posix()
    sessions = request.get(f"{lab.url}api/sessions", headers=lab.headers).json()
    for session in sessions:
        if session["path"] == path:
            address = f"{lab.url}api/sessions/{session['id']}"
            assert request.delete(address, headers=lab.headers).ok
