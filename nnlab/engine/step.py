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
            learning rate of the current step, and `Update.noise` holds its random
            numbers.
        x: samples (…, batch, inputs).
        y: targets of the samples, in the form returned by `loss.targets`.

    Returns:
        The mean loss of the mini-batch before the update, one number per replica (…,).

    Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating
    errors".
    """
    z, caches = network.forward_pass(x, update.contexts(x.shape[-2]))  # forward
    losses, cache = loss.forward(network.xp, z, y)  # loss
    dz = loss.backward(network.xp, cache)  # backward: ∂loss/∂z
    network.backward_pass(caches, dz, update.gradient_views)  # then ∂loss/∂parameters
    update.finish_gradient()  # update: add penalties, clip the gradient
    update.apply()  # parameters += change
    return network.xp.mean(losses, axis=-1)
