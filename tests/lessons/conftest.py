"""Who learns in the tests of lessons, and with which seeds their laws are tested."""

import pytest

from nnlab.grading.learner_seed import learner


@pytest.fixture(params=["", "Ada", "Grace"])
def a_learner(request, monkeypatch, tmp_path):
    """Answers are judged alike, whoever learns here."""
    monkeypatch.chdir(tmp_path)
    if request.param:
        learner(request.param)


@pytest.fixture(scope="session")
def seeds():
    """Seeds that no notebook uses, so that a law holds for more than what is shown."""
    return range(100, 112)
