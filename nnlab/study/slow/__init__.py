"""One step in slow motion: all of its numbers, layer by layer, forth and back.

Read the files in this order: passes (a mini-batch forward and back, with nothing lost),
factors (what the gradient of one weight is made of), autograd (the same gradient as
PyTorch finds it), account (all about one replica's step, and what came of it), motion
(from moment to moment, both ways).
"""
