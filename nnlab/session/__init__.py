"""A run in progress: trained, changed, rewound, in slow motion, measured beside.

Read the files in this order: slow_step (one mini-batch, layer by layer), stepper
(progress within a step), decoder (outputs as predictions), editable_dataset (points
that a learner edits), session (all of it), selection (what a learner has selected),
monitors (measurements in the background), findings (sentences that explain a run).
"""
