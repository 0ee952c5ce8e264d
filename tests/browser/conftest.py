"""A real JupyterLab in a real browser, for tests of what a learner sees.

`lab_page` opens a notebook the way a person would: a server, a kernel, Chromium.
Commands go through JupyterLab's own application object, which is steadier than
clicking through menus, and every wait is for a condition, never for a time.

The fixtures that hold the server and the browser live as long as this folder's tests
(hence its `__init__.py`), not the whole session: Playwright's synchronous interface
keeps an event loop running in this thread, and `asyncio.run` refuses to work beside it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

REPOSITORY = Path(__file__).parents[2]
SERVER_SECONDS = 60  # a cold start on a busy machine; 2-3 s is usual
OPEN_SECONDS = 60
RUN_SECONDS = 120
NO_BROWSER = "no Chromium found: install one, or run `playwright install chromium`"

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

# What JupyterLab itself prints to the console although nothing is wrong.
BENIGN_CONSOLE_ERRORS = (
    "/lsp/status",  # 404: language servers are asked for, and we start none
)


# --- the server ---------------------------------------------------------------------


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token and the folder that it serves."""

    url: str
    token: str
    root: Path

    @property
    def headers(self) -> dict[str, str]:
        """What a request to the server's REST interface must carry."""
        return {"Authorization": f"token {self.token}"}

    def address_of(self, notebook: Path) -> str:
        """Return the page of a notebook, in a workspace that nobody else uses."""
        path = notebook.relative_to(self.root).as_posix()
        workspace = secrets.token_hex(4)
        return f"{self.url}lab/workspaces/{workspace}/tree/{path}?token={self.token}"


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start a JupyterLab that shares nothing with the developer's own."""
    pytest.importorskip("jupyterlab")
    with running_lab(tmp_path_factory.mktemp("jupyterlab")) as lab:
        yield lab


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Run a server whose every folder lies below `home`."""
    token = secrets.token_hex(16)
    root = home / "root"
    root.mkdir()
    keep_quiet(home / "settings")
    with (
        (home / "lab.log").open("wb") as log,
        subprocess.Popen(
            lab_command(home, root, token),
            env=lab_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            port = wait_for_port(process, home)
            yield Lab(f"http://127.0.0.1:{port}/", token, root)
        finally:
            stop(process)


def lab_command(home: Path, root: Path, token: str) -> list[str]:
    """Return the command line: a free port, a secret token, nothing from outside."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 0,  # the system picks a free one
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": root,
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabApp.user_settings_dir": home / "settings",
        "LabApp.workspaces_dir": home / "workspaces",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *arguments]


