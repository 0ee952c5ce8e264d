"""Renews the README's picture of a Lab: python -m tests.browser.picture

It is taken in a real JupyterLab, of eight networks that have learned the spiral.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.browser.conftest import (
    CHROMIUM_FLAGS,
    REPOSITORY,
    installed_chromium,
    opened,
    place_notebook,
    running_lab,
)

PICTURE = REPOSITORY / ".github" / "lab.png"
CELL = """\
from nnlab import Lab
lab = Lab(data="spiral", hidden=(8, 8), optimizer="momentum", learning_rate=0.1)
await lab.run(steps=2500)
lab"""


def main() -> None:
    """Takes the picture and writes it to `PICTURE`."""
    with (
        TemporaryDirectory() as home,
        running_lab(Path(home)) as jupyter,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(), args=CHROMIUM_FLAGS
        )
        file = place_notebook([CELL], jupyter.root / "picture")
        with opened(file, browser, jupyter) as notebook:
            notebook.run_all()
            lab = notebook.cell(0).locator(".nnlab-lab")
            lab.locator("canvas[data-form='image/png']").wait_for()
            PICTURE.write_bytes(lab.screenshot())
        browser.close()


if __name__ == "__main__":
    main()
