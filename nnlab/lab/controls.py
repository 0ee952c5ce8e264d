"""What the learner turns, built from the experiment's own fields.

A control knows its field's kind, and nothing else: limits, choices and explanations
stand with the experiment. Controls report what was done and do nothing themselves.
"""

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from nnlab.data.catalogue import REAL
from nnlab.lab.kinds import control, parse, put
from nnlab.lab.page import row
from nnlab.study.experiment import Experiment


class Controls:
    """One control for each field in `names`; `edited(name, value)` hears of changes.

    With `more`, every other field has its control too, in groups that unfold.
    """

    def __init__(
        self,
        experiment: Experiment,
        names: Sequence[str],
        edited: Callable[[str, object], None],
        more: bool = False,
    ):
        kinds, says = Experiment.kinds(), Experiment.says()
        self._edited, self._silent, self._kinds = edited, False, kinds
        self._wanted: dict[str, object] = {}
        self.widgets = {
            name: control(kinds[name], name) for name in (kinds if more else names)
        }
        for name, widget in self.widgets.items():
            widget.tooltip = f"{name}: {says[name]}"
            widget.observe(self._observer(name), "value")
        self.row = row([self.widgets[name] for name in names])
        self.more = widgets.ToggleButton(description="All settings", icon="sliders")
        self.more.tooltip = "Every field of the experiment, in groups"
        self.more.layout.width = "auto"
        self.groups = widgets.VBox(self._groups(names) if more else [])
        self.groups.layout.display = "none"
        if more:
            self.row.children += (self.more,)
            self.more.observe(self._unfold, "value")
        self.show(experiment)

    def _groups(self, sight: Sequence[str]) -> list[widgets.Widget]:
        """A row for each group, of the fields that are not in sight already."""
        rows = []
        for group, names in Experiment.groups().items():
            title = widgets.HTML(f"<b>{group}</b>")
            title.layout.width = "64px"
            hidden = [self.widgets[name] for name in names if name not in sight]
            rows.append(row([title, *hidden]))
        return rows

    def _unfold(self, change) -> None:
        self.groups.layout.display = "flex" if change.new else "none"

    def show(self, experiment: Experiment, but: str = "") -> None:
        """Sets every control to what the experiment says, without reporting it; but
        not the one that the learner is just using."""
        self._silent = True
        try:
            for name, widget in self.widgets.items():
                if name == but:
                    continue
                value = experiment.meant(name)
                widget.disabled = value is None
                if value is not None:
                    put(self._kinds[name], widget, value)
            self._wanted.clear()
        finally:
            self._silent = False

    def asked(self, experiment: Experiment, name: str, value: object) -> Experiment:
        """The experiment with this edit and every earlier one that was not possible
        alone; new data bring their own points."""
        self._wanted[name] = value
        asked = {name: parse(name, value) for name, value in self._wanted.items()}
        same = {name for name in asked if asked[name] == experiment.meant(name)}
        asked = {name: asked[name] for name in asked.keys() - same}
        if "data" in asked:
            asked = {"samples": None, "noise": None, **asked}
        if asked.get("data") in REAL:
            asked = {"features": None, **asked}
        return experiment.replace(**asked)

    def _observer(self, name: str) -> Callable:
        def observe(change):
            if not self._silent:
                self._edited(name, change.new)

        return observe
