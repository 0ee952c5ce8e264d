"""The gradient as PyTorch finds it, from the forward pass alone.

The layers' own lines for the way forward run on PyTorch's arrays, and its autograd
finds the way back by itself. It shares no line of any `backward` with the engine, so it
is a second opinion. It is imported when it is asked for, and need not be installed.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from nnlab.backend import to_numpy
from nnlab.engine.layers import Context
from nnlab.study.passes import Passes


@cache
def installed() -> bool:
    """Whether there is a PyTorch. The first call loads it, which takes a second."""
    try:
        import array_api_compat.torch  # noqa: F401
    except ImportError:
        return False
    return True


def gradient(passes: Passes) -> np.ndarray | None:
    """∂(mean loss)/∂parameters (P,) of this mini-batch, in float64; None without
    PyTorch, or where a part of the learner's own is written for NumPy alone."""
    if not installed():
        return None
    import torch

    p = torch.tensor(to_numpy(passes.network.parameters), dtype=torch.float64)
    p.requires_grad_()
    try:
        with np.errstate(all="ignore"):
            _mean_loss(passes, p).backward()
    except (TypeError, RuntimeError, AttributeError, ValueError):
        return None
    return None if p.grad is None else p.grad.numpy()


def _mean_loss(passes: Passes, p: Any) -> Any:
    """The mean loss at parameters p, on PyTorch's arrays."""
    import torch

    xp, network = _space(), passes.network
    contexts = [*_contexts(passes, xp)]
    x = torch.tensor(to_numpy(passes.x), dtype=torch.float64)
    for z, _ in network.stack.forward(xp, network.layout.views(xp, p), x, contexts):
        x = z
    y = torch.tensor(to_numpy(passes.y))
    y = y.to(torch.float64) if y.is_floating_point() else y
    return passes.loss.forward(xp, x, y)[0].mean()


def _space() -> Any:
    """PyTorch by NumPy's names. An array made of an array is the same one for autograd:
    PyTorch's own `asarray` may make one that has no past."""
    from array_api_compat import torch as xp

    def asarray(value: Any, dtype: Any = None) -> Any:
        made = value if hasattr(value, "requires_grad") else xp.asarray(value)
        return made if dtype is None else made.to(dtype)

    return SimpleNamespace(**{**vars(xp), "asarray": asarray})


def _contexts(passes: Passes, xp: Any) -> Iterator[Context]:
    """What each layer may know, on PyTorch's arrays. What it keeps is written to arrays
    of its own: of two parts of one, autograd lets only one be written."""
    vectors = (passes.network.state, passes.noise)
    state, noise = (xp.asarray(to_numpy(v).astype(np.float64)) for v in vectors)
    of = passes.network.stack.contexts_in_training
    for c in of(xp, passes.batch, state, noise, state):
        yield replace(c, new={k: xp.zeros_like(v) for k, v in c.new.items()})
