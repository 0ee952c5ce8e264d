"""A notebook open in JupyterLab, driven through JupyterLab's own application object.

That is steadier than clicking through menus. Every wait is for a condition, never for
a time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

OPEN_SECONDS = 60
RUN_SECONDS = 120

# What Jupyter itself prints to the console although nothing is wrong.
BENIGN_CONSOLE_ERRORS = (
    "/lsp/status",  # 404: language servers are asked for, and we start none
    ".woff2",  # 403: Notebook 7 now and then forbids itself one of its own fonts
    "(reading 'schema')",  # Notebook 7 as it loads its settings, on an empty page too
    "'filebrowser:open-path'",  # Notebook 7 asks for it, and has no file browser
)

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
        self.page.on("pageerror", lambda error: self._note(str(error)))

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
        if message.type == "error":
            self._note(f"{message.text} ({message.location['url']})")

    def _note(self, error: str) -> None:
        if not any(known in error for known in BENIGN_CONSOLE_ERRORS):
            self.console_errors.append(error)
