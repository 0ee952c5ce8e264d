"""Answers to the exercises of each lesson, as data: see `test_exercises.py`."""

from pkgutil import iter_modules

import nnlab.lessons

LESSONS = [found.name for found in iter_modules(nnlab.lessons.__path__) if found.ispkg]
