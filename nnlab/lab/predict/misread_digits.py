"""The images that a network got wrong, for a learner to read.

The network has no second look at them, and the learner no answer until all are read.
"""

from io import BytesIO

import ipywidgets as widgets
import numpy as np
from PIL import Image

from nnlab.lab.host import Host
from nnlab.lab.page_layout import bundle, page_box, replace, row
from nnlab.lab.registry import Standing, register, show
from nnlab.views.drawing.colours import inked
from nnlab.views.view import enlarge

IMAGES_SHOWN = 12  # images
PIXELS = 9  # of the page for one of an image


class Reader(Standing):
    """Shows what the network shown in `lab` took for something else, on a press."""

    def __init__(self, lab: Host):
        self.lab = lab
        self.fields: list[widgets.Text] = []
        self.wrong = np.array([-1])  # the numbers of the images shown; none yet
        self.button = widgets.Button(description="Show me the wrong ones")
        self.button.layout.width = "220px"
        self.button.on_click(lambda _: self.show())
        self.words = widgets.HTML()
        self.row = row([])
        self.done = widgets.Button(description="Compare", button_style="primary")
        self.done.on_click(lambda _: self.compare())
        self.done.layout.display = "none"
        parts = [self.button, self.words, self.row, self.done]
        self.widget = page_box("nnlab-lab", parts)
        register(self)

    @property
    def roots(self):
        """Its widgets, without those that lie within them."""
        return [self.widget]

    def show(self) -> None:
        """Lays out the images that the network gets wrong now."""
        session, selection = self.lab.session, self.lab.selection
        if not session.trainer.steps_done:
            self.words.value = "It has read nothing yet: press Play in the Lab above."
            return
        data = getattr(session.parts, session.watched)
        self.names, self.total = data.classes, len(data)
        self.guesses = session.trace(data.x, selection.replica)[-1].argmax(axis=-1)
        wrong = np.flatnonzero(self.guesses != data.y)
        if np.array_equal(wrong, self.wrong):
            return  # what was typed stays
        self.wrong = wrong
        self.asked, self.truth = wrong[:IMAGES_SHOWN], data.y[wrong[:IMAGES_SHOWN]]
        self.fields = [_field(i) for i in range(len(self.asked))]
        pictures = [_picture(data.x[i], data.image) for i in self.asked]
        self.took = [widgets.Label() for _ in self.asked]
        columns = zip(pictures, self.fields, self.took)
        replace(self.row, [widgets.VBox(column) for column in columns])
        some = f"{len(self.asked)} of its" if len(self.wrong) > IMAGES_SHOWN else "the"
        self.words.value = (
            f"On {self.total} digits it never trained on, the network is wrong "
            f"{len(self.wrong)} times. Here are {some} {len(self.wrong)}: what do "
            "<i>you</i> say? Type a digit below each."
        )
        if not len(wrong):
            self.words.value = f"It reads all {self.total} right: nothing is left."
        self.done.layout.display = None if len(wrong) else "none"

    def compare(self) -> None:
        """What each image is, and the learner's score beside the network's."""
        said = [field.value.strip() for field in self.fields]
        truth = [self.names[label] for label in self.truth]
        for field, took, word, true, i in zip(
            self.fields, self.took, said, truth, self.asked
        ):
            field.description = f"{'✓' if word == true else '✗'} {true}"
            took.value = f"it said {self.names[self.guesses[i]]}"
        right = sum(word == true for word, true in zip(said, truth))
        self.words.value = (
            "Before your answer stands what its writer meant. <b>You read "
            f"{right} of {len(truth)}; the network read none of these</b>, which is "
            f"why they are here, and {self.total - len(self.wrong)} of all "
            f"{self.total}."
        )

    def __repr__(self):
        return "The digits that the network got wrong, for you to read"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        show(self)
        return bundle(repr(self), self.widget)


def _picture(x: np.ndarray, shape: tuple[int, int]) -> widgets.Image:
    ink = enlarge(inked(x.reshape(shape) / x.max()), PIXELS)
    out = BytesIO()
    Image.fromarray(ink).save(out, "PNG")
    return widgets.Image(value=out.getvalue(), format="png")


def _field(number: int) -> widgets.Text:
    field = widgets.Text(placeholder="?")
    field.layout.width = f"{8 * PIXELS}px"
    field.style.description_width = "26px"
    field.tooltip = f"What you read in picture {number + 1}"
    return field
