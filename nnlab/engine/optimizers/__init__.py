"""Optimizers by name: the plain ones, and those that adapt to each parameter."""
