"""A stand-in for a CUDA graph, on the processor.

As a CUDA graph does, it keeps the operations of some work with the arrays that they
read and write, without doing them, and does them again later with no Python between.
So a number that Python put in stays what it was, and what was not copied into an array
that stays is not seen. What a graph refuses, it refuses: to ask for a number on the
way, and to read what has just come from the host.
"""

import gc
from dataclasses import dataclass

import pytest

from nnlab.backend import Backend
from nnlab.backend.cuda_graph import Recorded


def recording_of(work):
    """What `graph_of` is on a GPU."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    asks = torch.ops.aten._local_scalar_dense.default
    every = [one for one in gc.get_objects() if type(one) is torch.Tensor]
    there = [one for one in every if not one.is_inference()]
    known = {id(one) for one in every}
    operations = []

    def tensors(what):
        return [one for one in tree_leaves(what) if isinstance(one, torch.Tensor)]

    class Recorder(TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, given=(), named=None):
            if operation is asks:
                raise RuntimeError("operation not permitted when stream is capturing")
            if not known.issuperset(map(id, tensors((given, named)))):
                raise RuntimeError("what comes from the host can't be captured")
            made = operation(*given, **(named or {}))
            known.update(map(id, tensors(made)))
            operations.append((operation, given, named or {}, tensors(made)))
            return made

    def play():
        for operation, given, named, made in operations:
            for was, now in zip(made, tensors(operation(*given, **named))):
                if was is not now:
                    was.copy_(now)

    before = [(one, one.clone()) for one in there]
    try:
        with Recorder():
            work()
    finally:
        for one, was in before:  # to record is not to do
            one.copy_(was)
    return play


@dataclass(frozen=True)
class Standing(Backend):
    """PyTorch on the processor, with steps that are recorded as on a GPU."""

    @property
    def xp(self):
        from nnlab.backend.pytorch import Torch

        return Torch.xp

    def repeated(self, work):
        return Recorded(work, recording_of, lambda play: play())


@pytest.fixture
def recording():
    """The stand-in, on its own: a function from work to what plays it."""
    pytest.importorskip("torch")
    return recording_of


@pytest.fixture
def graphs():
    """A backend that records steps, and plays them."""
    pytest.importorskip("torch")
    return Standing("torch")
