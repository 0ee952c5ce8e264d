"""What a pass through the layers shows: units that are stuck, gradients that fade."""

from typing import NamedTuple

import numpy as np

from nnlab.backend import quiet
from nnlab.diagnostics.activation_curve import flat
from nnlab.diagnostics.gradient_norms import strength
from nnlab.diagnostics.sample_losses import some
from nnlab.diagnostics.saturation import bent
from nnlab.engine.activations import Sigmoid, Tanh
from nnlab.engine.layers import Layer
from nnlab.session.findings.finding import Finding, number_text
from nnlab.session.findings.loss_course import Course, most

BOUNDED = Sigmoid, Tanh  # flat at both ends
PINNED = 0.9  # share of samples for which a bounded unit is flat, to count as pinned
STUCK = 0.5  # share of a layer's units above which the layer is crippled
FADED, EXPLODED = 0.01, 100.0  # gradient of the first layer over that of the last


class Stuck(NamedTuple):
    """The units of an activation layer that hardly learn.

    Attributes:
        number: the number of the activation, from 1.
        layer: the activation.
        units: the number of its units.
        stuck: how many of them are flat, the median over networks.
    """

    number: int
    layer: Layer
    units: int
    stuck: int


def units_stuck(course: Course) -> Finding | None:
    """Find a layer most of whose units are dead or saturated, if learning stalls."""
    worst = _worst(course) if most(course.stuck) else None
    if worst is None or worst.stuck <= STUCK * worst.units:
        return None
    name, bounded = type(worst.layer).__name__, isinstance(worst.layer, BOUNDED)
    how, share = ("saturated", f"at least {PINNED:.0%}") if bounded else ("dead", "all")
    samples = some(course.session.trainer)[0].shape[-2]
    return Finding(
        f"units {how}",
        f"In hidden layer {worst.number}, {worst.stuck} of {worst.units} units are "
        f"{how}{course.median}: for {share} of {samples} training samples they are "
        f"where {name} is flat, so hardly any gradient gets through them, as "
        "Saturation shows.",
        "Saturation",
    )


def _worst(course: Course) -> Stuck | None:
    """Return the layer with the largest share of stuck units."""
    layers = stuck_units(course)
    return max(layers, key=lambda one: one.stuck / one.units, default=None)


def stuck_units(course: Course) -> list[Stuck]:
    """Return every activation layer, with the number of its units that are stuck."""
    network = course.session.trainer.network
    found = []
    with quiet():
        layers = bent(network, some(course.session.trainer)[0])
        for number, (layer, slopes) in enumerate(layers, 1):
            share = flat(network, layer, slopes).mean(axis=-2)  # (…, units)
            share = np.reshape(share, (-1, share.shape[-1]))[course.alive]
            limit = PINNED if isinstance(layer, BOUNDED) else 1.0
            stuck = int(np.median((share >= limit).sum(axis=-1)))
            found.append(Stuck(number, layer, share.shape[-1], stuck))
    return found


def gradient_fades(course: Course) -> Finding | None:
    """Find a gradient that fades or explodes on its way to the first layer."""
    if not most(course.stuck):
        return None
    trainer = course.session.trainer
    norms = strength(trainer.network, *some(trainer), trainer.loss).delta
    norms = np.reshape(norms, (-1, norms.shape[-1]))[course.alive]
    with quiet():
        ratio = float(np.median(norms[:, 0] / norms[:, -1]))
    if 0 < ratio < FADED:
        how, why = "fades", "shrinks it, so the first ones hardly learn"
    elif EXPLODED < ratio < np.inf:
        how, why = "explodes", "enlarges it, so no step fits both ends"
    else:
        return None
    return Finding(
        f"gradient {how}",
        f"The gradient {how} on its way back{course.median}: at the first of "
        f"{norms.shape[-1]} layers it is {number_text(ratio)} times that at the last, "
        f"because each layer {why}, as GradientFlow shows.",
        "GradientFlow",
    )
