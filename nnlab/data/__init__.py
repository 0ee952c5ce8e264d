"""Data sets, their splits, and functions that generate or read them."""
