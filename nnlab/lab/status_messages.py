"""What a Lab says by itself, below its picture: at rest, what is worth knowing of its
run."""

from typing import NamedTuple

from nnlab.errors import Plain
from nnlab.session.findings import Finding, findings
from nnlab.session.session import Session
from nnlab.views.drawing.fonts import legible, unwritten

LETTERS_NAMED = 12  # letters that are named


class Said(NamedTuple):
    """A remark, and the name of a view that shows what it is about, or ""."""

    text: str
    view: str = ""


class Reader(Plain):
    """Finds what a learner should know of a run; once for each of its steps."""

    def __init__(self):
        self._at: tuple | None = None
        self._found: list[Finding] = []

    def said_of(self, session: Session) -> Said:
        """What should be known; nothing if all is as usual."""
        for finding in self._findings(session):
            return Said(finding.text, finding.view)
        return Said(_computes(session) or _spelled(session))

    def _findings(self, session: Session) -> list[Finding]:
        trainer = session.trainer
        at = trainer, trainer.steps_done, len(trainer.changes), session.stepper.stage
        if at != self._at:
            self._at, self._found = at, findings(session)
        return self._found


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


def _computes(session: Session) -> str:
    """In words who computes, if that was left to nnlab, or could be quicker."""
    trainer = session.trainer
    if why := trainer.why_not_recorded:
        return f"A step is made operation by operation, and not recorded: {why}."
    if session.experiment.backend != "auto":
        return ""
    backend = trainer.network.backend
    return f"backend='auto' is {backend.name!r} here: {backend.why}."
