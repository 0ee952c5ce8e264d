"""Parts as learners write them: right ones in many spellings, and wrong ones, each with
a fault of its own and the words that name it."""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.engine import Layer, Linear, Residual
from nnlab.engine.losses.regression import Measured, Regression
from nnlab.engine.optimizers.optimizer import Optimizer

# Right activations


def stable_sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def swish_slope(z):
    s = stable_sigmoid(z)
    return s + z * s * (1 - s)


def looped(z):
    rows = []
    for row in z:
        rows.append([math.tanh(number) for number in row])
    return rows


def looped_slope(z):
    out = np.empty_like(z)
    for i in range(len(z)):
        for j in range(z.shape[1]):
            out[i, j] = 1 - math.tanh(z[i, j]) ** 2
    return out


def on_a_copy(z):
    z = z.copy()
    z[z < 0] *= 0.1
    return z


def coarse(z):
    return np.tanh(z.astype(np.float32))


def leaky(low, z):
    return np.where(z > 0, z, low * z)


def leaky_slope(low, z):
    return np.where(z > 0, 1, low)


@dataclass
class Power:
    """A callable with a field."""

    exponent: int

    def __call__(self, z):
        return z**self.exponent


@np.vectorize
def exact_gelu(z):
    return z * (1 + math.erf(z / math.sqrt(2))) / 2


@np.vectorize
def exact_gelu_slope(z):
    bell = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return (1 + math.erf(z / math.sqrt(2))) / 2 + z * bell


@dataclass(frozen=True)
class Softsign(Layer):
    """Its cache is the slope."""

    def forward(self, xp, p, z, c):
        below = 1 + abs(z)
        return z / below, 1 / below**2

    def backward(self, xp, p, g, slope, da):
        return da * slope


class Clamp(Layer):
    """A class with fields that is no dataclass."""

    def __init__(self, low=-2.0, high=6.0):
        self.low, self.high = low, high

    def forward(self, xp, p, z, c):
        return np.clip(z, self.low, self.high), (z > self.low) & (z < self.high)

    def backward(self, xp, p, g, inside, da):
        return da * inside


# Right layers


@dataclass(frozen=True)
class BiasFree(Layer):
    units: int = 3

    def outputs(self, inputs):
        return self.units

    def parameters(self, inputs):
        return {"W": (inputs, self.units)}

    def init(self, rng, inputs):
        return {"W": rng.normal(size=(inputs, self.units)) / math.sqrt(inputs)}

    def forward(self, xp, p, x, c):
        return np.einsum("...bi,...io->...bo", x, p["W"]), x

    def backward(self, xp, p, g, x, dy):
        np.copyto(g["W"], np.einsum("...bi,...bo->...io", x, dy))
        return np.einsum("...bo,...io->...bi", dy, p["W"])


class Scale(Layer):
    """y = γ x"""

    def parameters(self, inputs):
        return {"gamma": (1, inputs)}

    def init(self, rng, inputs):
        return {"gamma": np.ones((1, inputs))}

    def forward(self, xp, p, x, c):
        return p["gamma"] * x, x

    def backward(self, xp, p, g, x, dy):
        g["gamma"][:] = (dy * x).sum(-2, keepdims=True)
        return dy * p["gamma"]


class PReLU(Layer):
    """One low slope for all units, which is learned."""

    def parameters(self, inputs):
        return {"low": (1, 1)}

    def init(self, rng, inputs):
        return {"low": np.full((1, 1), 0.25)}

    def forward(self, xp, p, x, c):
        return np.maximum(x, 0) + p["low"] * np.minimum(x, 0), x

    def backward(self, xp, p, g, x, dy):
        g["low"][...] = (dy * np.minimum(x, 0)).sum(axis=(-2, -1), keepdims=True)
        return np.where(x > 0, dy, p["low"] * dy)


class Jitter(Layer):
    """Has statistics and noise: units grow or shrink at random while training."""

    def state(self, inputs):
        return {"seen": np.zeros((1, inputs))}

    def noise(self, inputs):
        return {"size": inputs}

    def forward(self, xp, p, x, c):
        if not c.training:
            return x - c.state["seen"], 1.0
        mean = x.mean(axis=-2, keepdims=True)
        c.new["seen"][...] = 0.9 * c.state["seen"] + 0.1 * mean
        size = 0.5 + c.noise["size"]
        return size * x - c.state["seen"], size

    def backward(self, xp, p, g, size, dy):
        return dy * size


