"""A Lab on the page, used as a learner uses it: pressed, watched, and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.page import NotebookPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TASKS = (  # how many players' tasks there are on the loop of a Lab
    "sum(task.get_name() == 'nnlab player' for task in "
    "__import__('asyncio').all_tasks(lab.player._loop))"
)


@dataclass
class Explorer:
    """One Lab on the page, by the name it has in the kernel."""

    notebook: NotebookPage
    name: str
    output: Locator

    @property
    def page(self) -> Page:
        return self.notebook.page

    @property
    def canvas(self) -> Locator:
        return self.output.locator("canvas.nnlab-canvas")

    @property
    def rate(self) -> Locator:
        """The control of the learning rate."""
        return self.slider("learning rate")

    def slider(self, label: str) -> Locator:
        """The control with this label: a slider, and the number beside it."""
        return self.output.locator(".nnlab-slider:visible", has_text=label)

    def press(self, button: str) -> None:
        self.output.get_by_role("button", name=button).click()

    def value(self, expression: str) -> str:
        """An expression about `lab`, as the kernel prints it."""
        code = expression.replace("lab.", f"{self.name}.")
        return self.notebook.evaluate_in_kernel(f"print({code})").strip()

    def steps(self) -> int:
        return int(self.value("lab.trainer.steps_done"))

    def wait(self, condition: str) -> None:
        self.notebook.wait_for_kernel(condition.replace("lab.", f"{self.name}."))

    def new_frame(self) -> None:
        """Waits until a frame is on the screen that is not there now."""
        self.on_screen(int(self.canvas.get_attribute("data-frame")) + 1)

    def on_screen(self, frame: int) -> None:
        """Waits until this frame, or a newer one, is on the screen."""
        self.page.wait_for_function(
            "([canvas, frame]) => Number(canvas.dataset.frame) >= frame",
            arg=[self.canvas.element_handle(), frame],
        )

    def at_rest(self) -> str:
        """The picture, sharp and of what the kernel has now, as a data URL."""
        self.wait("lab.player.at_rest()")
        self.on_screen(int(self.value("lab.canvas._frame")))
        assert self.canvas.get_attribute("data-form") == "image/png"
        return self.canvas.evaluate("canvas => canvas.toDataURL()")


def thumb(slider: Locator) -> tuple[float, float]:
    """Where on the page the thumb of a slider is."""
    slider.scroll_into_view_if_needed()
    share = slider.evaluate("s => (s.value - s.min) / (s.max - s.min || 1)")
    box, wide = slider.bounding_box(), 16
    along = wide / 2 + (box["width"] - wide) * share
    return box["x"] + along, box["y"] + box["height"] / 2


def source(name: str = "lab", views: Sequence[str] = (), **options: object) -> str:
    """The cell that makes a Lab with these views, or those that fit, and shows it."""
    given = [f"{option}={value!r}" for option, value in options.items()]
    if views:
        called = (
            f"views.{view}" if ")" in view else f"views.{view}()" for view in views
        )
        given.append(f"views=[{', '.join(called)}]")
    made = f"{name} = Lab({', '.join(given)})"
    return f"from nnlab import Lab, views\n{made}\n{name}"


def explorers(notebook: NotebookPage, *names: str) -> list[Explorer]:
    """The Labs of the first cells, once their first frames are there."""
    labs = []
    for index, name in enumerate(names):
        lab = Explorer(notebook, name, notebook.cell(index))
        lab.output.locator("canvas[data-frame]").wait_for()
        labs.append(lab)
    return labs
