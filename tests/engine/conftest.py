"""What the tests of the engine share, and the backends that they are run for.

Every test is run for NumPy, for the array API standard to the letter, for PyTorch, and
for PyTorch on a GPU where there is one. `backend` makes "numpy", which is what a
network takes by default, mean that backend while the test runs. Marks take something
away:

- `once`, for what has no array of a backend in it: drawing first parameters, schedules,
  the order of samples, the check of what comes in, files that are no checkpoint; and
  for the long run that learns digits.
- `without(name)`, for what this backend cannot do, or takes too long for.
- `thinned(n)`, for a product of many circumstances: NumPy gets all of them, and each of
  the other backends every nth, in which every part has its turn.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from nnlab import engine
from nnlab.backend import Array, Backend, select_backend
from nnlab.backend.select import lacking
from nnlab.engine import network
from nnlab.engine.layers import Layer
from nnlab.engine.losses.loss import Loss

from .arrays import Strict, copied, here, host


def backends() -> list[str]:
    """The names of those that tests are run for."""
    names = ["numpy", "strict", "torch"]
    if not lacking():
        from nnlab.backend.pytorch import gpu_is_here

        names += ["torch:cuda"] * gpu_is_here()
    return names


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: a test without arrays of a backend")
    config.addinivalue_line("markers", "without(name): what a backend cannot do")
    config.addinivalue_line("markers", "thinned(n): every nth will do beside NumPy")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marks = metafunc.definition.get_closest_marker
    if not marks("once"):
        left_out = marks("without").args if marks("without") else ()
        names = [name for name in backends() if name not in left_out]
        metafunc.parametrize("backend", names, indirect=True)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    seen: Counter = Counter()
    kept, extra = [], []
    for item in items:
        (extra if _is_extra(item, seen) else kept).append(item)
    config.hook.pytest_deselected(items=extra)
    items[:] = kept


def _is_extra(item: pytest.Item, seen: Counter) -> bool:
    """Whether this one of a thinned test is left out."""
    thinned = item.get_closest_marker("thinned")
    if not thinned or item.callspec.params["backend"] == "numpy":
        return False
    which = item.function, item.callspec.params["backend"]
    seen[which] += 1
    return (seen[which] - 1) % thinned.args[0] > 0


@pytest.fixture(autouse=True)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """The backend of this test, and what "numpy" means in it."""
    one = backend_called(getattr(request, "param", "numpy"))
    means = lambda name, size: one if name == "numpy" else select_backend(name, size)  # noqa: E731
    monkeypatch.setattr(network, "select_backend", means)
    return one


def backend_called(name: str) -> Backend:
    """The backend of this name, or the test is skipped."""
    if name == "strict":
        return Strict(name)
    if name.startswith("torch"):
        pytest.importorskip("array_api_compat")
        torch = pytest.importorskip("torch")
        torch.set_num_threads(1)  # of more, each would wait for the others
    return select_backend(name, 1)


def central(f: Callable[[], Array], v: Array, h: float = 1e-5) -> np.ndarray:
    """∂(Σ f)/∂v, by moving each number of `v` a little up and a little down."""
    slope = np.empty_like(at := copied(v))
    for i in np.ndindex(at.shape):
        kept, sides = at[i], []
        for at[i] in (kept + h, kept - h):
            v[...] = here(at)
            sides.append(host(f()).sum())
        slope[i] = (sides[0] - sides[1]) / (2 * h)
        at[i] = kept
    v[...] = here(at)
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
