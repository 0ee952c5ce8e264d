"""One training step: forward, loss, backward, update."""

from nnlab.backend import Array
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.update import Update


def training_step(
    network: Network, loss: Loss, update: Update, x: Array, y: Array
) -> Array:
    """Train `network` in place on one mini-batch.

    Args:
        network: the network, or R replicas of it.
        loss: the loss to minimize.
        update: turns the gradient into new parameters. `Update.prepare` has set the
            learning rate of this step, and `Update.set_noise` the random numbers that
            layers such as dropout use in it.
        x: samples (…, batch, inputs).
        y: targets of the samples, as returned by `network.targets`.

    Returns:
        The loss of each sample before the update (…, batch).

    Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating
    errors".
    """
    # Forward, loss, backward, in training mode: ∂(mean loss)/∂parameters.
    contexts = update.contexts(x.shape[-2])
    gradient = update.gradient_views
    losses = network.backpropagate(x, y, loss, contexts, gradient).losses
    # Add the gradients of the penalties, and clip.
    update.finish_gradient()
    # Update: parameters += change.
    update.apply()
    return losses
