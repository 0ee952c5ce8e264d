"""What a run measured, epoch by epoch, as arrays: a row an epoch, a column a seed."""

import sys
from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any

import numpy as np

from nnlab.backend import Named, to_numpy
from nnlab.engine.network import Network
from nnlab.errors import at_least_one, unknown
from nnlab.training.snapshot import put, take
from nnlab.training.trainer import Trainer

PATIENCE = 1.0  # seconds until a bar shows how far it is


class RunResult(Mapping):
    """The history of a run: arrays (epochs + 1, seeds) by name.

    Row 0 is the start. A network that had stopped early has NaN from there on; when all
    have stopped or diverged the run is over, and there are fewer rows.

    Attributes:
        network: the networks, as they are at the end of the run: with early stopping
            every one as it was at its best, whether its patience ran out or not.
        seconds: how long it took.
        best: with early stopping, the row (seeds,) at which each network was best,
            which is the one that `network` has; or else None.

    >>> from nnlab import Experiment
    >>> curves = Experiment(seeds=3).run(epochs=2)
    >>> curves["validation_loss"].shape
    (3, 3)
    """

    def __init__(
        self,
        arrays: Named,
        network: Network,
        seconds: float,
        best: np.ndarray | None = None,
    ):
        self._arrays, self.network, self.seconds = arrays, network, seconds
        self.best = best

    @classmethod
    def of(cls, trainer: Trainer, epochs: int) -> "RunResult":
        """Trains for so many epochs. If that is interrupted, what was measured until
        the last whole epoch."""
        at_least_one("epochs", epochs)
        began = monotonic()
        with bar(epochs) as progress:
            if not whole_epochs(trainer, epochs, trainer.epoch, progress.update):
                raise KeyboardInterrupt  # in the first one: there is nothing to keep
        best = finish(trainer)
        arrays = {name: np.array(values) for name, values in trainer.history.items()}
        return cls(arrays, trainer.network, monotonic() - began, best)

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
        """What `network` has at the end of the run, seed by seed (seeds,): the last
        value, or with early stopping the one at its best; NaN for one that diverged."""
        values, seeds = self[name], np.arange(len(self.network.seeds))
        rows = self.epochs if self.best is None else self.best
        if name == "step":
            return np.broadcast_to(values[rows], seeds.shape)
        return np.where(self.diverged, np.nan, values[rows, seeds])

    def __repr__(self) -> str:
        seeds = len(self.network.seeds)
        many = f"{self.epochs} epoch{'s' * (self.epochs != 1)}"
        head = f"{many} of {seeds} network{'s' * (seeds != 1)}"
        lost = f", {self.diverged.sum()} of them diverged" * bool(self.diverged.any())
        lines = [f"{head}{lost}: at the end the median, and from … to …"]
        for name in [name for name in self if name != "step"]:
            values = self.end(name)
            values = values[np.isfinite(values)]
            if len(values):
                low, middle, high = np.quantile(values, (0, 0.5, 1))
                lines.append(f"{name:20}  {middle:8.3g}   {low:.3g} … {high:.3g}")
        return "\n".join(lines)


def whole_epochs(
    trainer: Trainer,
    epochs: int,
    epoch: Callable[[], object],
    done: Callable[[], object],
) -> int:
    """Calls `epoch` so many times, which takes `trainer` an epoch further, and after
    each `done`. Returns how many it made: if somebody interrupts, the trainer is back
    at the end of the last whole epoch."""
    kept, made = take(trainer), 0
    try:
        for _ in range(epochs):
            epoch()
            kept, made = take(trainer), made + 1
            done()
    except KeyboardInterrupt:
        put(trainer, kept)
        entries = trainer.record.entries
        trainer.record.entries = {k: v[: kept.entries] for k, v in entries.items()}
        print(f"interrupted: {made} of {epochs} epochs are kept", file=sys.stderr)
    return made


def finish(trainer: Trainer) -> np.ndarray | None:
    """With early stopping, puts every network where it was best, and returns the rows
    of the history (seeds,) at which that was; or else None."""
    if trainer.record.watch is None:
        return None
    trainer.restore_best()
    return trainer.record.best


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
