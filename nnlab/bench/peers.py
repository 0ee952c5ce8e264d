"""The same training by other libraries, each as a good user of it would write it.

A loop trains for some epochs, and goes on from there at the next call. An epoch shows
every sample once, in a new order; each step's loss is kept, and read at the end. After
every epoch a `Trainer` measures the loss on all samples, so these loops do that too.
`orders` stands in for a loop's own shuffling.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from nnlab.bench.tasks import RATE, Losses, Parameters, Task, Train

Orders = Callable[[int], Any]  # of the samples (…, epochs, samples), for so many epochs


def pytorch(
    task: Task, start: Parameters, orders: Orders | None = None, device: str = "cpu"
) -> Train:
    """One network, run eagerly, with batches taken by index."""
    import torch
    from torch.nn import BCEWithLogitsLoss, CrossEntropyLoss

    model = _sequential(start).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    x, y = (torch.tensor(part, device=device) for part in task.data())
    y = y[:, None].float() if task.binary else y
    loss_of = BCEWithLogitsLoss() if task.binary else CrossEntropyLoss()

    def shuffled(epochs: int) -> Any:
        return (torch.randperm(task.samples, device=device) for _ in range(epochs))

    def train(epochs: int) -> Losses:
        losses, measured = [], []
        for order in (orders or shuffled)(epochs):
            for rows in torch.as_tensor(order, device=device).split(task.batch):
                optimizer.zero_grad()
                loss = loss_of(model(x[rows]), y[rows])
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
            with torch.no_grad():
                measured.append(loss_of(model(x), y))
        return _fetched(losses), _fetched(measured)

    return train


def by_hand(
    task: Task, start: Parameters, orders: Orders | None = None, device: str = "cpu"
) -> Train:
    """One network on PyTorch without autograd: its backward and Adam are written out,
    the latter as PyTorch's own for one tensor after the other."""
    import torch

    x, y = (torch.tensor(part, device=device) for part in task.data())
    weights = [torch.tensor(W, device=device) for W, _ in start]
    biases = [torch.tensor(b, device=device) for _, b in start]
    parameters = [*weights, *biases]
    means = [torch.zeros_like(p) for p in parameters]
    squares = [torch.zeros_like(p) for p in parameters]
    loss_of = _binary_by_hand if task.binary else _softmax_by_hand
    steps = count(1)

    def forward(a: Any) -> list[Any]:
        outputs = [a]
        for W, b in zip(weights[:-1], biases):
            outputs.append(torch.tanh(outputs[-1] @ W + b))
        return [*outputs, outputs[-1] @ weights[-1] + biases[-1]]

    def backward(outputs: list[Any], dz: Any) -> list[Any]:
        gradients = []
        for a, W in zip(outputs[-2::-1], reversed(weights)):
            gradients.append((a.T @ dz, dz.sum(0)))
            if len(gradients) < len(weights):
                dz = (dz @ W.T) * (1 - a * a)
        return [g for kind in zip(*reversed(gradients)) for g in kind]

    def adam(gradients: list[Any]) -> None:
        step = next(steps)
        rate, root = RATE / (1 - 0.9**step), (1 - 0.999**step) ** 0.5
        for p, g, m, s in zip(parameters, gradients, means, squares):
            m.lerp_(g, 0.1)
            s.mul_(0.999).addcmul_(g, g, value=0.001)
            p.addcdiv_(m, (s.sqrt() / root).add_(1e-8), value=-rate)

    def shuffled(epochs: int) -> Any:
        return (torch.randperm(task.samples, device=device) for _ in range(epochs))

    @torch.inference_mode()
    def train(epochs: int) -> Losses:
        losses, measured = [], []
        for order in (orders or shuffled)(epochs):
            for rows in torch.as_tensor(order, device=device).split(task.batch):
                outputs = forward(x[rows])
                loss, dz = loss_of(outputs.pop(), y[rows])
                losses.append(loss)
                adam(backward([*outputs, None], dz))
            measured.append(loss_of(forward(x)[-1], y)[0])
        return _fetched(losses), _fetched(measured)

    return train


def _binary_by_hand(z: Any, y: Any) -> Any:
    """Mean binary cross-entropy of logits (batch, 1), and its slope."""
    import torch

    y = y[:, None]
    losses = torch.clamp(z, min=0) - z * y + torch.log1p(torch.exp(-z.abs()))
    return losses.mean(), (torch.sigmoid(z) - y) / len(y)


def _softmax_by_hand(z: Any, y: Any) -> Any:
    """Mean cross-entropy of logits (batch, classes), and its slope."""
    import torch

    logs = z - torch.logsumexp(z, dim=1, keepdim=True)
    rows = torch.arange(len(y), device=y.device)
    slope = torch.exp(logs)
    slope[rows, y] -= 1
    return -logs[rows, y].mean(), slope / len(y)


