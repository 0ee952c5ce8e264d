"""A run in progress: training, live changes, rewinding, and single steps."""
