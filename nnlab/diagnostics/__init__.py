"""Measurements of a training run, as functions of a network or a trainer.

Nothing here depends on experiments, runs or plots. Read the files in this order.
Vectors and samples: named_vectors (parameters, gradient and moments by name), histogram
(shares of values per bin), sample_losses (the loss of each sample, and the confusion
matrix). Forward and backward: activation_curve (value and slope of an activation, and
where it is flat), saturation (which units are saturated or dead),
activations_and_gradients (outputs and gradients of each layer),
unit_and_weight_values (all numbers of one weight or one unit), gradient_norms (gradient
and update norms per layer). Parameter space: perturbed_replicas (one network at many
points), pca (principal components), plane (two directions through a point), directions
(of two weights, at random, or of a path), gradient_variance (the noise of mini-batch
gradients), loss_on_plane (the loss on a plane), loss_surface (the same, row by row),
hessian (Hessian-vector products, λmax, and the predicted change of the loss),
edge_of_stability (λmax and the stability limit of the learning rate). One step in
detail: trace (all values of a mini-batch,
forward and backward), gradient_terms (the factors of one weight's gradient), autograd
(the same gradient computed by PyTorch), step_report (everything about the step of one
replica, and its outcome).
"""