class UnitNorm(Layer):
    """Every sample gets mean 0 and deviation 1 over its own units."""

    def forward(self, xp, p, x, c):
        root = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-3)
        normal = (x - x.mean(axis=-1, keepdims=True)) / root
        return normal, (normal, root)

    def backward(self, xp, p, g, cache, dy):
        normal, root = cache
        mean = dy.mean(axis=-1, keepdims=True)
        along = (dy * normal).mean(axis=-1, keepdims=True)
        return (dy - mean - normal * along) / root


# Right losses


def quantile(z, y):
    return np.maximum(0.9 * (y - z), -0.1 * (y - z))


def quantile_slope(z, y):
    return np.where(y > z, -0.9, 0.1)


def log_cosh(z, y):
    e = np.abs(z - y)
    return e + np.log1p(np.exp(-2 * e)) - math.log(2)


def weighted(z, y):
    weight = 1 + 3 * y[:, 0]
    return weight * np.sum((z - y) ** 2, axis=1)


def weighted_slope(z, y):
    return 2 * (1 + 3 * y[:, :1]) * (z - y)


def listed(z, y):
    return [sum(abs(a - b) for a, b in zip(*rows)) for rows in zip(z, y)]


def listed_slope(z, y):
    return [[1 if a > b else -1 for a, b in zip(*rows)] for rows in zip(z, y)]


@dataclass(frozen=True)
class PseudoHuber(Regression):
    delta: float = 0.5

    def value(self, xp, e):
        return self.delta**2 * (xp.sqrt(1 + (e / self.delta) ** 2) - 1)

    def slope(self, xp, e):
        return e / xp.sqrt(1 + (e / self.delta) ** 2)


# Right optimizers, schedules and data


@dataclass(frozen=True)
class HeavyBall(Optimizer):
    friction: float = 0.2
    moments = ("speed",)

    def coefficients(self, step, rate):
        return {"rate": rate, "keep": 1 - self.friction}

    def update(self, xp, m, g, p, c):
        m["speed"] *= c["keep"]
        m["speed"] -= c["rate"] * g
        return m["speed"].copy()


class Lion(Optimizer):
    moments = ("mean",)

    def coefficients(self, step, rate):
        return {"rate": rate}

    def update(self, xp, m, g, p, c):
        change = -c["rate"] * np.sign(0.9 * m["mean"] + np.float32(0.1) * g)
        m["mean"][...] = 0.99 * m["mean"] + 0.01 * g
        return change


def signs(times, gradient, rate):
    return -times * rate * np.sign(gradient)


