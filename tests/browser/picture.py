"""Renews the README's picture of a Lab: python -m tests.browser.picture

It is taken in a real JupyterLab, of eight networks that have learned the spiral.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.browser import launched, opened, place_notebook
from tests.support.server import running_lab

REPOSITORY = Path(__file__).parents[2]
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
        launched() as browser,
    ):
        file = place_notebook([CELL], jupyter.root / "picture")
        with opened(file, browser, jupyter) as notebook:
            notebook.run_all()
            lab = notebook.cell(0).locator(".nnlab-lab")
            lab.locator("canvas[data-form='image/png']").wait_for()
            PICTURE.write_bytes(lab.screenshot())


if __name__ == "__main__":
    main()
