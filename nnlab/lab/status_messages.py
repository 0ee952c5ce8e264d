"""What a Lab says by itself, below its picture: at rest, what is worth knowing of its
run."""

from nnlab.session.findings.ending_rules import stopped_early
from nnlab.session.findings.loss_course import Course
from nnlab.session.session import Session
from nnlab.views.drawing.fonts import legible, unwritten

LETTERS_NAMED = 12  # letters that are named


def said_of(session: Session) -> str:
    """What a learner should know of the run; nothing if all is as usual."""
    return _stopped(session) or _computes(session) or _spelled(session)


def _spelled(session: Session) -> str:
    """In words, that names in the picture are spelled, if no font has their letters."""
    data = session.data
    names = " ".join([data.name, *data.features, *data.classes])
    if not (lost := unwritten(names)):
        return ""
    word = next(word for word in names.split() if unwritten(word))
    return (
        f"No font on this computer has the letters {lost[:LETTERS_NAMED]}, so the "
        f"picture says {legible(word)} for {word}. With a font that has them, as Noto "
        "Sans CJK for Chinese, Japanese and Korean, it writes them as they are."
    )


def _stopped(session: Session) -> str:
    """In words, that all networks have stopped early, if they have."""
    found = stopped_early(Course(session))
    return found.text if found else ""


def _computes(session: Session) -> str:
    """In words who computes, if that was left to nnlab, or could be quicker."""
    trainer = session.trainer
    if why := trainer.why_not_recorded:
        return f"A step is made operation by operation, and not recorded: {why}."
    if session.experiment.backend != "auto":
        return ""
    backend = trainer.network.backend
    return f"backend='auto' is {backend.name!r} here: {backend.why}."
