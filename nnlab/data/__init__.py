"""Data sets, their splits, and functions that generate or read them."""

from nnlab.data.function_generators import function_data

__all__ = ["function_data"]
