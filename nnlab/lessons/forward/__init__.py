"""What `02_forward_pass` shows and asks: how numbers become a prediction."""

from nnlab.lessons.forward.explorers import heads, network, neuron, warp

__all__ = ["heads", "network", "neuron", "warp"]
