"""All numbers of one weight, or of one unit."""

from nnlab.backend import to_numpy
from nnlab.diagnostics.activations_and_gradients import signals
from nnlab.diagnostics.named_vectors import array, vectors
from nnlab.diagnostics.sample_losses import samples_of
from nnlab.training.trainer import Trainer


def of_weight(
    trainer: Trainer, replica: int, name: str, place: tuple[int, ...]
) -> dict[str, float]:
    """Return the value, the latest gradient and the optimizer moments of one weight.

    Args:
        trainer: the trainer.
        replica: the index of the replica.
        name: the name of the array, such as "0.W".
        place: the index in that array.

    Returns:
        Numbers by name: "weight", "gradient", and each moment.
    """
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
    """Return the sum "z", output "a" and gradient "δ" = ∂ℓ/∂z of one unit.

    All are means over the training samples, or the values of one sample. The mean of δ
    is the gradient of the mean loss by the unit's bias.

    Args:
        trainer: the trainer.
        replica: the index of the replica.
        layers: the indices of the layers whose outputs are z and a.
        unit: the index of the unit.
        sample: the row of a training sample, or None for all.
    """
    rows = slice(None) if sample is None else slice(sample, sample + 1)
    x, y = samples_of(trainer, replica, rows=rows)
    network = trainer.network.replica(replica)
    (found, _), (sums, last) = signals(network, x, y, trainer.loss), layers
    z, a, delta = (
        to_numpy(values)[:, unit]
        for values in (found.outputs[sums], found.outputs[last], found.slopes[sums])
    )
    return {"z": float(z.mean()), "a": float(a.mean()), "δ": float(delta.sum())}
