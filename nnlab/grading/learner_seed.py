"""The learner's name, which seeds the numbers in the exercises.

Two learners get different numbers, and each the same every time. The name is stored in
a file beside the notebooks, and nowhere else; without one the seed is that of "".
"""

from pathlib import Path
from zlib import crc32

import numpy as np

from nnlab.atomic import write_whole
from nnlab.errors import InputError, shown
from nnlab.grading.feedback import Card

FILE = Path(".nnlab-learner")


def learner(name: str) -> Card:
    """Store the name of the learner in this folder.

    Raises:
        InputError: if it is not a word.
    """
    if not isinstance(name, str) or not name.strip():
        raise InputError(
            "name",
            f"name={shown(name)} is not allowed: it is a word; try learner('Ada').",
        )
    write_whole(FILE, lambda file: file.write(name.strip().encode()))
    return Card(
        f"Hello, {name.strip()}. The exercises in this folder have numbers of your "
        f"own now, the same every time. Your name is in the file {FILE} here, and "
        "nowhere else."
    )


def learner_rng(purpose: str) -> np.random.Generator:
    """Return this learner's generator for a purpose, seeded the same every time."""
    name = FILE.read_text("utf-8") if FILE.is_file() else ""
    return np.random.default_rng([crc32(name.encode()), crc32(purpose.encode())])
