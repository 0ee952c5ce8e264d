"""What goes on inside a training run, as numbers: plain functions of a network or a
trainer and some samples. Nothing here knows of experiments, runs or pictures.

Read the files in this order. What there is, number by number: vectors (parameters,
gradient, moments, by name), histogram (how many numbers lie where), samples (how wrong
the network is on each, and which it takes for what). Forward and back: activation (its
value and slope, and where it is flat), units (which are flat, which are dead), signals
(outputs and slopes of each layer), readings (every number of one weight or one unit),
strength (of the slope in each layer, and how far its weights move). The space of
parameters: copies (one network at many points of it), components (in which directions
points scatter most), plane (two directions through a point), directions (two weights,
two at random, or those of a path), noise (how far gradients of mini-batches stray),
landscape (the loss on a plane), relief (the same, row by row), curvature (how the loss
bends: H v, λmax, the change that a step will make), stability (λmax beside what the
learning rate bears).
"""
