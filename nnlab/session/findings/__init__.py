"""Sentences that explain what is seen in a run.

Read the files in this order: finding (one sentence), neighbor_score (how well a sample
is predicted by its neighbours), loss_course (the losses, in units of the loss at
chance), ending_rules (networks that no longer train), loss_rules (what the losses
show), layer_rules (what a pass through the layers shows).
"""

from nnlab.backend import quiet
from nnlab.session.findings.ending_rules import diverged, stopped_early
from nnlab.session.findings.finding import Finding
from nnlab.session.findings.layer_rules import gradient_fades, units_stuck
from nnlab.session.findings.loss_course import Course
from nnlab.session.findings.loss_rules import (
    at_chance,
    plateau,
    step_too_large,
    validation_turns,
)
from nnlab.session.session import Session

__all__ = ["Finding", "findings"]

ENDINGS = (diverged, stopped_early)
# causes first, then what is only a symptom
RULES = (
    step_too_large,
    units_stuck,
    gradient_fades,
    at_chance,
    plateau,
    validation_turns,
)


def findings(session: Session) -> list[Finding]:
    """Return what is worth knowing of a run, the most important first; often nothing.

    The run is only read: it continues as if nobody had asked. What is said is about the
    run since its last live change.
    """
    course = Course(session)
    rules = (*ENDINGS, *(RULES if course.long_enough else ()))
    with quiet():
        found = [rule(course) for rule in rules]
    return [one for one in found if one is not None]
