"""The loops that are compared on a task: ours, and those of the peers that are here."""

from functools import partial
from importlib.util import find_spec

import numpy as np

from nnlab.backend import to_numpy
from nnlab.bench.peers import jax, pytorch, scikit_learn
from nnlab.bench.tasks import RATE, REPLICAS, Losses, Task, Train, parameters
from nnlab.engine import Adam, Network
from nnlab.training import Trainer

ONE, REPLICATED = "nnlab", f"nnlab × {REPLICAS}"
PYTORCH, SCIKIT, JAX = "PyTorch", "scikit-learn", f"JAX × {REPLICAS}"
PACKAGES = {PYTORCH: "torch", SCIKIT: "scikit-learn", JAX: "jax"}
MODULES = {**PACKAGES, SCIKIT: "sklearn"}


def installed() -> list[str]:
    """The peers that are on this machine."""
    return [name for name, module in MODULES.items() if find_spec(module)]


def loops(task: Task, peers: list[str]) -> dict[str, Train]:
    """Our loops and those of these peers, by name, from the same parameters on."""
    one = task.network()
    makers = {
        ONE: partial(nnlab, task, one),
        PYTORCH: partial(pytorch, task, parameters(one)),
        SCIKIT: partial(scikit_learn, task),
    }
    if task.many:
        many = task.network(REPLICAS)
        makers[REPLICATED] = partial(nnlab, task, many)
        makers[JAX] = partial(jax, task, parameters(many))
    wanted = (ONE, REPLICATED, *peers)
    return {name: make() for name, make in makers.items() if name in wanted}


def nnlab(task: Task, network: Network) -> Train:
    """A network, or its replicas side by side."""
    data, xp = task.data(), network.xp
    trainer = Trainer(network, task.loss, Adam(RATE), data, batch_size=task.batch)

    def train(epochs: int) -> Losses:
        losses = []
        for _ in trainer.steps(epochs * task.per_epoch):
            losses.append(xp.asarray(trainer.last_loss, copy=True))
        measured = np.stack(trainer.history["train_loss"][-epochs:])
        return to_numpy(xp.stack(losses)), measured

    return train
