"""Real data are what their source says."""

import re
import sys

import numpy as np
import pytest

from nnlab.data.catalogue import REAL as ALL
from nnlab.data.sklearn_datasets import breast_cancer, diabetes, digits, wine


def test_digits_are_1797_pictures_in_ten_classes():
    data = digits()
    assert data.x.shape == (1797, 64) and data.image == (8, 8)
    assert len(data.features) == 64 and data.classes == tuple("0123456789")
    assert data.x.min() == 0 and data.x.max() == 16
    counts = np.bincount(data.y)
    assert len(counts) == 10 and counts.min() >= 174 and counts.max() <= 183


@pytest.mark.parametrize("name", ALL)
def test_every_real_data_set_names_its_source_and_licence(name):
    data, said = ALL[name](), ALL[name].__doc__
    assert data.name == name
    assert re.search(r"[A-Z]\w+.* (19|20)\d\d, .*(CC BY 4.0|no licence)", data.source)
    assert re.search(r"\((19|20)\d\d\)", said) and re.search(r"doi:10\.\d+/\S+", said)
    assert "CC BY 4.0" in said or "No licence" in said


@pytest.mark.parametrize("name", ALL)
def test_numbers_in_the_description_are_those_of_the_data(name):
    data, said = ALL[name](), ALL[name].__doc__
    assert said.startswith(f"{len(data)} ")
    if name != "digits":
        first = said.split("\n")[0]
        assert re.search(rf"\b{len(data.features)} (features|measures)", first)
        if data.labelled:
            for size in np.bincount(data.y):
                assert re.search(rf"\b{size}\b", first)


@pytest.mark.parametrize("name", ALL)
def test_names_can_be_read(name):
    data = ALL[name]()
    for word in (*data.features, *data.classes, *data.targets):
        assert type(word) is str and "_" not in word and word == word.strip()
    assert len({*data.features}) == len(data.features)


def test_a_malignant_lump_has_the_larger_cells():
    """So the class names are the right way round."""
    data = breast_cancer()
    radius = data.x[:, data.features.index("mean radius")]
    named = {name: radius[data.y == i].mean() for i, name in enumerate(data.classes)}
    assert named["malignant"] > named["benign"] + 4


def test_measures_of_wine_and_patients_are_in_their_own_units():
    alcohol = wine().x[:, wine().features.index("alcohol")]
    assert 11 <= alcohol.min() and alcohol.max() <= 15  # in per cent
    data = diabetes()
    named = dict(zip(data.features, data.x.T))
    assert 18 <= named["age"].min() and named["age"].max() <= 80
    assert {*named["sex"]} == {1, 2}
    ratio = named["total cholesterol"] / named["high-density lipoproteins"]
    shown = named["total / high-density cholesterol"]
    assert np.corrcoef(ratio, shown)[0, 1] > 0.97
    assert (data.y.min(), data.y.max()) == (25, 346)


@pytest.mark.parametrize("name", ALL)
def test_without_scikit_learn_it_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ModuleNotFoundError, match="pip install scikit-learn"):
        ALL[name]()


def test_features_are_pixels_in_reading_order():
    data = digits()
    ink = data.x.mean(axis=0).reshape(data.image)
    assert data.features[8 * 3 + 5] == "pixel 3,5"
    assert ink[:, 0].max() < 1 < 5 < ink[:, 3].min()  # digits stand in the middle
