"""A file from the page becomes a data set, or a sentence; and nothing in it runs."""

import gzip
import pickle
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nnlab import Experiment, Lab
from nnlab.lab.csv_upload import LARGEST, LONGEST_NAME, CsvUpload, read_table

FLOWERS = b"""length,width,colour,name,kind
1.5,2,red,Ann,lily
2.5,1,blue,Ben,rose
,3,red,Cal,rose
3.5,4,blue,Dan,lily
4.5,2,red,Eve,rose
"""


def send(part: CsvUpload, content: bytes, name: str = "flowers.csv", **told) -> None:
    """A file comes from the page."""
    file = {"name": name, "size": len(content), **told}
    part.upload._handle_custom_msg(file, [memoryview(content)])


class Part:
    """The part, with a task that does what was posted when it is asked to."""

    def __init__(self, use: Callable = lambda data: None):
        self.posted: list[tuple] = []
        self.used: list = []
        self.part = CsvUpload(
            self.post, lambda data: [self.used.append(data), use(data)]
        )

    def post(self, *call) -> None:
        self.posted.append(call)

    def work(self) -> None:
        while self.posted:
            function, *arguments = self.posted.pop(0)
            function(*arguments)

    def send(self, content: bytes, name: str = "flowers.csv") -> CsvUpload:
        send(self.part, content, name)
        self.work()
        return self.part

    def choose(self, **values) -> CsvUpload:
        for menu, value in values.items():
            getattr(self.part, menu).value = value
        self.work()
        return self.part


def shown(widget) -> bool:
    return widget.layout.display != "none"


def test_before_a_file_there_is_only_the_button():
    part = Part().part
    assert [shown(w) for w in part.row.children] == [True, False, False, False, False]
    assert part.upload.label == "Your CSV" and part.text == part.note.value == ""


def test_callbacks_only_post():
    there = Part()
    part = there.part
    send(part, FLOWERS)
    assert len(there.posted) == 1 and part.text == "" and not shown(part.train)
    there.work()
    part.target.value = "width"
    part.task.value = "measurement"
    part.train.click()
    assert len(there.posted) == 3 and "kind" in part.text and not there.used
    there.work()
    assert "width" in part.text and there.used[0].targets == ("width",)


def test_it_says_what_was_read_and_what_was_left_out():
    part = Part().send(FLOWERS)
    assert part.text == (
        "flowers: 5 rows read; kind (2 classes) is predicted from 3 columns: length, "
        "width, colour; 1 row left out, where a value is missing; name left out, since "
        "name is text of 5 different values, such as 'Ann' in line 2."
    )
    assert shown(part.train) and not part.train.disabled and not shown(part.task)
    assert 'class="remark" role="status"' in part.note.value


def test_the_data_are_those_of_the_file():
    there = Part()
    there.send(FLOWERS).train.click()
    there.work()
    (data,) = there.used
    assert data.name == "flowers" and data.classes == ("lily", "rose")
    assert data.features == ("length", "width", "colour=blue", "colour=red")
    assert_array_equal(data.x[:, 0], [1.5, 2.5, 3.5, 4.5])
    assert_array_equal(data.y, [0, 1, 0, 1])


def test_any_usable_column_can_be_predicted():
    there = Part()
    part = there.send(FLOWERS)
    assert dict(part.target.options) == {
        name: name for name in ("length", "width", "colour", "kind")
    }
    part = there.choose(target="length")
    assert "length (an amount) is predicted from 3 columns: width, colour, kind" in (
        part.text
    )
    part.train.click()
    there.work()
    assert not there.used[0].labelled and there.used[0].targets == ("length",)


def test_a_few_whole_numbers_are_classes_or_an_amount():
    there = Part()
    part = there.send(b"a,b\n" + b"".join(b"%d.5,%d\n" % (i, i % 3) for i in range(9)))
    assert shown(part.task) and "b (3 classes)" in part.text
    part = there.choose(task="measurement")
    assert "b (an amount)" in part.text
    part = there.choose(target="a")
    assert not shown(part.task) and "a (an amount)" in part.text
    part = there.choose(target="b")
    assert part.task.value == "labels" and "b (3 classes)" in part.text


