"""Run by each kernel of a server as PYTHONSTARTUP, before the user's own."""


def _start() -> None:
    """Have the kernel of a notebook explain names that are missing."""
    import os

    if "JPY_SESSION_NAME" in os.environ:
        try:
            from nnlab.jupyter.missing_names import install
        except ImportError:  # a kernel with other packages than the server has
            pass
        else:
            install()
    if theirs := os.environ.get("NNLAB_THEIR_PYTHONSTARTUP"):
        with open(theirs, "rb") as file:
            exec(compile(file.read(), theirs, "exec"), globals())


_start()
del _start
