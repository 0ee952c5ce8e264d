"""The history of a run as arrays, with a row per epoch and a column per seed."""

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

PATIENCE = 1.0  # seconds until the progress bar appears


class RunResult(Mapping):
    """History of a run: arrays (epochs + 1, seeds) by name; "step" is (epochs + 1,).

    Row 0 is before training. A network has NaN after early stopping. The run ends when
    all networks have stopped or diverged, and the arrays then have fewer rows.

    Attributes:
        network: the networks at the end of the run; with early stopping, each with its
            best parameters, even if its patience did not run out.
        seconds: the duration in seconds.
        best: with early stopping, the row (seeds,) at which each network was best, as
            it is in `network`; otherwise None.

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
        """Train for `epochs` epochs and return the result.

        After an interrupt, the result covers all complete epochs.

        Raises:
            InputError: if `epochs` is less than 1.
            KeyboardInterrupt: if interrupted before the first epoch is complete.
        """
        at_least_one("epochs", epochs)
        began = monotonic()
        with bar(epochs) as progress:
            if not whole_epochs(trainer, epochs, trainer.epoch, progress.update):
                raise KeyboardInterrupt  # no epoch is complete
        best = finish(trainer)
        arrays = {name: np.array(values) for name, values in trainer.history.items()}
        return cls(arrays, trainer.network, monotonic() - began, best)

    @property
    def epochs(self) -> int:
        """Number of epochs that were trained."""
        return len(self["step"]) - 1

    @property
    def diverged(self) -> np.ndarray:
        """Boolean mask (seeds,), True for networks whose parameters are not finite."""
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
        """Return the values of `network` at the end of the run (seeds,).

        These are the last values, or with early stopping those at the best epoch; NaN
        for a network that diverged.

        Raises:
            InputError: if there is no such name.
        """
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
    """Train for up to `epochs` epochs, and return the number of complete epochs.

    After an interrupt the trainer is restored to the end of the last complete epoch.

    Args:
        trainer: the trainer that `epoch` advances.
        epochs: the number of epochs.
        epoch: trains for one epoch.
        done: is called after each epoch.
    """
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
    """Restore the best parameters of every network if early stopping is used.

    Returns:
        The rows of the history (seeds,) at which they were best, or None without early
        stopping.
    """
    if trainer.record.watch is None:
        return None
    trainer.restore_best()
    return trainer.record.best


def bar(epochs: int) -> Any:
    """Return a progress bar that appears only after `PATIENCE` seconds."""
    from tqdm.auto import tqdm  # imported only where needed

    settings = dict(unit=" epochs", delay=PATIENCE, leave=False)
    progress = tqdm(total=epochs, desc="training", **settings)
    if box := getattr(progress, "container", None):  # only in a notebook
        box._ipython_display_ = lambda: _live_alone(box.model_id)
    return progress


def _live_alone(model: str) -> None:
    """Display a widget without its text fallback, so that the saved notebook does not
    depend on how long the cell took."""
    from IPython.display import display

    view = {"version_major": 2, "version_minor": 0, "model_id": model}
    display({"application/vnd.jupyter.widget-view+json": view}, raw=True)
