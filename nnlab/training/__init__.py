"""Training loops: epochs of mini-batches, history, early stopping, checkpoints.

Read the files in this order: sample_checks, batches, metrics, early_stopping, history,
step_runner, trainer, surgery, snapshot, checkpoint, tape.
"""

from nnlab.training.checkpoint import load_checkpoint, save_checkpoint
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.metrics import confusion_matrix, r_squared
from nnlab.training.tape import Tape
from nnlab.training.trainer import Trainer

__all__ = [
    "EarlyStopping",
    "Tape",
    "Trainer",
    "confusion_matrix",
    "load_checkpoint",
    "r_squared",
    "save_checkpoint",
]
