"""The terms of the field in plain words, and the notebook where each comes first."""

from dataclasses import dataclass
from html import escape

from nnlab.errors import unknown
from nnlab.grading.feedback import Card


@dataclass(frozen=True)
class Term:
    """A term: its meaning in a sentence, and the number of its notebook."""

    meaning: str
    notebook: int


TERMS = {
    "activation": Term(
        "The bend behind a weighted sum, a = f(z), each number by itself: relu, tanh, "
        "sigmoid and others.",
        2,
    ),
    "argmax": Term("Which one is largest: its number, not its size.", 2),
    "batch": Term(
        "The samples of one step, taken together; mini-batch if they are few.", 0
    ),
    "baseline": Term(
        "What is reached without learning, as by always naming the largest class; a "
        "result counts from there.",
        1,
    ),
    "bias": Term(
        "A learned number that is added to a weighted sum; it moves a neuron's line.",
        2,
    ),
    "class": Term("One of the answers a classification may give.", 1),
    "data set": Term(
        "Samples, and what is to be learned of each: its label or its measurement.", 1
    ),
    "delta": Term(
        "Written δ: how fast the loss rises if a neuron's weighted sum grows.", 4
    ),
    "deviation": Term(
        "The standard deviation: how far numbers typically lie from their mean.", 1
    ),
    "epoch": Term("Once through all samples to train on.", 0),
    "feature": Term("One number that is known of every sample: a column.", 1),
    "forward pass": Term(
        "From the inputs to the outputs, layer by layer: what comes out of one goes "
        "into the next.",
        2,
    ),
    "gradient": Term(
        "For every weight, how fast the loss rises if the weight grows.", 0
    ),
    "hidden layer": Term(
        "A layer between the inputs and the output; nothing says what it should say.", 2
    ),
    "label": Term("The class that a sample really belongs to.", 1),
    "layer": Term("Neurons side by side, which all see the same inputs.", 2),
    "leak": Term(
        "Something of the validation or test samples that got into training, so that "
        "they are no longer unseen.",
        1,
    ),
    "learning rate": Term("How far a step goes, as a multiple of the gradient.", 0),
    "logit": Term("A raw output z, before sigmoid or softmax makes it a share.", 2),
    "loss": Term("How wrong the network is, in one number; 0 is perfect.", 0),
    "neuron": Term("It adds up its inputs, each times a weight, and bends the sum.", 0),
    "relu": Term("The activation max(z, 0): what is below 0 becomes 0.", 2),
    "replicas": Term(
        "Networks with the same recipe and different luck, trained together.", 0
    ),
    "sample": Term("One of the things learned from: a row of the table.", 1),
    "seed": Term("What luck is drawn from: the same seed, the same luck.", 0),
    "seed band": Term(
        "From the worst to the best of some networks that differ in their seed alone.",
        0,
    ),
    "sigmoid": Term(
        "Any number z becomes one from 0 to 1, as 1 / (1 + e to the −z); 0 becomes ½.",
        2,
    ),
    "softmax": Term(
        "Any numbers become shares that add up to 1: e to each of them, divided by the "
        "sum of these.",
        2,
    ),
    "split": Term("The samples, dealt out for training, validation and the test.", 1),
    "standardize": Term(
        "To shift and scale each feature to mean 0 and deviation 1, as measured on the "
        "training part.",
        1,
    ),
    "stratified": Term("Of a split: every class has its share in each part.", 1),
    "tanh": Term("An activation like sigmoid, but from −1 to 1 and through 0.", 2),
    "test set": Term(
        "Samples kept for one look at the end, with which nothing is chosen.", 1
    ),
    "training set": Term("The samples whose gradients move the weights.", 1),
    "validation set": Term(
        "Samples to choose by: no weight moves for them, but the choice does.", 1
    ),
    "weight": Term("A number that is learned: how much an input counts.", 0),
    "weighted sum": Term(
        "Every input times its weight, all added up, and the bias: z = x W + b.", 2
    ),
}


@dataclass(frozen=True)
class Glossary:
    """All terms in alphabetical order."""

    terms: dict[str, Term]

    def __repr__(self):
        wide = max(map(len, self.terms))
        rows = (f"{n:<{wide}}  {t.meaning}" for n, t in sorted(self.terms.items()))
        return "\n".join(rows)

    def _repr_html_(self) -> str:
        style = 'style="text-align: left; white-space: normal"'
        rows = "".join(
            f"<tr><th {style}>{escape(name)}</th><td {style}>{escape(term.meaning)}"
            f"</td><td>{term.notebook:02}</td></tr>"
            for name, term in sorted(self.terms.items())
        )
        heads = "".join(f"<th {style}>{h}</th>" for h in ("", "in plain words", "from"))
        return f"<table><tr>{heads}</tr>{rows}</table>"


def glossary(term: str | None = None) -> Glossary | Card:
    """Return the meaning of a term; all terms, if none is named.

    Args:
        term: the term, in any case.

    Raises:
        InputError: if it is not known, with the nearest one.

    >>> glossary("Epoch")
    epoch (notebook 00): Once through all samples to train on.
    """
    if term is None:
        return Glossary(TERMS)
    name = " ".join(str(term).lower().split())
    if name not in TERMS:
        raise unknown("term", term, TERMS)
    found = TERMS[name]
    return Card(f"{name} (notebook {found.notebook:02}): {found.meaning}")
