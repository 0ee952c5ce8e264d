"""Answers to the exercises of 02: right in any honest form, and wrong ones."""

import math

import numpy as np
from scipy.special import expit, log_softmax
from scipy.special import softmax as of_scipy

from nnlab.lessons import forward

# Right answers: the sums of a layer


def in_one_line(x, W, b):
    return x @ W + b


def with_loops(x, W, b):
    z = np.zeros((x.shape[0], W.shape[1]))
    for i in range(x.shape[0]):
        for j in range(W.shape[1]):
            for k in range(x.shape[1]):
                z[i, j] += x[i, k] * W[k, j]
            z[i, j] += b[0, j]
    return z


def with_lists(x, W, b):
    return [
        [sum(v * w for v, w in zip(row, column)) + c for column, c in zip(W.T, b[0])]
        for row in x
    ]


def single(x, W, b):
    return x.astype(np.float32) @ W.astype(np.float32) + b.astype(np.float32)


def by_einsum(x, W, b):
    return np.einsum("ni,iu->nu", x, W) + b


def by_products(x, W, b):
    return (x[:, :, None] * W[None]).sum(axis=1) + b


def input_by_input(x, W, b):
    z = np.tile(b, (len(x), 1))
    for k in range(x.shape[1]):
        z += np.outer(x[:, k], W[k])
    return z


def neuron_by_neuron(x, W, b):
    return np.column_stack([x @ W[:, j] + b[0, j] for j in range(W.shape[1])])


def sample_by_sample(x, W, b):
    return np.stack([W.T @ row + b.ravel() for row in x])


def turned_and_back(x, W, b):
    return (W.T @ x.T + b.T).T


def with_a_1(x, W, b):
    return np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([W, b])


def by_inner(x, W, b):
    return np.inner(x, W.T) + b


# Right answers: an activation


def sine(z):
    return np.sin(z), np.cos(z)


def softplus(z):
    return np.logaddexp(0, z), expit(z)


def leaky(z):
    return np.where(z > 0, z, 0.1 * z), np.where(z > 0, 1.0, 0.1)


def mine_in_single(z):
    a = np.tanh(z.astype(np.float32))
    return a, 1 - a * a


def by_hand(z):
    a = [math.atan(v) for v in z.ravel()]
    slope = [1 / (1 + v * v) for v in z.ravel()]
    return np.reshape(a, z.shape), np.reshape(slope, z.shape)


def softsign(z):
    return z / (1 + abs(z)), 1 / (1 + abs(z)) ** 2


def stairs(z):
    return z + np.sin(3 * z) / 3, 1 + np.cos(3 * z)


def hard(z):
    return np.clip(z, -1, 1), np.where(abs(z) < 1, 1, 0)


def bowl(z):
    a = np.sqrt(1 + z * z)
    return a, z / a


def as_a_list(z):
    return [z * expit(z), expit(z) * (1 + z * (1 - expit(z)))]


# Right answers: softmax


def naive_but_shifted_by_all(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e.T / e.sum(axis=1)).T


def row_by_row(z):
    rows = []
    for row in z:
        e = [math.exp(v - max(row)) for v in row]
        rows.append([v / sum(e) for v in e])
    return np.array(rows)


def by_logarithms(z):
    return np.exp(log_softmax(z, axis=-1))


def by_differences(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=-1)


def in_single(z):
    e = np.exp((z - z.max(-1, keepdims=True)).astype(np.float32))
    return e / e.sum(-1, keepdims=True)


def by_scipy(z):
    return of_scipy(z, axis=1)


# Wrong answers: an activation


def hump(change):
    """The hump of the solution, with something else for its slope."""

    def answer(z):
        a = np.exp(-z * z)
        return a, change(z, a, -2 * z * a)

    return answer


def bent(function):
    """tanh, of something else than z."""

    def answer(z):
        a = np.tanh(function(z))
        return a, 1 - a * a

    return answer


def upside_down(z):
    return z / (1 + abs(z)), (1 + abs(z)) ** 2


def overflows(z):
    return np.exp(z) / (1 + np.exp(z)), expit(z) * (1 - expit(z))


