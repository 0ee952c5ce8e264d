"""Every number that belongs to one weight, or to one unit."""

from nnlab.backend import to_numpy
from nnlab.diagnostics.activations_and_gradients import signals
from nnlab.diagnostics.named_vectors import array, vectors
from nnlab.diagnostics.sample_losses import samples_of
from nnlab.training.trainer import Trainer


def of_weight(
    trainer: Trainer, replica: int, name: str, place: tuple[int, ...]
) -> dict[str, float]:
    """Of the number at this place of an array, as "0.W": "weight", "gradient" (the
    latest), and each moment that the optimizer keeps of it."""
    found = {
        kind: float(array(trainer, vector[replica], name)[place])
        for kind, vector in vectors(trainer).items()
    }
    return {"weight": found.pop("parameters"), **found}


def of_unit(
    trainer: Trainer,
    replica: int,
    layers: tuple[int, int],
    unit: int,
    sample: int | None = None,
) -> dict[str, float]:
    """Of a unit: its weighted sum "z", its output "a", and "δ", the slope of the loss
    by z. `layers` are the numbers of those whose outputs z and a are.

    All are means over the training samples, or of one of them alone. The mean of δ is
    the slope of the mean loss by the unit's bias.
    """
    rows = slice(None) if sample is None else slice(sample, sample + 1)
    x, y = samples_of(trainer, replica, rows=rows)
    network = trainer.network.replica(replica)
    found, (sums, last) = signals(network, x, y, trainer.loss), layers
    z, a, delta = (
        to_numpy(values)[:, unit]
        for values in (found.outputs[sums], found.outputs[last], found.slopes[sums])
    )
    return {"z": float(z.mean()), "a": float(a.mean()), "δ": float(delta.sum())}
