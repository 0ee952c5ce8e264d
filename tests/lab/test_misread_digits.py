"""The reader shows exactly what the network got wrong, and loses nothing typed."""

import numpy as np
import pytest

from nnlab import Lab
from nnlab.lab.predict.misread_digits import IMAGES_SHOWN, Reader
from tests.support.looked_at import LookedAt


class Network:
    """A Lab of which only the run is read."""

    def __init__(self, steps: int, shown: int = 0):
        self.session, self.selection = LookedAt.of(
            Lab(data="digits", seeds=2, hidden=(16,)).experiment, shown
        )
        self.session.train(steps)


@pytest.fixture(params=[0, 1])
def lab(request):
    return Network(steps=300, shown=request.param)


def wrong(run: LookedAt) -> np.ndarray:
    """The samples that the network shown takes for something else, counted anew."""
    z = run.session.outputs(run.session.parts.validation.x)[run.selection.replica]
    return np.flatnonzero(z.argmax(axis=-1) != run.session.parts.validation.y)


def test_before_any_training_it_has_nothing_to_show():
    reader = Reader(Network(steps=0))
    reader.button.click()
    assert "press Play" in reader.words.value
    assert reader.row.children == () and reader.done.layout.display == "none"


def test_it_shows_exactly_the_wrong_ones(lab):
    reader = Reader(lab)
    reader.button.click()
    expected = wrong(lab)
    assert 0 < len(expected)
    assert [*reader.asked] == [*expected[:IMAGES_SHOWN]]
    assert (
        len(reader.row.children)
        == len(reader.fields)
        == min(len(expected), IMAGES_SHOWN)
    )
    assert len({child.children[0].value for child in reader.row.children}) == len(
        reader.fields
    )
    assert [pair.children[1] for pair in reader.row.children] == reader.fields


def test_no_more_than_a_dozen():
    network = Network(steps=1)
    assert len(wrong(network)) > IMAGES_SHOWN
    reader = Reader(network)
    reader.button.click()
    assert len(reader.row.children) == IMAGES_SHOWN


@pytest.mark.parametrize("good", [0, 1, 5])
def test_what_is_read_is_counted_beside_the_network(lab, good):
    reader = Reader(lab)
    reader.button.click()
    run, truth = lab, [str(label) for label in reader.truth]
    for i, field in enumerate(reader.fields):
        field.value = f" {truth[i]} " if i < good else ["", "x"][i % 2]
    reader.done.click()
    right, asked = min(good, len(truth)), len(truth)
    total = len(run.session.parts.validation)
    assert f"You read {right} of {asked}" in reader.words.value
    assert f"and {total - len(wrong(run))} of all {total}" in reader.words.value
    for i, field in enumerate(reader.fields):
        assert ("✓" if i < good else "✗") in field.description
        assert truth[i] in field.description


def test_what_was_typed_stays_however_often_one_compares(lab):
    reader = Reader(lab)
    reader.button.click()
    typed = [str(i % 10) for i in range(len(reader.fields))]
    for field, text in zip(reader.fields, typed):
        field.value = text
    fields, said = [*reader.fields], None
    for _ in range(3):
        reader.done.click()
        assert reader.fields == fields
        assert [field.value for field in reader.fields] == typed
        assert said in (None, reader.words.value)
        said = reader.words.value
    assert [pair.children[1] for pair in reader.row.children] == fields


def test_it_compares_with_what_the_network_said_when_it_was_asked(lab):
    reader = Reader(lab)
    reader.button.click()
    reader.done.click()
    said = reader.words.value
    lab.session.train(200)
    reader.done.click()
    assert reader.words.value == said


def test_without_a_kernel_it_is_a_line_of_text(lab):
    bundle = Reader(lab)._repr_mimebundle_()
    assert bundle["text/plain"] == repr(Reader(lab))
    assert "image/png" not in bundle