def root(z):
    return np.sqrt(z), 0.5 / np.sqrt(z)


def of_zero(z):
    return np.sin(z) / z, (z * np.cos(z) - np.sin(z)) / z**2


def straight(z):
    return 2 * z - 1, 2 + 0 * z


def flat(z):
    return 1 + 0 * z, 0 * z


def shares(z):
    p = of_scipy(z, axis=-1)
    return p, p * (1 - p)


def chance(z):
    return z * (np.random.random(z.shape) > 0.5), 1 + 0 * z


def rounded(z):
    return np.round(z), 0 * z


def no_slope(z):
    return np.sin(z)


def one_number(z):
    return np.sin(z), 1.0


def words(z):
    return np.sin(z), "cos"


def summed(z):
    return np.sin(z), np.cos(z).sum(axis=-1)


def swapped(z):
    return np.cos(z), np.sin(z)


def tanh_of_z(z):
    return np.tanh(z), 1 - z * z


# Wrong answers: the sums of a layer, and softmax


def alone_is_bent(x, W, b):
    z = x @ W + b
    return z if len(x) > 1 else np.tanh(z)


def bias_for_several(x, W, b):
    return x @ W + (b if W.shape[1] > 1 else 0)


def in_a_loop(x, W, b, first=0, last=None, each=0.0, once=1.0):
    """The sums by a loop over the inputs, with something wrong in it."""
    z = np.zeros((len(x), W.shape[1]))
    for k in range(first, x.shape[1] if last is None else last):
        z = z + np.outer(x[:, k], W[k]) + each * b
    return z + once * b


def one_sample(x, W, b):
    z = [x[0] @ W[:, j] + b[0, j] for j in range(W.shape[1])]
    return np.array([z] * len(x))


def sigmoid_of_sums(x, W, b):
    return expit(in_one_line(x, W, b))


def relu_of_sums(x, W, b):
    z = in_one_line(x, W, b)
    z[z < 0] = 0
    return z


def mean_of_products(x, W, b):
    return (x[:, :, None] * W).mean(axis=1) + b


def samples_in_columns(x, W, b):
    return W.T @ x.T + b.T


def bent_without_a_bias(x, W, b):
    return np.tanh(x @ W)


def largest_product(x, W, b):
    return (x[:, :, None] * W).max(axis=1) + b


def multiplied_products(x, W, b):
    return (x[:, :, None] * W).prod(axis=1) + b


def by_row(share):
    """Shares that are made row by row, by something else than softmax."""
    return lambda z: np.array([share(row) for row in z])


def e_to(row):
    return np.exp(row - row.max())


def largest_only(row):
    found = np.zeros(len(row))
    found[np.argmax(row)] = 1
    return found


def sigmoid_shares(row):
    return expit(row) / sum(expit(row))


