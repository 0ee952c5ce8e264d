"""The gradient as PyTorch finds it, from the forward pass alone.

The layers' own lines for the way forward run on PyTorch's arrays, and its autograd
finds the way back by itself. It shares no line of any `backward` with the engine, so it
is a second opinion. PyTorch is imported when it is asked for, and need not be there.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nnlab.backend import Array, Space, quiet, select, to_numpy
from nnlab.diagnostics.trace import Passes
from nnlab.engine.layers import Context


def installed() -> bool:
    """Whether there is a PyTorch. The first call loads it, which takes a second."""
    if select.lacking():
        return False
    import nnlab.backend.pytorch  # noqa: F401

    return True


def gradient(passes: Passes) -> np.ndarray | None:
    """∂(mean loss)/∂parameters (P,) of this mini-batch, in float64; None without
    PyTorch, or where a part of the learner's own is written for NumPy alone."""
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
    """The mean loss at parameters p, on PyTorch's arrays."""
    network, contexts = passes.network, [*_contexts(passes, xp)]
    x = _placed(xp, passes.x)
    for z, _ in network.stack.forward(xp, network.layout.views(xp, p), x, contexts):
        x = z
    return xp.mean(passes.loss.forward(xp, x, _placed(xp, passes.y))[0], axis=-1)


def _contexts(passes: Passes, xp: Space) -> Iterator[Context]:
    """What each layer may know, on PyTorch's arrays. What it keeps is written to arrays
    of its own: of two parts of one, autograd lets only one be written."""
    state, noise = (_placed(xp, v) for v in (passes.network.state, passes.noise))
    of = passes.network.stack.contexts_in_training
    for c in of(xp, passes.batch, state, noise, state):
        yield replace(c, new={k: xp.zeros_like(v) for k, v in c.new.items()})


def _placed(xp: Space, values: Any) -> Array:
    """Numbers as PyTorch's, measured ones in float64; labels stay whole."""
    host = to_numpy(values)
    whole = np.issubdtype(host.dtype, np.integer)
    return xp.asarray(host if whole else host.astype(np.float64), copy=True)
