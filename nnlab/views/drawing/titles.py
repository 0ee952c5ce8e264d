"""The words in a network's picture: what each column is, and what each input."""

from matplotlib.figure import Figure

from nnlab.session.session import Session
from nnlab.views.drawing.colours import GREY
from nnlab.views.drawing.neuron_buttons import WORDY, gap_between, layer_place
from nnlab.views.drawing.wiring import Column
from nnlab.views.view import cut

NEURONS_SHOWN = 8  # neurons of a layer that are shown
NAMED = 56  # pixels between columns, which leave room for an activation's name
LETTER = 6.2  # pixels of the page that a letter of a name takes
LONG = 15  # letters of an input's name that are shown


def margin(session: Session) -> float:
    """Pixels of the page at the left, for the inputs' names."""
    longest = max(map(len, session.scale.names[:NEURONS_SHOWN]))
    return (
        26 if longest < 3 else 48 if longest < 6 else 10 + LETTER * min(longest, LONG)
    )


def write_titles(
    figure: Figure, box, session: Session, columns: list[Column], centres
) -> None:
    """The name above each column and each input."""
    left, bottom, _, height = box
    scale = figure.dpi / 100
    gap = gap_between(centres, scale)
    top = bottom + height - 14 * scale
    style = {"fontsize": 8, "color": GREY, "ha": "center", "transform": None}
    for name, column in zip(_titles(session, columns, gap), centres):
        figure.text(column[0][0], top, name, **style)
    under = {**style, "va": "center_baseline"}
    y = bottom + height - 30 * scale
    if gap >= WORDY:
        figure.text(layer_place(box, centres, scale)[0], y, "layer", **under)
        for column in centres[1:-1]:
            figure.text(column[0][0], y, "neuron", **under)
    names = [cut(name, LONG) for name in session.scale.names[:NEURONS_SHOWN]]
    size = 9 if max(map(len, names)) < 6 else 8
    beside = {**style, "fontsize": size, "ha": "left", "va": "center"}
    for name, (_, y) in zip(names, centres[0]):
        figure.text(left + 4 * scale, y, name, **beside)


def _titles(session: Session, columns: list[Column], gap: float) -> list[str]:
    """A name for each column: how many neurons, and what bends their sums."""
    inputs = _count(session.trainer.network.widths[0])
    first = "inputs" if inputs.isdigit() else f"{inputs} inputs"
    titles = [first if gap >= WORDY else "layers"]  # or else the buttons' title
    for column in columns[:-1]:
        name = _count(column.units)
        if gap >= NAMED and column.bends:
            plus = "x + " if column.adds else ""
            name = cut(f"{name} · {plus}{str(column.bends).lower()}", gap / LETTER)
        titles.append(name)
    outputs = _count(columns[-1].units)
    wordy = f"{outputs} outputs" if gap >= 1.4 * WORDY else outputs
    return [*titles, "output" if outputs.isdigit() else wordy]


def _count(units: int) -> str:
    return f"{units}" if units <= NEURONS_SHOWN else f"{NEURONS_SHOWN} of {units}"
