"""What a run measured, epoch by epoch, as arrays: a row an epoch, a column a seed."""

from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any

import numpy as np

from nnlab.backend import Named, to_numpy
from nnlab.engine.network import Network
from nnlab.engine.trainer import Trainer
from nnlab.errors import at_least_one, unknown

PATIENCE = 1.0  # seconds until a bar shows how far it is


class Curves(Mapping):
    """The history of a run: arrays (epochs + 1, seeds) by name.

    Row 0 is the start. A network that had stopped early has NaN from there on; when all
    have stopped or diverged the run is over, and there are fewer rows.

    Attributes:
        network: the networks, as they are at the end of the run: those that stopped
            early at their best, the others where they had come to.
        seconds: how long it took.

    >>> from nnlab import Experiment
    >>> curves = Experiment(seeds=3).run(epochs=2)
    >>> curves["validation_loss"].shape
    (3, 3)
    """

    def __init__(self, arrays: Named, network: Network, seconds: float):
        self._arrays, self.network, self.seconds = arrays, network, seconds

    @classmethod
    def of(cls, trainer: Trainer, epochs: int) -> "Curves":
        """Trains for so many epochs."""
        at_least_one("epochs", epochs)
        began = monotonic()
        with bar(epochs) as progress:
            for _ in range(epochs):
                trainer.epoch()
                progress.update()
        arrays = {name: np.array(values) for name, values in trainer.history.items()}
        return cls(arrays, trainer.network, monotonic() - began)

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return len(self["step"]) - 1

    @property
    def diverged(self) -> np.ndarray:
        """For each seed (seeds,) whether its numbers are no longer finite."""
        return ~np.isfinite(to_numpy(self.network.parameters)).all(axis=-1)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._arrays:
            raise unknown("name", name, self._arrays)
        return self._arrays[name]

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def end(self, name: str) -> np.ndarray:
        """The last value of each seed (seeds,): for one that stopped early, that at
        which it stopped; NaN for one that diverged."""
        values = self[name]
        last = np.argmax(np.isfinite(values[::-1]), axis=0)
        found = values[::-1][last, np.arange(values.shape[1])]
        return np.where(self.diverged, np.nan, found)

    def __repr__(self) -> str:
        seeds = len(self.network.seeds)
        many = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
        head = f"{many} of {seeds} network{'s' * (seeds != 1)}"
        lost = f", {self.diverged.sum()} of them diverged" * bool(self.diverged.any())
        lines = [f"{head}{lost}: at the end the median, and from … to …"]
        for name in self:
            values = self.end(name) if name != "step" else np.zeros(1)
            values = values[np.isfinite(values)]
            if values.any():
                low, middle, high = np.quantile(values, (0, 0.5, 1))
                lines.append(f"{name:20}  {middle:8.3g}   {low:.3g} … {high:.3g}")
        return "\n".join(lines)


def bar(epochs: int) -> Any:
    """A bar that shows how far it is: it comes when that takes long, and goes when it
    is over."""
    from tqdm.auto import tqdm  # not above: the bar is for who runs one

    settings = dict(unit=" epochs", delay=PATIENCE, leave=False)
    progress = tqdm(total=epochs, desc="training", **settings)
    if box := getattr(progress, "container", None):  # there is one in a notebook
        box._ipython_display_ = lambda: _live_alone(box.model_id)
    return progress


def _live_alone(model: str) -> None:
    """Shows a widget without a text in its place: what a notebook keeps of a cell is
    the same, whether it took long or not."""
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": model}
    display({"application/vnd.jupyter.widget-view+json": view}, raw=True)