def test_what_it_sets_by_itself_is_not_heard():
    there = Part()
    send(there.part, b"a,b\n1.5,0\n2.5,1\n3.5,0\n4.5,1\n")
    (read,) = there.posted
    there.posted.clear()
    read[0](*read[1:])
    assert there.posted == [] and "b (2 classes)" in there.part.text
    there.part.task.value = "measurement"
    there.part.target.value = "a"
    assert len(there.posted) == 2
    for call in [*there.posted]:
        call[0](*call[1:])
    assert len(there.posted) == 2 and there.part.task.value == "labels"


def test_no_notebook_stores_the_bytes():
    there = Part()
    before = there.part.upload.get_state()
    part = there.send(FLOWERS)
    assert part.upload.get_state() == before and b"lily" not in repr(before).encode()
    part = there.send(FLOWERS.replace(b"4.5", b"5.5"))  # the same file, changed
    assert "5 rows read" in part.text


@pytest.mark.parametrize(
    "told, said",
    [
        (
            {"name": "big.csv", "size": 2**40},
            "'big' has 1,099,511,627,776 bytes, and a",
        ),
        ({"name": "gone.csv"}, "'gone' could not be read by the browser; close it"),
        ({}, "'table' could not be read by the browser"),
        ({"name": 3, "size": "x"}, "'3' could not be read by the browser"),
    ],
)
def test_a_file_that_was_not_sent_is_said_in_a_sentence(told, said):
    there = Part()
    there.send(FLOWERS)
    there.part.upload._handle_custom_msg(told, [])
    there.work()
    assert said in there.part.text and there.part.text.endswith(".")
    assert not shown(there.part.train)
    assert there.part.upload.largest == LARGEST  # beyond which nothing is sent


def test_another_file_takes_the_place_of_the_first():
    there = Part()
    there.send(FLOWERS)
    part = there.send(b"a,b\n1.5,2.5\n2.5,3.5\n", "other.tsv")
    assert [value for _, value in part.target.options] == ["a", "b"]
    assert part.text.startswith("other: 2 rows read")
    part = there.send(b"", "empty.csv")
    assert not shown(part.train) and not shown(part.target) and not shown(part.task)
    part.train.click()
    there.work()
    assert there.used == []


WRONG = {
    "empty": (b"", "is empty; give a file with a row for each sample."),
    "blank": (b"\n \n", "is empty"),
    "binary": (bytes(range(32)) * 9, "holds no text; save it as CSV UTF-8"),
    "one column": (b"a\n1\n2\n", "has 1 column, and a network needs one to predict"),
    "a header alone": (b"a,b\n", "has a header and no rows"),
    "uneven": (
        b"a,b\n1,2\n3\n",
        "has rows of 2 and of 1 cells, in line 1 and in line 3",
    ),
    "an open quote": (b'a,b\n1,"2\n3,4\n', "a quote opens there that never closes"),
    "a workbook": (b"PK\3\4" + bytes(99), "zip archive, as an Excel workbook is"),
    "a web page": (b"<!DOCTYPE html><p>", "is no table but a web page"),
    "a pickle": (
        pickle.dumps([1] * 99, 4),
        "a pickle, which runs code when it is read",
    ),
    "JSON": (b'[{"a": 1}]', "is no table but JSON"),
    "half UTF-16": ("a,b\n1,2".encode("utf-16")[:-1], "is not UTF-16: byte"),
    "packed and damaged": (gzip.compress(FLOWERS)[:40], "is compressed, and damaged"),
    "only words": (
        b"a,b\nx,p\ny,q\nz,r\n",
        "has 0 columns of numbers or categories, .*: column 'a' is text of 3",
    ),
    "a column of nothing": (b"a,b,c\n1,,2\n2,,4\n3,,5\n", None),
    "gaps everywhere": (b"a,b,c\n,1,2\n3,,4\n5,6,\n", "a missing value in every row"),
    "nothing to learn": (b"a,b\n1.5,7\n2.5,7\n", "is '7' in every row"),
    "too large": (
        b"1,2\n" * (LARGEST // 4 + 1),
        "bytes, and a page sends at most 5,000",
    ),
    "a bomb": (gzip.compress(bytes(LARGEST + 1)), "and at most 5,000,000 are read"),
}


@pytest.mark.parametrize("content, said", WRONG.values(), ids=WRONG)
def test_what_is_no_table_is_said_in_a_sentence(content, said):
    there = Part()
    part = there.send(content)
    assert "\n" not in part.text and part.text.endswith(".")
    if said is None:
        assert "b left out, since b is empty" in part.text
        return
    assert re.search(said, part.text) and 'class="wrong"' in part.note.value
    part.train.click()
    there.work()
    assert there.used == [] and (part.train.disabled or not shown(part.train))


@pytest.mark.parametrize(
    "content, said",
    [
        ("größe;art\n1,5;x\n2,5;y\n3,5;x\n".encode("latin-1"), "read as cp1252"),
        (b"1,2\n3,4\n5,6\n", "the first row (1, 2) was taken for a sample"),
        (b"# note\na,b\n1.5,2.5\n2.5,3\n", "line 1, which begins with #, was passed"),
        (
            b"id,b\n" + b"".join(b"%d,%d.5\n" % (i, i * i) for i in range(12)),
            "id has another number in each row, as if it counted them",
        ),
        (b"price,b\n$1,x\n$2,y\n$3,x\n", "price was read as a number without $"),
    ],
)
def test_a_guess_is_said_and_no_code(content, said):
    text = Part().send(content).text
    assert said in text and text.endswith(".")
    assert "say " not in text and "=" not in text


@pytest.mark.parametrize(
    "name, kept",
    [
        ("houses.csv", "houses"),
        ("../../etc/pass.wd.csv", "pass.wd"),
        ("C:\\mine\\houses.tsv", "houses"),
        (".csv", "csv"),
        ("", "table"),
        ("x" * 300 + ".csv", "x" * LONGEST_NAME),
    ],
)
def test_of_a_name_no_path_is_left(name, kept):
    assert read_table(name, FLOWERS).name == kept


def test_no_tag_of_a_file_is_one_on_the_page():
    part = Part().send(b"<b>,<script>\n1.5,x\n2.5,y\n3,x\n", "<img src=x>.csv")
    assert "<script>" in part.text
    tags = {"<b>", "<script>", "<img"}
    assert not [tag for tag in tags if tag in part.note.value]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=200) | st.text("ab1,;.\n\"'=#\t -", max_size=80))
