"""The buttons in the network's picture: a neuron more or fewer, a layer more or fewer.

Each is a centre, a sign, and what it makes of `hidden`.
"""

from collections.abc import Iterator

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nnlab.engine.layers import Layer
from nnlab.engine.residual import Residual
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GREY, INK, PALE
from nnlab.views.drawing.wiring import Column

BUTTON = 17  # pixels along a side
WORDY = 85  # pixels between columns, from which a word fits between two buttons
COLUMNS_APART = 38  # pixels between columns, from which there is room for two buttons
FIRST = 4  # neurons of a first hidden layer
Button = tuple[tuple[float, float], str, tuple]


def counted(session: Session, columns: list[Column]) -> list[int | None]:
    """For each column before the last, which entry of `hidden` says how many neurons
    it has; None for one that is a layer of the learner's own."""
    e, layers = session.experiment, session.trainer.network.layers
    plain, at, starts = 2 + e.batch_norm + (e.dropout is not None), 0, {}
    for i, entry in enumerate(e.hidden):
        own = isinstance(entry, Layer)
        starts[at] = None if own else i
        at += 1 if own or isinstance(layers[at], Residual) else plain
    return [starts.get(column.first) for column in columns[:-1]]


def buttons(box, hidden: tuple, entries, centres, scale: float) -> list[Button]:
    """One fewer and one more neuron in each hidden layer, if there is room; one fewer
    and one more layer. `entries` is as from `counted`."""
    y, made = box[1] + box[3] - 30 * scale, []
    x, apart = layer_place(box, centres, scale)
    if hidden:
        made.append(((x - apart, y), "−", hidden[:-1]))
    widths = [entry for entry in hidden if not isinstance(entry, Layer)]
    made.append(((x + apart, y), "+", (*hidden, *(widths[-1:] or [FIRST]))))
    free, gap = x + apart + (BUTTON + 1) * scale, gap_between(centres, scale)
    apart = (32 if gap >= WORDY else 10) * scale
    if gap < COLUMNS_APART or centres[1][0][0] - apart < free:
        return made
    for i, column in zip(entries, centres[1:-1]):
        if i is not None:
            x = column[0][0]
            made += [((x + way * apart, y), *one) for way, *one in _units(hidden, i)]
    return made


def _units(hidden: tuple, i: int) -> Iterator[tuple[int, str, tuple]]:
    """One fewer neuron in layer `i`, on the left, and one more, on the right."""
    for sign, way in (("−", -1), ("+", 1)):
        if hidden[i] + way:
            yield way, sign, (*hidden[:i], hidden[i] + way, *hidden[i + 1 :])


def gap_between(centres, scale: float) -> float:
    """From one column to the next, in pixels of the page."""
    return (centres[1][0][0] - centres[0][0][0]) / scale


def layer_place(box, centres, scale: float) -> tuple[float, float]:
    """Where the buttons for layers stand, over the inputs and within the box, and how
    far to each side of it."""
    apart = (10 if gap_between(centres, scale) < WORDY else 30) * scale
    return box[0] + 16 * scale + apart, apart


def draw_button(figure: Figure, x: float, y: float, sign: str, scale: float) -> None:
    """A square with a sign in it."""
    side = BUTTON * scale
    frame = Rectangle((x - side / 2, y - side / 2), side, side, transform=None)
    frame.set(facecolor=PALE, edgecolor=GREY, linewidth=0.6)
    figure.add_artist(frame)
    style = {"fontsize": 10, "color": INK, "ha": "center", "va": "center_baseline"}
    figure.text(x, y, sign, **style, transform=None)
