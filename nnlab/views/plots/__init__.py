"""Views that draw a plot, one a file."""
