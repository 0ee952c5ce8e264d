"""What the tests of the engine share."""

from collections.abc import Callable

import array_api_strict
import numpy as np
import pytest

from nnlab import engine
from nnlab.backend import Backend
from nnlab.engine.layers import Layer
from nnlab.engine.loss import Loss


class Strict(Backend):
    """An array library that can do what the standard asks for, and nothing else."""

    xp = array_api_strict


@pytest.fixture
def strict() -> Backend:
    """The standard, to the letter."""
    return Strict("strict")


def central(f: Callable[[], float], v: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """∂f/∂v, by moving each number of `v` a little up and a little down, in place."""
    slope = np.empty_like(v)
    for i in np.ndindex(v.shape):
        kept = v[i]
        v[i] = kept + h
        above = f()
        v[i] = kept - h
        slope[i] = (above - f()) / (2 * h)
        v[i] = kept
    return slope


@pytest.fixture
def differences() -> Callable:
    """Slopes without calculus: the judge of every backward."""
    return central


def torch_of(part: Layer | Loss) -> Callable:
    """PyTorch's own function for an activation, z ↦ a, or for the mean loss of z
    and y."""
    torch = pytest.importorskip("torch")
    f = torch.nn.functional
    return {
        engine.Identity: lambda z: 1.0 * z,
        engine.ReLU: f.relu,
        engine.LeakyReLU: lambda z: f.leaky_relu(z, part.slope),
        engine.ELU: lambda z: f.elu(z, part.alpha),
        engine.Sigmoid: torch.sigmoid,
        engine.Tanh: torch.tanh,
        engine.Softplus: lambda z: f.softplus(z, threshold=500),  # exact up to there
        engine.GELU: lambda z: f.gelu(z, approximate="tanh"),
        engine.SiLU: f.silu,
        engine.MSE: f.mse_loss,
        engine.MAE: f.l1_loss,
        engine.Huber: lambda z, y: f.huber_loss(z, y, delta=part.delta),
        engine.BinaryCrossEntropy: lambda z, y: f.binary_cross_entropy_with_logits(
            z[:, 0], y
        ),
        engine.CrossEntropy: f.cross_entropy,
        engine.Hinge: lambda z, y: torch.relu(1 - (2 * y - 1) * z[:, 0]).mean(),
    }[type(part)]


@pytest.fixture
def torches() -> Callable:
    """What PyTorch makes of an activation or a loss."""
    return torch_of