def test_any_bytes_are_answered_in_a_sentence(content):
    content = content if isinstance(content, bytes) else content.encode()
    part = Part().send(content)
    assert part.text.endswith(".") and "\n" not in part.text


def test_code_in_a_cell_is_text():
    """As a spreadsheet would run it, and as Python would: the process lives on."""
    there = Part()
    code = [b"=cmd|' /C calc'!A0", b"__import__('os').abort()"]
    there.send(b"a,b\n" + b"".join(b"%d.5,%s\n" % (i, code[i % 2]) for i in range(6)))
    there.part.train.click()
    there.work()
    assert {*there.used[0].classes} == {one.decode() for one in code}


def test_why_data_are_refused_is_shown():
    def refuse(data):
        Experiment(data=data, validation=0.5, test=0.49)

    there = Part(refuse)
    part = there.send(b"a,b\n1.5,2\n3.5,4\n5.5,2.5\n")
    part.train.click()
    there.work()
    assert "too little to train on" in part.text and 'class="wrong"' in part.note.value
    assert not part.train.disabled  # other settings may do


def test_other_faults_of_who_uses_them_are_not_hidden():
    def fault(data):
        raise ZeroDivisionError

    there = Part(fault)
    there.send(FLOWERS).train.click()
    with pytest.raises(ZeroDivisionError):
        there.work()


def test_a_file_of_the_largest_size_is_read():
    row = b",".join(b"0.%06d" % i for i in range(50))
    rows = (b"%s,%d.5\n" % (row, i) for i in range(LARGEST // 470))
    content = b"".join(rows)
    part = Part().send(content)
    assert 0.8 * LARGEST < len(content) <= LARGEST and "rows read" in part.text


def test_what_comes_late_finds_no_table():
    there = Part()
    part = there.part
    part.target.options = ["a"]
    there.work()
    assert part.text == "" and np.all(part.train.disabled)


def test_a_lab_goes_over_to_the_data(act, see):
    async def scene():
        lab = Lab(data="sine", hidden=(3,), seeds=2)
        part = CsvUpload(lab.player.post, lambda data: lab.change(data=data))
        page = see(lab)
        await page.rest()
        rows = b"".join(b"%d.5,%d.25\n" % (i, i * i % 7) for i in range(30))
        send(part, b"place,height\n" + rows)
        await page.rest()
        assert lab.experiment.data == "sine" and "30 rows read" in part.text
        part.train.click()
        await page.rest()
        assert lab.session.data.name == "flowers" and lab.message.text == ""
        assert "Fitted curve: for place from" in lab.canvas.text

    act(scene)
