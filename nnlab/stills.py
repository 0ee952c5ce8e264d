"""Whether the pictures of a page without a kernel are of networks that have learned.

A learner's page shows what the learner reached. The notebooks of the repository are
executed with nobody there to press Play, and their pictures are made as if somebody
had: `nnlab notebooks` says so to the kernel in an environment variable.
"""

import os
from typing import Any

TRAINED = {"NNLAB_STILLS": "trained"}  # the environment of such a kernel


def trained() -> bool:
    """Return True if pictures are made as trained."""
    return TRAINED.items() <= os.environ.items()


def image_metadata(text: str) -> dict[str, Any]:
    """Return the metadata of an output that say what its PNG shows, and that it was
    drawn for a light page."""
    return {"image/png": {"alt": text}, "needs_background": "light"}