def halving(every, step):
    return 0.5 ** (step // every)


class Sawtooth:
    def __call__(self, step):
        return np.float32(1 - step % 10 / 10)


def rings(samples=60, noise=0.1, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(samples) % 2
    angle = rng.uniform(0, 2 * np.pi, samples)
    x = (1 + y)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = x + rng.normal(0, noise, x.shape)
    return Dataset("rings", x, y, ("a", "b"), ("inner", "outer"))


RIGHT = {  # name → (what it is given as, the part)
    "swish": ("activation", (lambda z: z * stable_sigmoid(z), swish_slope)),
    "loops and lists": ("activation", (looped, looped_slope)),
    "works on a copy": ("activation", (on_a_copy, lambda z: np.where(z < 0, 0.1, 1))),
    "single inside": ("activation", (coarse, lambda z: 1 - coarse(z) ** 2)),
    "partial": ("activation", (partial(leaky, 0.2), partial(leaky_slope, 0.2))),
    "callable": ("activation", (Power(2), lambda z: 2 * z)),
    "vectorized": ("activation", (exact_gelu, exact_gelu_slope)),
    "ufuncs": ("activation", (np.sin, np.cos)),
    "a slope of whole numbers": (
        "activation",
        (np.abs, lambda z: np.sign(z).astype(int)),
    ),
    "one slope for all": ("activation", (lambda z: 3 * z, lambda z: 3)),
    "a staircase": ("activation", (np.floor, lambda z: 0)),
    "a slope by differences": (
        "activation",
        (np.arctan, lambda z: (np.arctan(z + 1e-4) - np.arctan(z - 1e-4)) / 2e-4),
    ),
    "a class": ("activation", Softsign),
    "an object with fields": ("activation", Clamp(-1.0, 2.0)),
    "bias-free": ("layer", BiasFree()),
    "scale": ("layer", Scale),
    "learned slope": ("layer", PReLU()),
    "statistics and noise": ("layer", Jitter()),
    "norm of each sample": ("layer", UnitNorm()),
    "residual": ("layer", Residual([BiasFree(6), Softsign(), Scale(), BiasFree(4)])),
    "quantile": ("loss", (quantile, quantile_slope)),
    "log-cosh": ("loss", (log_cosh, lambda z, y: np.tanh(z - y))),
    "weighted": ("loss", (weighted, weighted_slope)),
    "lists of losses": ("loss", (listed, listed_slope)),
    "pseudo-Huber": ("loss", PseudoHuber(0.7)),
    "heavy ball": ("optimizer", HeavyBall(0.05)),
    "lion": ("optimizer", Lion),
    "plain rule": (
        "optimizer",
        lambda gradient, rate: -rate * np.float64(2) * gradient,
    ),
    "signs": ("optimizer", partial(signs, 2)),
    "halving": ("schedule", partial(halving, 50)),
    "sawtooth": ("schedule", Sawtooth),
    "root": ("schedule", lambda step: 1 / math.sqrt(1 + step)),
    "rings": ("data", rings),
    "no seed": ("data", lambda: rings(20, 0.0)),
}


# Wrong layers


class Mine(Linear):
    """y = x W + b, right in every line; the ones below change a line."""

    def __init__(self, units=4):
        super().__init__(units)

    def __str__(self):
        return type(self).__name__


class MeanW(Mine):
    def backward(self, xp, p, g, x, dy):
        dx = super().backward(xp, p, g, x, dy)
        g["W"] /= dy.shape[-2]
        return dx


class Rebinds(Mine):
    def backward(self, xp, p, g, x, dy):
        dx = super().backward(xp, p, g, x, dy)
        g["W"] = x.mT @ dy
        return dx


class NeverWrites(Mine):
    def backward(self, xp, p, g, x, dy):
        g["W"][...] = x.mT @ dy
        return dy @ p["W"].mT


class Adds(Mine):
    def backward(self, xp, p, g, x, dy):
        g["W"][...] = x.mT @ dy
        g["b"] += dy.sum(axis=-2, keepdims=True)
        return dy @ p["W"].mT


class OtherName(Mine):
    def backward(self, xp, p, g, x, dy):
        g["bias"] = dy.sum(axis=-2, keepdims=True)
        return super().backward(xp, p, g, x, dy)


class FirstOnly(Mine):
    def backward(self, xp, p, g, x, dy):
        dx = super().backward(xp, p, g, x, dy)
        g["b"][...] = dy[..., :1, :]
        return dx


class NotSummed(Mine):
    def backward(self, xp, p, g, x, dy):
        g["W"][...] = x.mT @ dy
        g["b"][...] = dy
        return dy @ p["W"].mT


class Axis0(Mine):
    def backward(self, xp, p, g, x, dy):
        g["W"][...] = x.mT @ dy
        g["b"][...] = np.sum(dy, axis=0, keepdims=True)
        return dy @ p["W"].mT


class TooMuchSummed(Mine):
    def backward(self, xp, p, g, x, dy):
        dx = super().backward(xp, p, g, x, dy)
        g["b"][...] = dy.sum(axis=tuple(range(dy.ndim - 1)))
        return dx


class Turned(Mine):
    def backward(self, xp, p, g, x, dy):
        dx = super().backward(xp, p, g, x, dy)
        if g["W"].shape[-1] == g["W"].shape[-2]:
            g["W"][...] = dy.mT @ x
        return dx


class NoReturn(Mine):
    def backward(self, xp, p, g, x, dy):
        super().backward(xp, p, g, x, dy)


class LosesAnAxis(Mine):
    def backward(self, xp, p, g, x, dy):
        return super().backward(xp, p, g, x, dy).sum(axis=-2)


class ChangesX(Mine):
    def forward(self, xp, p, x, c):
        x -= 1
        return super().forward(xp, p, x, c)


class ChangesW(Mine):
    def backward(self, xp, p, g, x, dy):
        dx = super().backward(xp, p, g, x, dy)
        p["W"] -= 0.1 * g["W"]
        return dx


class KeepsCache(Mine):
    def forward(self, xp, p, x, c):
        object.__setattr__(self, "x", x.copy())
        return super().forward(xp, p, x, c)[0], None

    def backward(self, xp, p, g, cache, dy):
        return super().backward(xp, p, g, self.x, dy)


class KeepsX(Layer):
    """Without a cache, for an activation: it counts on its own x."""

    def forward(self, xp, p, x, c):
        self.x = x
        return xp.tanh(x), None

    def backward(self, xp, p, g, cache, dy):
        return dy * (1 - xp.tanh(self.x) ** 2)


class OwnNoise(Mine):
    def forward(self, xp, p, x, c):
        y, cache = super().forward(xp, p, x, c)
        return y + 0.1 * np.random.default_rng().normal(size=y.shape), cache


class Upcasts(Mine):
    def forward(self, xp, p, x, c):
        y, cache = super().forward(xp, p, x, c)
        return np.float64(1) * y, cache


class Rounds(Mine):
    def forward(self, xp, p, x, c):
        y, cache = super().forward(xp, p, x, c)
        return y.round().astype(int), cache


class Centres(Layer):
    """Right while training; in use, a sample is not alone."""

    def forward(self, xp, p, x, c):
        return x - x.mean(axis=-2, keepdims=True), None

    def backward(self, xp, p, g, cache, dy):
        return dy - dy.mean(axis=-2, keepdims=True)


class NoBackward(Layer):
    def forward(self, xp, p, x, c):
        return x, None


class TooFew(Mine):
    def forward(self, p, x):
        return x @ p["W"], x


class OneThing(Mine):
    def forward(self, xp, p, x, c):
        return x @ p["W"] + p["b"]


class Fails(Mine):
    def forward(self, xp, p, x, c):
        return 1 / 0


class Forgets(Jitter):
    def forward(self, xp, p, x, c):
        return x - c.state["seen"], 1.0


class NoNames(Mine):
    def parameters(self, inputs):
        return [(inputs, self.units), (1, self.units)]


class Disagrees(Mine):
    def parameters(self, inputs):
        return {"W": (self.units, inputs), "b": (1, self.units)}


# Wrong activations and losses


def first_sample(z):
    slope = np.zeros_like(z)
    slope[0] = np.cos(z[0])
    return slope


class ForgetsDy(Layer):
    def forward(self, xp, p, z, c):
        return np.sin(z), z

    def backward(self, xp, p, g, z, da):
        return np.cos(z)


class IgnoresSlope(ForgetsDy):
    def backward(self, xp, p, g, z, da):
        return da


class Constant(ForgetsDy):
    def backward(self, xp, p, g, z, da):
        return da * np.cos(z) + 0.25


class Nothing(ForgetsDy):
    def backward(self, xp, p, g, z, da):
        return 0 * z


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class Squares(Measured):
    """Right in every line; the ones below change a line."""

    def forward(self, xp, z, y):
        return xp.mean((z - y) ** 2, axis=-1), z - y

    def backward(self, xp, e):
        return 2 * e / (e.shape[-1] * e.shape[-2])


class NoMean(Squares):
    def backward(self, xp, e):
        return 2 * e / e.shape[-1]


class MeanTwice(Squares):
    def backward(self, xp, e):
        return super().backward(xp, e) / e.shape[-2]


class NoMeans(Squares):
    def backward(self, xp, e):
        return 2 * e


class WholeBatch(Squares):
    def forward(self, xp, z, y):
        losses, e = super().forward(xp, z, y)
        return losses - losses.mean(axis=-1, keepdims=True), e


class OneNumber(Squares):
    def forward(self, xp, z, y):
        return xp.mean((z - y) ** 2), z - y


class OneForAll(Squares):
    """Right for targets of each replica, and not for those that all share."""

    def forward(self, xp, z, y):
        e = (z.reshape(-1) - y.reshape(-1)).reshape(z.shape)
        return xp.mean(e * e, axis=-1), e


class BadAnswer(Squares):
    def predict(self, xp, z):
        return z[..., 0]


def squares(z, y):
    return (z - y) ** 2


def naive(z, y):
    p = 1 / (1 + np.exp(-z))
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


# Wrong optimizers, schedules and data


class Downhill(Optimizer):
    """Right in every line; the ones below change a line."""

    moments = ("v",)

    def coefficients(self, step, rate):
        return {"rate": rate}

    def update(self, xp, m, g, p, c):
        m["v"][...] = 0.5 * m["v"] + g
        return -c["rate"] * m["v"]


class Rebound(Downhill):
    def update(self, xp, m, g, p, c):
        m["v"] = 0.5 * m["v"] + g
        return -c["rate"] * m["v"]


class Unnamed(Downhill):
    def update(self, xp, m, g, p, c):
        m["w"] = g
        return super().update(xp, m, g, p, c)


class WholeStep(Downhill):
    def update(self, xp, m, g, p, c):
        return p + super().update(xp, m, g, p, c)


class Shortens(Downhill):
    def update(self, xp, m, g, p, c):
        g *= 0.5
        return -c["rate"] * g


class Normed(Downhill):
    def update(self, xp, m, g, p, c):
        return -c["rate"] * g / np.linalg.norm(g, axis=-1, keepdims=True)


class Remembers(Downhill):
    def update(self, xp, m, g, p, c):
        seen = getattr(self, "seen", 0) + 1
        object.__setattr__(self, "seen", seen)
        return -c["rate"] * g / seen


class OneMoment(Downhill):
    moments = "v1"


class LateNaN(Downhill):
    def coefficients(self, step, rate):
        return {"rate": rate / (1 - min(step / 1000, 1)) if step < 1000 else math.inf}


class Counts:
    def __init__(self):
        self.calls = 0

    def __call__(self, step):
        self.calls += 1
        return 1 / self.calls


def unseeded(seed=0):
    return rings(seed=np.random.default_rng().integers(10**9))


WRONG = {  # fault → (what it is given as, the part, words that name the fault)
    "sign": ("loss", (squares, lambda z, y: 2 * (y - z)), "-1 times", "sign is wrong"),
    "batch": (
        "loss",
        NoMean(),
        "∂loss/∂z of loss=NoMean is 5 times",
        "mean over the batch",
    ),
    "1/batch": ("loss", MeanTwice(), "∂loss/∂z", "0.2 times", "1 / the batch size"),
    "outputs": (
        "loss",
        (lambda z, y: squares(z, y).mean(axis=1), lambda z, y: 2 * (z - y)),
        "4 times",
        "which is the number of outputs",
    ),
    "both": ("loss", NoMeans(), "20 times", "both means"),
    "half": ("loss", (squares, lambda z, y: z - y), "0.5 times", "2 of a square"),
    "twice": (
        "loss",
        (lambda z, y: squares(z, y) / 2, lambda z, y: 2 * (z - y)),
        "is 2 times",
        "has its ½",
    ),
    "one number": ("loss", OneNumber(), "not an array of shape (5,)", "loss of each"),
    "whole batch": ("loss", WholeBatch(), "mixes the samples", "loss changes"),
    "shared targets": ("loss", OneForAll(), "(3, 5, 4) and y of shape (5, 4)"),
    "bad predict": ("loss", BadAnswer(), "predict of loss=BadAnswer has shape"),
    "overflow": (
        "loss",
        (naive, lambda z, y: stable_sigmoid(z) - y),
        "loss of each sample",
        "±1000",
    ),
    "no pair": ("loss", (squares,), "a pair (value, slope)"),
    "mean for a sum": (
        "layer",
        MeanW(),
        "∂loss/∂W of layers=MeanW",
        "0.2 times",
        "sum",
    ),
    "rebound": ("layer", Rebinds(), "∂loss/∂W", "never written", "names a new"),
    "never written": ("layer", NeverWrites(), "∂loss/∂b", "never written; backward"),
    "added": ("layer", Adds(), "∂loss/∂b", "not overwritten", "+="),
    "other name": ("layer", OtherName(), "writes g['bias']"),
    "first only": ("layer", FirstOnly(), "∂loss/∂b", "right for one sample alone"),
    "not summed": (
        "layer",
        NotSummed(),
        "ValueError",
        "x of shape (5, 4);",
    ),
    "axis 0": ("layer", Axis0(), "ValueError", "with 3 replicas"),
    "replicas summed": ("layer", TooMuchSummed(), "∂loss/∂b", "mixes the replicas"),
    "transposed": ("layer", Turned(), "∂loss/∂W", "transposed"),
    "no return": ("layer", NoReturn(), "is None", "is there a return"),
    "lost axis": ("layer", LosesAnAxis(), "shape (4,), and (5, 4)", "an axis is lost"),
    "x in place": ("layer", ChangesX(), "forward", "changes x in place"),
    "W in place": ("layer", ChangesW(), "backward", "changes W in place"),
    "cache on self": ("layer", KeepsCache(), "layers=KeepsCache uses what a later"),
    "x on self": ("activation", KeepsX(), "activation=KeepsX uses what a later"),
    "own noise": ("layer", OwnNoise(), "two equal calls", "c.noise"),
    "float64": ("layer", Upcasts(), "is float64 for numbers that are float32"),
    "integers": ("layer", Rounds(), "is int64"),
    "samples": ("layer", Centres(), "mixes the samples", "output changes"),
    "no method": ("layer", NoBackward, "no method backward"),
    "arguments": ("layer", TooFew(), "TypeError", "forward(xp, p, x, c)"),
    "one thing": ("layer", OneThing(), "not two things", "y, cache"),
    "own error": ("layer", Fails(), "ZeroDivisionError: division by zero (line "),
    "statistics": ("layer", Forgets(), "does not write c.new['seen']"),
    "init": ("layer", Disagrees(), "init of layers=Disagrees", "and parameters says"),
    "arguments of a class": ("layer", Linear, "without units", "Linear(…)"),
    "slope left out": ("activation", IgnoresSlope(), "dy itself"),
    "dy left out": ("activation", ForgetsDy(), "the slope alone"),
    "offset": ("activation", Constant(), "0.25 too much"),
    "zero": ("activation", Nothing(), "is 0 everywhere"),
    "at the output": (
        "activation",
        (np.tanh, lambda z: 1 - np.tanh(np.tanh(z)) ** 2),
        "at the output a, and",
    ),
    "at the input": (
        "activation",
        (np.tanh, lambda z: 1 - z**2),
        "terms of the output",
    ),
    "first sample": ("activation", (np.sin, first_sample), "1 of 5 samples", "row 0"),
    "any factor": (
        "activation",
        (np.sin, lambda z: 1.7 * np.cos(z)),
        "1.7 times",
        "in every case",
    ),
    "no rule": ("activation", (np.sin, np.sin), "of 16 numbers", "measure"),
    "units": (
        "activation",
        (softmax, lambda z: softmax(z) * (1 - softmax(z))),
        "mixes the units",
    ),
    "NaN": ("activation", (np.sqrt, lambda z: 0.5 / np.sqrt(z)), "nan at ordinary"),
    "far out": ("activation", (np.exp, np.exp), "inf at ±1000", "np.minimum(z, 30)"),
    "half precision": (
        "activation",
        (lambda z: z.astype(np.float16) ** 2, lambda z: 2 * z),
        "can't be measured",
    ),
    "other width": ("activation", BiasFree(), "turns 4 numbers into 3"),
    "uphill": ("optimizer", lambda gradient, rate: rate * gradient, "uphill", "sign"),
    "moment rebound": ("optimizer", Rebound(), "forgets its moment", "m['v'][...]"),
    "moment unnamed": ("optimizer", Unnamed(), "writes m['w']"),
    "new parameters": ("optimizer", WholeStep(), "returns the new parameters"),
    "g in place": ("optimizer", Shortens(), "update", "changes g in place"),
    "norm of all": ("optimizer", Normed(), "alone moves otherwise"),
    "remembers": ("optimizer", Remembers(), "two equal calls", "belongs into m"),
    "no comma": ("optimizer", OneMoment(), "the word 'v1'", "('v1',)"),
    "no dictionary": ("layer", NoNames(), "parameters of", "it returns a dictionary"),
    "late": ("optimizer", LateNaN(), "coefficients", "rate=inf at step 1000"),
    "still": ("optimizer", lambda gradient, rate: 0 * gradient, "does not move"),
    "negative": ("schedule", lambda step: 1 - step / 500, "gives -", "step 999"),
    "counts": ("schedule", Counts(), "two equal calls", "counts its calls"),
    "no schedule": ("schedule", 0.5, "schedule=0.5 is not allowed"),
    "no data": ("data", lambda seed: (1, 2), "and not a Dataset"),
    "unseeded": ("data", unseeded, "asked again with the same seed"),
}
