"""What goes on inside a training run, as numbers: plain functions on arrays."""
