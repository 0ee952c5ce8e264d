"""A bench can't say that a target is met: the table works it out."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.bench.report import Row, machine, report, table, written

ANY = st.floats()
BOUND = st.floats(0, 1e6)
MACHINE = {"os": "one", "cores": 2}


@given(ANY, BOUND)
def test_met_agrees_with_value_and_target(value, bound):
    assert Row("a", value, "s", f"≥ {bound!r}").met == (value >= bound)
    assert Row("a", value, "s", f"≤ {bound!r}").met == (value <= bound)


@pytest.mark.parametrize("sign", "≥≤")
def test_the_bound_itself_meets_and_nan_never_does(sign):
    assert Row("a", 24, "1/s", f"{sign} 24").met is True
    assert Row("a", math.nan, "1/s", f"{sign} 24").met is False


def test_a_row_without_a_target_is_neither_met_nor_missed():
    assert Row("a", 1.0, "s").met is None


@pytest.mark.parametrize("target", ["> 24", "24", "≥ many"])
def test_a_target_that_cannot_be_read_is_an_error(target):
    with pytest.raises((KeyError, ValueError)):
        _ = Row("a", 1.0, "s", target).met


@given(ANY, st.sampled_from(["", "≥ 2.5", "≤ 80"]))
def test_json_says_the_same_as_the_rows(value, target):
    row = Row("noise → picture", value, "ms", target)
    content = json.loads(written(MACHINE, [row]), parse_constant=pytest.fail)
    finite = math.isfinite(value)
    assert content == {
        "machine": MACHINE,
        "rows": [
            {
                "name": "noise → picture",
                "value": value if finite else None,
                "unit": "ms",
                "target": target,
                "met": row.met,
            }
        ],
    }


def test_a_missed_target_is_seen_in_the_table():
    rows = [Row("a", 23.456, "1/s", "≥ 24"), Row("b", 412.3, "ms", "≤ 500")]
    head, first, second = table([*rows]).splitlines()
    assert first.split() == ["a", "23.5", "1/s", "≥", "24", "NO"]
    assert second.split() == ["b", "412", "ms", "≤", "500", "yes"]
    assert head.index("target") == first.index("≥") == second.index("≤")


def test_a_report_is_printed_and_written(tmp_path, capsys):
    file = tmp_path / "bench.json"
    report(machine("pytest", chromium="1.2"), [Row("a", 1.0, "s", "≤ 2")], file)
    assert "chromium 1.2" in capsys.readouterr().out
    found = json.loads(file.read_text("utf-8"))
    assert {"os", "cpu", "cores", "python", "numpy", "pytest"} <= found[
        "machine"
    ].keys()
    assert found["rows"][0]["met"] is True