def without_keepdims(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / np.sum(e, axis=1)


def overflowing(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def largest_of_all(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


def rows(e):
    return e / e.sum(axis=-1, keepdims=True)


RIGHT = {
    "layer": [
        in_one_line,
        with_loops,
        with_lists,
        single,
        by_einsum,
        by_products,
        input_by_input,
        neuron_by_neuron,
        sample_by_sample,
        turned_and_back,
        with_a_1,
        by_inner,
    ],
    "activation": [
        sine,
        softplus,
        leaky,
        mine_in_single,
        by_hand,
        softsign,
        stairs,
        hard,
        bowl,
        as_a_list,
    ],
    "softmax": [
        naive_but_shifted_by_all,
        row_by_row,
        by_logarithms,
        by_differences,
        in_single,
        by_scipy,
    ],
}
WRONG = {  # pairs of an answer, and words that name the mistake
    "layer": [
        (lambda x, W, b: in_a_loop(x, W, b, once=0), "the bias is missing"),
        (lambda x, W, b: in_a_loop(x, W, b, each=1, once=0), "with each input"),
        (lambda x, W, b: np.dot(x, W + b), "the bias was added to the weights"),
        (lambda x, W, b: np.multiply(x, W) + b, "`x * W` stands where `x @ W` belongs"),
        (lambda x, W, b: np.matmul(x, np.transpose(W)) + b, "`W` is turned round"),
        (lambda x, W, b: np.matmul(W, x) + b, "`W` stands before `x`"),
        (lambda x, W, b: np.matmul(x.swapaxes(0, 1), W) + b, "`x` is turned round"),
        (lambda x, W, b: x @ W + b.reshape(-1, 1), "the bias was turned round"),
        (samples_in_columns, "what comes back has its neurons in rows"),
        (lambda x, W, b: np.tanh(with_loops(x, W, b)), "it was bent by tanh"),
        (sigmoid_of_sums, "it was bent by a sigmoid"),
        (relu_of_sums, "what is below 0 was cut off"),
        (mean_of_products, "the sum was divided by the number of inputs"),
        (one_sample, "every sample has the sums of the first one"),
        (lambda x, W, b: in_a_loop(x, W, b, last=x.shape[1] - 1), "the last input is"),
        (alone_is_bent, "A batch of one sample"),
        (bias_for_several, "A layer of one neuron"),
        (bent_without_a_bias, "bent by tanh"),
        (bent_without_a_bias, "the bias is missing"),
        (bent_without_a_bias, "two things happened at once"),
    ],
    "activation": [
        (hump(lambda z, a, s: -s), "the sign of the slope is wrong"),
        (hump(lambda z, a, s: a), "the curve came twice"),
        (hump(lambda z, a, s: 0 * z), "The slope is 0 everywhere"),
        (hump(lambda z, a, s: 1 + 0 * z), "the slope is 1 everywhere"),
        (hump(lambda z, a, s: s / 2), "the 2 of a square is missing"),
        (hump(lambda z, a, s: 2 * s), "a 2 too many"),
        (hump(lambda z, a, s: abs(s)), "lost its sign"),
        (hump(lambda z, a, s: -2 * a * np.exp(-a * a)), "taken at a"),
        (hump(lambda z, a, s: s * s), "The slope is squared"),
        (hump(lambda z, a, s: s * z), "multiplied by z"),
        (hump(lambda z, a, s: a / z), "no finite number at z = 0"),
        (hump(lambda z, a, s: s * (z > 0)), "0 where z < 0"),
        (hump(lambda z, a, s: a * (1 - a)), "slope of a sigmoid alone"),
        (hump(lambda z, a, s: 1 - a * a), "slope of tanh alone"),
        (hump(lambda z, a, s: s + 1), "by the same number everywhere: 1 too much"),
        (hump(lambda z, a, s: s - 1), "by the same number everywhere: -1 too much"),
        (hump(lambda z, a, s: np.cos(z)), "a small step to either side measures"),
        (bent(lambda z: 3 * z), "slope of tanh alone"),
        (bent(lambda z: -z), "the sign of the slope is wrong"),
        (overflows, "The curve is no finite number at z = "),
        (root, "take no negative numbers"),
        (of_zero, "something is divided by 0"),
        (straight, "a straight line"),
        (flat, "the same everywhere"),
        (shares, "others change too"),
        (chance, "chance has no part"),
        (rounded, "leave out whatever rounds"),
        (no_slope, "It returns one value"),
        (one_number, "The slope is one number for all of z"),
        (words, "The slope is no number"),
        (summed, "The slope has shape (4,)"),
        (swapped, "slope comes first"),
        (tanh_of_z, "in terms of a, and taken at z"),
    ],
    "softmax": [
        (lambda z: of_scipy(z, axis=0), "each column was made to add up to 1"),
        (of_scipy, "the whole batch adds up to 1"),
        (without_keepdims, "`keepdims=True` is missing"),
        (by_row(np.exp), "it was not divided by the row's sum"),
        (by_row(e_to), "it was not divided by the row's sum"),
        (by_row(lambda row: e_to(row) / np.mean(e_to(row))), "divided by the mean"),
        (by_row(lambda row: e_to(row) / np.linalg.norm(e_to(row))), "root of the squ"),
        (by_row(lambda row: row / sum(row)), "there is no exponential"),
        (by_row(lambda row: of_scipy(-row)), "the exponential is of −z"),
        (expit, "it is a sigmoid of each number by itself"),
        (by_row(sigmoid_shares), "the shares are those of sigmoids"),
        (by_row(largest_only), "it is argmax: a 1 for the largest"),
        (by_row(np.argmax), "it is the number of the largest"),
        (lambda z: log_softmax(z, axis=1), "the logarithm of the shares was returned"),
        (by_row(lambda row: of_scipy(of_scipy(row))), "softmax was taken twice"),
        (overflowing, "At outputs of ±1000 it breaks: e¹⁰⁰⁰"),
        (largest_of_all, "`z.max(axis=-1, keepdims=True)`, and not that of the whole"),
    ],
}
REFUSED = {  # no mistake that anybody makes, so it has no name; and yet it is wrong
    "layer": [
        lambda x, W, b: x @ W - b,
        lambda x, W, b: x @ W * b,
        lambda x, W, b: x @ W + 2 * b,
        lambda x, W, b: x @ W + b[0, 0],
        lambda x, W, b: x @ W + b.sum(),
        lambda x, W, b: x @ W + 1,
        lambda x, W, b: (x + b) @ W,
        lambda x, W, b: np.tanh(x) @ W + b,
        lambda x, W, b: x**2 @ W + b,
        lambda x, W, b: x @ abs(W) + b,
        lambda x, W, b: abs(x) @ W + b,
        lambda x, W, b: x @ W / len(x) + b,
        lambda x, W, b: x[:, 1:] @ W[1:] + b,
        lambda x, W, b: x[:, :1] @ W[:1] + b,
        lambda x, W, b: 0 * x @ W + x.mean(axis=0) @ W + b,
        lambda x, W, b: 0 * x @ W + x.sum(axis=0) @ W + b,
        lambda x, W, b: (x - x.mean(axis=0)) @ W + b,
        lambda x, W, b: x @ (W[:, :1] + 0 * W) + b,
        lambda x, W, b: x @ (W.sum(axis=1, keepdims=True) + 0 * W) + b,
        largest_product,
        multiplied_products,
        lambda x, W, b: x.sum(axis=1, keepdims=True) + W.sum(axis=0) + b,
        lambda x, W, b: x @ W[::-1] + b,
        lambda x, W, b: x @ W[:, ::-1] + b,
        lambda x, W, b: np.tanh(x) @ W - b,
    ],
    "activation": [
        hump(lambda z, a, s: z),
        hump(lambda z, a, s: (4 * z * z - 2) * a),
        upside_down,
        hump(lambda z, a, s: s * a),
        hump(lambda z, a, s: s * (z < 0)),
        hump(lambda z, a, s: 2 * z * a * np.exp(-z * z)),
        hump(lambda z, a, s: 0 * z + s.mean()),
    ],
    "softmax": [
        lambda z: np.exp(z) / (1 + np.exp(z).sum(axis=-1, keepdims=True)),
        lambda z: np.exp(z) / (np.exp(z).sum(axis=-1, keepdims=True) - np.exp(z)),
        lambda z: rows(np.exp(np.exp(z))),
        lambda z: rows(2.0**z),
        lambda z: rows(10.0**z),
        lambda z: rows(z * z),
        lambda z: rows(abs(z)),
        lambda z: rows(np.exp(z / 2)),
        lambda z: rows(np.exp(2 * z)),
        lambda z: rows(np.expm1(z)),
        lambda z: rows(1 + np.exp(z)),
        lambda z: rows(np.maximum(z, 0)),
        lambda z: rows(np.exp(expit(z))),
        lambda z: 1 - rows(np.exp(z)),
        np.copy,
    ],
}


def shown(lab):
    """What the network of a Lab says of its data."""
    x = lab.experiment.inputs(lab.session.parts)(lab.session.data.x)
    return lab.trainer.network.forward(x)


INTO = {  # the Lab, a changed answer, and what of the Lab must change with it
    "layer": (forward.sums, lambda x, W, b: x @ W + b + 1, shown),
    "activation": (forward.bends, lambda z: (1 + np.sin(z), np.cos(z)), shown),
    "softmax": (
        forward.heads,
        lambda z: of_scipy(z, axis=-1)[:, ::-1],
        lambda lab: lab.trainer.loss.predict(np, np.eye(3)),
    ),
}
