"""What goes on inside a training run, as numbers: plain functions of a network or a
trainer and some samples. Nothing here knows of experiments, runs or pictures.

Read the files in this order. What there is, number by number: named_vectors
(parameters, gradient, moments), histogram (how many numbers lie where), sample_losses
(how wrong the network is on each sample, and which it takes for what). Forward and
back: activation_curve (value and slope, and where it is flat), saturation (which units
are flat, which are dead), activations_and_gradients (outputs and slopes of each layer),
readings (every number of one weight or one unit), gradient_norms (the strength of the
slope in each layer, and how far its weights move). The space of parameters:
perturbed_replicas (one network at many points of it), pca (in which directions points
scatter most), plane (two directions through a point), directions (two weights, two at
random, or those of a path), gradient_variance (how far gradients of mini-batches
stray), landscape (the loss on a plane), loss_surface (the same, row by row), curvature
(how the loss bends: H v, λmax, the change that a step will make), sharpness (λmax
beside what the learning rate bears). One step, taken apart: trace (a mini-batch forward
and back, with nothing lost), gradient_terms (what the gradient of one weight is made
of), autograd (the same gradient as PyTorch finds it), step_report (all about one
replica's step, and what came of it).
"""
