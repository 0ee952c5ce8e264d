"""Measurements of the suite itself, and the real JupyterLab and browser for them."""
