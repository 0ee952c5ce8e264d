"""Whether a part does what it says: its slopes against differences, and its manners."""
