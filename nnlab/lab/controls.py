"""What the learner turns, built from the experiment's own fields.

A control knows its field's kind, and nothing else: limits, choices and explanations
stand with the experiment. Controls report what was done and do nothing themselves.
"""

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from nnlab.errors import InputError, Plain
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.field_limits import limits
from nnlab.experiment.inactive_fields import idle
from nnlab.lab.field_widgets import NumberSlider, align, control, put
from nnlab.lab.page_layout import row
from nnlab.lab.parsing import parse

OF_DATA = ("features", "loss", "batch_size")  # fields that not all data allow
REFUSED = "nnlab-refused"


class Controls(Plain):
    """One control for each field in `names`; `edited(name, value)` hears of changes.

    With `unfolded` there is a button for all other fields too, and `unfolded(open)`
    hears whether it is pressed; `unfold` answers it.
    """

    def __init__(
        self,
        experiment: Experiment,
        names: Sequence[str],
        edited: Callable[[str, object], None],
        unfolded: Callable[[bool], None] | None = None,
    ):
        self._edited, self._silent, self._kinds = edited, False, Experiment.kinds()
        self._wanted: dict[str, object] = {}
        self.widgets = {name: self._made(name) for name in names}
        self.row = row([*self.widgets.values()])
        self.more = widgets.ToggleButton(description="All settings", icon="sliders")
        self.more.tooltip = "Every field of the experiment, in groups"
        self.more.layout.width = "auto"
        self.groups = widgets.VBox()
        self.groups.layout.display = "none"
        if unfolded:
            self.row.children += (self.more,)
            self.more.observe(lambda change: unfolded(change.new), "value")
        self.show(experiment)

    def _made(self, name: str) -> widgets.Widget:
        """A control for a field."""
        widget = control(self._kinds[name], name)
        widget.tooltip = f"{name}: {Experiment.says()[name]}"
        widget.observe(self._observer(name), "value")
        return widget

    def unfold(self, experiment: Experiment, open: bool) -> None:
        """Show the controls of all other fields, or hide them. They are made when they
        are first shown: a page and its notebook carry each that there is."""
        if open and not self.groups.children:
            others = [name for name in self._kinds if name not in self.widgets]
            self.widgets |= {name: self._made(name) for name in others}
            self._put(experiment, others)
            self.groups.children = self._groups(others)
        self.groups.layout.display = "flex" if open else "none"

    def _groups(self, names: Sequence[str]) -> list[widgets.Widget]:
        """For each group its name, and a table of those of these fields that it has."""
        rows = []
        for group, members in Experiment.groups().items():
            title = widgets.HTML(f"<b>{group}</b>")
            title.add_class("nnlab-group")
            hidden = [self.widgets[name] for name in members if name in names]
            for widget in hidden:
                align(widget)
            table = widgets.Box(hidden)
            table.add_class("nnlab-table")
            rows.append(widgets.HBox([title, table]))
        return rows

    def show(self, experiment: Experiment, but: str = "") -> None:
        """Sets every control to what the experiment says, without reporting it; but
        not the one that the learner is just using."""
        self._put(experiment, [*self.widgets], but)
        for name in self._wanted:
            self._mark(name, False)
        self._wanted.clear()

    def refuse(self, name: str) -> None:
        """Marks the control of an edit that was not possible, which shows it still."""
        self._mark(name, True)

    def _mark(self, name: str, refused: bool) -> None:
        widget = self.widgets.get(name)
        if isinstance(widget, NumberSlider):  # a page gives it no classes
            widget.refused = refused
        elif widget is not None:
            (widget.add_class if refused else widget.remove_class)(REFUSED)

    @property
    def waiting(self) -> bool:
        """Whether a control shows what was not possible."""
        return bool(self._wanted)

    def _put(self, experiment: Experiment, names: Sequence[str], but: str = "") -> None:
        """Sets these controls, without reporting it."""
        unread = idle(experiment)
        self._silent = True
        try:
            for name in names:
                widget = self.widgets[name]
                widget.disabled = name in unread
                if isinstance(widget, NumberSlider):
                    widget.low, widget.high = limits(experiment, name)
                value, kind = experiment.meant(name), self._kinds[name]
                if name != but and (value is not None or getattr(kind, "word", "")):
                    put(kind, self.widgets[name], value)
        finally:
            self._silent = False

    def asked(self, experiment: Experiment, name: str, value: object) -> Experiment:
        """The experiment with this edit and every earlier one that was not possible
        alone."""
        self._wanted[name] = value
        asked = {
            name: parse(name, value, getattr(experiment, name))
            for name, value in self._wanted.items()
        }
        same = {name for name in asked if asked[name] == experiment.meant(name)}
        return changed(experiment, {n: asked[n] for n in asked if n not in same})

    def _observer(self, name: str) -> Callable:
        def observe(change):
            if not self._silent:
                self._edited(name, change.new)

        return observe


def changed(experiment: Experiment, values: dict) -> Experiment:
    """The experiment with these fields. New data bring their own points; and what was
    chosen for the old ones, and does not fit the new, is as it is by default."""
    if "data" in values:
        values = {"samples": None, "noise": None, **values}
    while True:
        try:
            return experiment.replace(**values)
        except InputError as error:
            name = error.argument
            if "data" not in values or name in values or name not in OF_DATA:
                raise
            values = {**values, name: getattr(Experiment(), name)}