def _fetched(losses: list[Any]) -> np.ndarray:
    """Losses as they were kept, fetched at once."""
    import torch

    fetched: np.ndarray = torch.stack(losses).cpu().numpy()
    return fetched


def _sequential(start: Parameters) -> Any:
    """Linear layers with these parameters, and tanh between them."""
    import torch
    from torch import nn

    layers: list[nn.Module] = []
    for W, b in start:
        layers += [nn.Linear(*W.shape), nn.Tanh()]
        layers[-2].load_state_dict(
            {"weight": torch.tensor(W.T), "bias": torch.tensor(b)}
        )
    return nn.Sequential(*layers[:-1])


def scikit_learn(task: Task) -> Train:
    """One network, an epoch at a time; it keeps the mean of an epoch's losses."""
    from sklearn.metrics import log_loss

    model, (x, y) = classifier(task), task.data()
    classes = np.unique(y)

    def train(epochs: int) -> Losses:
        measured = []
        for _ in range(epochs):
            model.partial_fit(x, y, classes=classes)
            measured.append(log_loss(y, model.predict_proba(x)))
        return np.array(model.loss_curve_[-epochs:]), np.array(measured)

    return train


def classifier(task: Task) -> Any:
    """The network as scikit-learn describes it."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        hidden_layer_sizes=task.widths[1:-1],
        activation="tanh",
        solver="adam",
        alpha=0.0,
        batch_size=task.batch,
        learning_rate_init=RATE,
        random_state=0,
    )


def jax(task: Task, start: Parameters, orders: Orders | None = None) -> Train:
    """Many networks: one of them mapped over all, scanned over steps, and compiled."""
    from jax import block_until_ready, jit, random, tree, vmap
    from jax import numpy as jnp

    networks = len(start[0][0])
    p = tree.map(jnp.array, start)
    zeros = tree.map(jnp.zeros_like, p)
    state = (p, zeros, zeros, jnp.zeros(networks))
    run, seeds = jit(vmap(_epochs(task))), count()
    permutations = jit(vmap(vmap(lambda key: random.permutation(key, task.samples))))

    def shuffled(epochs: int) -> Any:
        key = random.key(next(seeds))
        return permutations(random.split(key, (networks, epochs)))

    def train(epochs: int) -> Losses:
        nonlocal state
        done = run(state, (orders or shuffled)(epochs))
        state, (losses, measured) = block_until_ready(done)
        return np.asarray(losses).reshape(networks, -1).T, np.asarray(measured).T

    return train


def _epochs(task: Task) -> Callable[[Any, Any], Any]:
    """For JAX, some epochs of one network, as many as there are orders: what it is
    after them, and the loss of each step and on all samples after each epoch."""
    from jax import lax, value_and_grad
    from jax import numpy as jnp

    x, y = map(jnp.array, task.data())
    loss_of = _loss(task)

    def step(state: Any, rows: Any) -> Any:
        loss, g = value_and_grad(loss_of)(state[0], x[rows], y[rows])
        return _adam(*state, g), loss

    def epoch(state: Any, order: Any) -> Any:
        state, losses = lax.scan(step, state, order.reshape(-1, task.batch))
        return state, (losses, loss_of(state[0], x, y))

    return lambda state, orders: lax.scan(epoch, state, orders)


def _loss(task: Task) -> Callable[[Any, Any, Any], Any]:
    """For JAX, the mean loss as a function of parameters, samples and labels."""
    from jax import nn
    from jax import numpy as jnp

    def loss(p: Any, x: Any, y: Any) -> Any:
        for W, b in p[:-1]:
            x = jnp.tanh(x @ W + b)
        z = x @ p[-1][0] + p[-1][1]
        if task.binary:
            return jnp.mean(nn.softplus(z[:, 0]) - z[:, 0] * y)
        hot = nn.one_hot(y, task.widths[-1])
        return -jnp.mean(jnp.sum(hot * nn.log_softmax(z), axis=-1))

    return loss


def _adam(p: Any, mean: Any, square: Any, steps: Any, g: Any) -> Any:
    """For JAX, parameters, moments and steps done after one more, of gradient g."""
    from jax import numpy as jnp
    from jax import tree

    steps = steps + 1
    mean = tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, g)
    square = tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, g)
    rate, root = RATE / (1 - 0.9**steps), (1 - 0.999**steps) ** -0.5
    p = tree.map(
        lambda p, m, s: p - rate * m / (jnp.sqrt(s) * root + 1e-8), p, mean, square
    )
    return p, mean, square, steps