def lab_environment(home: Path) -> dict[str, str]:
    """Return our environment with Jupyter's and IPython's folders moved to `home`."""
    personal = ("JUPYTER", "IPYTHON", "PYTHONSTARTUP")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(personal)}
    return inherited | {
        "JUPYTER_NO_CONFIG": "1",  # nor the configuration of the whole machine
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def keep_quiet(settings: Path) -> None:
    """Turn off the news and update pop-ups: they cover cells and need the internet."""
    file = settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    file.parent.mkdir(parents=True)
    file.write_text('{"fetchNews": "false", "checkForUpdates": false}')


def wait_for_port(process: subprocess.Popen, home: Path) -> int:
    """Wait until the server has written down its port, or fail with its log."""
    deadline = time.monotonic() + SERVER_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for file in (home / "runtime").glob("jpserver-*.json"):
            try:
                return json.loads(file.read_text())["port"]
            except json.JSONDecodeError:
                pass  # caught in the middle of being written
        time.sleep(0.05)
    log = (home / "lab.log").read_text(errors="replace")
    pytest.fail(f"JupyterLab did not come up:\n{log}", pytrace=False)


def stop(process: subprocess.Popen) -> None:
    """Ask the server to end (it ends its kernels first), and insist if need be."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()


# --- the browser --------------------------------------------------------------------


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium: the machine's own, or the one Playwright brought."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=installed_chromium(), args=CHROMIUM_FLAGS
            )
        except sync_api.Error as error:
            if "Executable doesn't exist" not in error.message:
                raise
            pytest.skip(NO_BROWSER)
        yield browser
        browser.close()


def installed_chromium() -> str | None:
    """Return the path of a Chromium or Chrome on this machine, if there is one."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


# --- a notebook in the browser ------------------------------------------------------

PANEL = "const panel = window.jupyterapp?.shell.currentWidget;"

KERNEL_IS_IDLE = f"""() => {{
    {PANEL}
    const kernel = panel?.sessionContext?.session?.kernel;
    return panel?.context.isReady && panel.sessionContext.isReady
        && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}}"""

WATCH_KERNEL = f"""() => {{
    {PANEL}
    window.kernelErrors = [];
    panel.sessionContext.iopubMessage.connect((_, message) => {{
        const ofCell = message.parent_header.msg_type === "execute_request";
        if (message.header.msg_type === "error" && !ofCell) {{
            const {{ename, evalue}} = message.content;
            window.kernelErrors.push(`${{ename}}: ${{evalue}}`);
        }}
    }});
    panel.sessionContext.statusChanged.connect((_, status) => {{
        const died = status === "autorestarting" || status === "dead";
        if (died) window.kernelErrors.push(`kernel ${{status}}`);
    }});
}}"""

RUN_COMMAND = """async ([name, options]) => {
    await window.jupyterapp.commands.execute(name, options);
    return true;
}"""

NOTHING_RUNS = f"""() => {{
    {PANEL}
    return panel.sessionContext.session.kernel.status === "idle"
        && [...panel.model.cells].every(cell => cell.executionState !== "running");
}}"""

SELECT_CELL = f"""index => {{
    {PANEL}
    panel.content.activeCellIndex = index;
    panel.content.deselectAll();
}}"""

CELL_ERRORS = f"""() => {{
    {PANEL}
    return panel.model.toJSON().cells.flatMap((cell, index) =>
        (cell.outputs ?? [])
            .filter(output => output.output_type === "error")
            .map(({{ename, evalue}}) => `cell ${{index}}: ${{ename}}: ${{evalue}}`));
}}"""

EXECUTE = f"""async code => {{
    {PANEL}
    const kernel = panel.sessionContext.session.kernel;
    const future = kernel.requestExecute({{code, store_history: false}});
    let text = "";
    future.onIOPub = message => {{
        if (message.header.msg_type === "stream") text += message.content.text;
    }};
    const {{content}} = await future.done;
    return {{text, error: content.traceback?.join("\\n") ?? null}};
}}"""


@dataclass
class NotebookPage:
    """A notebook open in JupyterLab, with what went wrong in it so far."""

    page: Page
    file: Path
    console_errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen from the first moment: errors while loading count too."""
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def wait_until_ready(self) -> None:
        """Wait for the kernel and watch its messages; needed after a reload too."""
        self.page.wait_for_function(KERNEL_IS_IDLE, timeout=OPEN_SECONDS * 1000)
        self.page.evaluate(WATCH_KERNEL)

    def run_all(self, timeout: float = RUN_SECONDS) -> None:
        """Run every cell and wait, at most `timeout` seconds, until all have ended."""
        self.command("notebook:run-all-cells", timeout=timeout)
        self.page.wait_for_function(NOTHING_RUNS, timeout=timeout * 1000)

    def run_cell(self, index: int, timeout: float = RUN_SECONDS) -> None:
        """Run one cell and wait, at most `timeout` seconds, until it has ended."""
        self.page.evaluate(SELECT_CELL, index)
        self.command("notebook:run-cell", timeout=timeout)
        self.page.wait_for_function(NOTHING_RUNS, timeout=timeout * 1000)

    def cell(self, index: int) -> Locator:
        """Return a cell, scrolled into view: JupyterLab paints no others.

        Painting takes a moment: wait for a text (`get_by_text(…).wait_for()`) before
        reading one.
        """
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        cell.scroll_into_view_if_needed()
        return cell

    def command(self, name: str, timeout: float = RUN_SECONDS, **options: Any) -> None:
        """Execute a command of JupyterLab and wait for its end."""
        self._await(RUN_COMMAND, [name, options], timeout)

    def evaluate_in_kernel(self, code: str, timeout: float = RUN_SECONDS) -> str:
        """Execute code in the notebook's kernel, no cell, and return what it prints.

        Raises:
            RuntimeError: the code raised; the message is the kernel's traceback.
        """
        result = self._await(EXECUTE, code, timeout)
        if result["error"] is not None:
            raise RuntimeError(result["error"])
        return result["text"]

    def wait_for_kernel(self, condition: str, timeout: float = OPEN_SECONDS) -> None:
        """Wait until a Python expression is true in the kernel.

        A widget sends its changes one after the other and leaves out those in
        between, so the kernel reaches the value on the screen a little later.
        """
        deadline = time.monotonic() + timeout
        while self.evaluate_in_kernel(f"print(bool({condition}))") != "True\n":
            assert time.monotonic() < deadline, f"{condition} is still false"

    def errors(self) -> list[str]:
        """Return the error outputs of the cells, as `cell 2: ValueError: …`."""
        return self.page.evaluate(CELL_ERRORS)

    @property
    def iopub_errors(self) -> list[str]:
        """The kernel's errors that belong to no cell: of a widget callback, its death.

        They come when they come: `page.wait_for_function("kernelErrors.length")`.
        """
        return self.page.evaluate("window.kernelErrors")

    def _await(self, script: str, argument: Any, timeout: float) -> Any:
        """Run an async script that returns something true: `evaluate`, but limited."""
        handle = self.page.wait_for_function(
            script, arg=argument, timeout=timeout * 1000
        )
        return handle.json_value()

    def _note_console(self, message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location['url']})"
        benign = any(known in text for known in BENIGN_CONSOLE_ERRORS)
        if message.type == "error" and not benign:
            self.console_errors.append(text)


OpenNotebook = Callable[["str | Path | Sequence[str]"], NotebookPage]


@pytest.fixture
def lab_page(chromium: Browser, lab: Lab) -> Iterator[OpenNotebook]:
    """Yield a function that opens a notebook, each in a browser context of its own.

    It takes a path (relative to the repository, or absolute) or the sources of the
    code cells. The notebook is a copy, so a test may save it.
    """
    with ExitStack() as stack:

        def open_notebook(source: str | Path | Sequence[str]) -> NotebookPage:
            file = place_notebook(source, lab.root / secrets.token_hex(4))
            return stack.enter_context(opened(file, chromium, lab))

        yield open_notebook


def place_notebook(source: str | Path | Sequence[str], folder: Path) -> Path:
    """Copy a notebook with its neighbours, or write one, into a new folder."""
    if isinstance(source, str | Path):
        original = REPOSITORY / source
        ignored = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(original.parent, folder, ignore=ignored)
        return folder / original.name
    import nbformat  # not above: without Jupyter these tests skip, and the rest runs

    folder.mkdir()
    cells = [nbformat.v4.new_code_cell(code) for code in source]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "notebook.ipynb")
    return folder / "notebook.ipynb"


@contextmanager
def opened(file: Path, chromium: Browser, lab: Lab) -> Iterator[NotebookPage]:
    """Open a notebook, and end its page, its kernel and its context afterwards."""
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        notebook = NotebookPage(context.new_page(), file)
        try:
            notebook.page.goto(lab.address_of(file))
            notebook.wait_until_ready()
            yield notebook
        finally:
            notebook.page.close()
            end_kernel(notebook, lab)


def end_kernel(notebook: NotebookPage, lab: Lab) -> None:
    """End the session of a notebook; the server answers when its kernel is gone."""
    request = notebook.page.context.request
    path = notebook.file.relative_to(lab.root).as_posix()
    sessions = request.get(f"{lab.url}api/sessions", headers=lab.headers).json()
    for session in sessions:
        if session["path"] == path:
            address = f"{lab.url}api/sessions/{session['id']}"
            assert request.delete(address, headers=lab.headers).ok
