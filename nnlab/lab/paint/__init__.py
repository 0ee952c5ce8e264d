"""A Lab to paint data on."""
