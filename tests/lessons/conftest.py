"""Who learns in the tests of exercises."""

import pytest

from nnlab.grading.learner_seed import learner


@pytest.fixture(params=["", "Ada", "Grace"])
def a_learner(request, monkeypatch, tmp_path):
    """Answers are judged alike, whoever learns here."""
    monkeypatch.chdir(tmp_path)
    if request.param:
        learner(request.param)
