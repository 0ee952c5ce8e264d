"""What a Lab says by itself, below its buttons: the keys at first, and at rest what is
worth knowing of its run."""

from nnlab.lab.toolbar import HINT, PAINT_HINT, PROBE_HINT, SLOW_HINT
from nnlab.session.run import Run
from nnlab.views.drawing.fonts import legible, unwritten

LETTERS_NAMED = 12  # letters that are named


def hint(lab) -> str:
    """The keys that do something in this Lab."""
    parts = {
        SLOW_HINT: lab.slow.at_work,
        PROBE_HINT: lab.hand.probes,
        PAINT_HINT: lab.paint.at_work,
    }
    return HINT + "".join(hint for hint, there in parts.items() if there)


def said_of(run: Run) -> str:
    """What a learner should know of the run; nothing if all is as usual."""
    return _stopped(run) or _computes(run) or _spelled(run)


def _spelled(run: Run) -> str:
    """In words, that names in the picture are spelled, if no font has their letters."""
    data = run.data
    names = " ".join([data.name, *data.features, *data.classes])
    if not (lost := unwritten(names)):
        return ""
    word = next(word for word in names.split() if unwritten(word))
    return (
        f"No font on this computer has the letters {lost[:LETTERS_NAMED]}, so the "
        f"picture says {legible(word)} for {word}. With a font that has them, as Noto "
        "Sans CJK for Chinese, Japanese and Korean, it writes them as they are."
    )


def _stopped(run: Run) -> str:
    """In words, that all networks have stopped early, if they have."""
    if run.trainer.active.any():
        return ""
    return (
        f"All {run.experiment.seeds} networks have stopped early, with patience="
        f"{run.experiment.patience}, and have gone back to their best."
    )


def _computes(run: Run) -> str:
    """In words who computes, if that was left to nnlab, or could be quicker."""
    trainer = run.trainer
    if why := trainer.why_not_recorded:
        return f"A step is made operation by operation, and not recorded: {why}."
    if run.experiment.backend != "auto":
        return ""
    backend = trainer.network.backend
    return f"backend='auto' is {backend.name!r} here: {backend.why}."
