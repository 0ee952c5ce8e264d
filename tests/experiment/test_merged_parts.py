"""Parts that differ in numbers only become one, and others are refused."""

import pytest
from numpy.testing import assert_array_equal

from nnlab.engine import L2, SGD, Adam, Dropout, Linear
from nnlab.errors import InputError
from nnlab.experiment.merged_parts import merged


def test_parts_of_one_kind_are_one_and_others_are_refused():
    assert merged([Adam(0.1), Adam(0.1)]) == Adam(0.1)
    both = merged([Adam(0.1), Adam(0.2)])
    assert_array_equal(both.learning_rate, [0.1, 0.2])
    assert both.beta1 == 0.9
    nested = merged([(Linear(3), Dropout(0.1)), (Linear(3), Dropout(0.2))])
    assert nested[0] == Linear(3) and nested[1].rate.tolist() == [0.1, 0.2]
    for pair in ([Adam(), SGD()], [Linear(3), Linear(4)], [L2(1.0), L2(1.0, True)]):
        with pytest.raises(InputError, match="differ in more than numbers"):
            merged(pair)
