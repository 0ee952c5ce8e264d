"""One step of training: forward, loss, backward, update."""

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
        loss: what to make small.
        update: turns the gradient into new parameters; `Update.prepare` has given it
            the learning rate of this step, and `Update.noise` holds its random numbers.
        x: samples (…, batch, inputs).
        y: their targets, in the form that `loss.targets` gives them.

    Returns:
        The mean loss of the mini-batch before the update, one number a replica (…,).

    Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating
    errors".
    """
    z, caches = network.forward_pass(x, update.contexts(x.shape[-2]))  # forward
    losses, cache = loss.forward(network.xp, z, y)  # loss
    dz = loss.backward(network.xp, cache)  # backward: ∂loss/∂z, and home from there
    network.backward_pass(caches, dz, update.gradient_views)
    update.finish_gradient()  # update: penalties are added, and the gradient is clipped
    update.apply()  # parameters += change
    return network.xp.mean(losses, axis=-1)
