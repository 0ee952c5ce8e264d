"""The live laboratory: a canvas, a player, controls, and the Lab that joins them."""

from nnlab.errors import not_installed

try:
    import anywidget  # noqa: F401
    import IPython  # noqa: F401
    import ipywidgets  # noqa: F401
    import threadpoolctl  # noqa: F401
except ModuleNotFoundError as error:
    raise not_installed("nnlab.lab", "lab", error) from None

from nnlab.jupyter.missing_names import install

install()  # for a kernel whose server has not done so
