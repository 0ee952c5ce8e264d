"""A real JupyterLab and a real browser, and how quick a Lab is in them."""
