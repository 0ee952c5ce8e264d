"""What `01_data` shows and asks: what a network may see, and when."""

from nnlab.lessons.data.scale import standardize
from nnlab.lessons.data.split import stratified

__all__ = ["standardize", "stratified"]
