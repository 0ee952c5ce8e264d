"""Real data are what their source says."""

import numpy as np

from nnlab.data.real import REAL, digits


def test_digits_are_1797_pictures_in_ten_classes():
    data = digits()
    assert data.x.shape == (1797, 64) and data.image == (8, 8)
    assert len(data.features) == 64 and data.classes == tuple("0123456789")
    assert data.x.min() == 0 and data.x.max() == 16
    counts = np.bincount(data.y)
    assert len(counts) == 10 and counts.min() >= 174 and counts.max() <= 183


def test_every_real_data_set_names_its_source_and_licence():
    for name, make in REAL.items():
        data = make()
        assert data.name == name
        assert "CC BY" in data.source
        assert "UCI" in make.__doc__ and "doi:" in make.__doc__


def test_features_are_pixels_in_reading_order():
    data = digits()
    ink = data.x.mean(axis=0).reshape(data.image)
    assert data.features[8 * 3 + 5] == "pixel 3,5"
    assert ink[:, 0].max() < 1 < 5 < ink[:, 3].min()  # digits stand in the middle
