"""The gradient computed by PyTorch's autograd, as an independent check.

The `forward` methods of the layers run on PyTorch tensors, and autograd derives the
gradient. No `backward` of the engine is used. PyTorch is optional, and imported on
demand.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nnlab.backend import Array, Space, quiet, select, to_numpy
from nnlab.diagnostics.trace import Passes
from nnlab.engine.layers import Context


def installed() -> bool:
    """Return True if PyTorch is installed.

    The first call imports it, which takes about a second.
    """
    if select.lacking():
        return False
    import nnlab.backend.pytorch  # noqa: F401

    return True


def gradient(passes: Passes) -> np.ndarray | None:
    """Return ∂(mean loss)/∂parameters (P,) of this mini-batch, in float64.

    None without PyTorch, or if a custom part supports NumPy only.
    """
    if not installed():
        return None
    from nnlab.backend.pytorch import Torch, derivative

    xp, p = Torch.xp, to_numpy(passes.network.parameters)
    try:
        with quiet():
            return derivative(lambda p: _mean_loss(passes, xp, p), p)
    except (TypeError, RuntimeError, AttributeError, ValueError):
        return None


def _mean_loss(passes: Passes, xp: Space, p: Array) -> Array:
    """Return the mean loss at parameters p, as a PyTorch tensor."""
    network, contexts = passes.network, [*_contexts(passes, xp)]
    x = _placed(xp, passes.x)
    outputs, _ = network.stack.forward(xp, network.layout.views(xp, p), x, contexts)
    y = _placed(xp, passes.y)
    return xp.mean(passes.loss.forward(xp, outputs[-1], y)[0], axis=-1)


def _contexts(passes: Passes, xp: Space) -> Iterator[Context]:
    """Yield the context of each layer on PyTorch tensors; new state is written to
    separate tensors, since autograd does not allow writes to several views of one."""
    state, noise = (_placed(xp, v) for v in (passes.network.state, passes.noise))
    of = passes.network.stack.contexts_in_training
    for c in of(xp, passes.batch, state, noise, state):
        yield replace(c, new={k: xp.zeros_like(v) for k, v in c.new.items()})


def _placed(xp: Space, values: Any) -> Array:
    """Return values as a PyTorch tensor: labels as integers, all else in float64."""
    host = to_numpy(values)
    whole = np.issubdtype(host.dtype, np.integer)
    return xp.asarray(host if whole else host.astype(np.float64), copy=True)
