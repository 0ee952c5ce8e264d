"""What a column is taken for is right, or told with the way to say otherwise."""

import numpy as np
import pandas as pd
import pytest

from nnlab.data.table import Table
from nnlab.errors import InputError

NUMBERS = [  # the cells as they are written, the numbers, and what is told of them
    (
        ["$100,000", "$250,000", "$100,000"],
        [1e5, 2.5e5, 1e5],
        "without $ and with , betw",
    ),
    (["$5", "-$7.50", "$1,000"], [5, -7.5, 1000], "without $"),
    (["£1,234", "£999"], [1234, 999], "without £"),
    (["1.234,50 €", "99,00 €"], [1234.5, 99], "without € and with . between thousands"),
    (["12 EUR", "13.5 EUR"], [12, 13.5], "without EUR"),
    (["12%", "13 %", "12%", "12%"], [12, 13, 12, 12], "without %"),
    (["12 kg", "13.5 kg", "12kg"], [12, 13.5, 12], "without kg"),
    (["5'", "6'", "5'"], [5, 6, 5], "without '"),
    (["(100)", "200"], [-100, 200], "(…) for what is negative"),
    (["($1,100)", "$200"], [-1100, 200], "without $"),
    (["1,234,567", "2,345"], [1234567, 2345], "with , between thousands"),
    (["1,234.5", "2,345"], [1234.5, 2345], "with , between thousands"),
    (["1 234", "12 345"], [1234, 12345], "with spaces between thousands"),
    (["1\u202f234", "12\u00a0345"], [1234, 12345], "with spaces between thousands"),
    (["1'234", "12'345"], [1234, 12345], "with ' between thousands"),
    (["1,5", "2,25"], [1.5, 2.25], ""),
    (["−5", "3"], [-5, 3], ""),
    (["1e3", "2E-3"], [1000, 0.002], ""),
]


def column_of(cells: list[str], **how):
    rows = "".join(f'"{cell}",1\n' for cell in cells)
    return Table.parse(f"a,b\n{rows}", **how).columns[0]


@pytest.mark.parametrize("cells, numbers, told", NUMBERS)
def test_numbers_are_read_as_people_write_them_and_that_is_told(cells, numbers, told):
    column = column_of(cells)
    assert column.kind == "number" and column.numbers.tolist() == numbers
    assert told in column.why and bool(told) == bool(column.notes())
    assert not told or column.notes().endswith("say kinds={'a': 'category'}")
    assert column_of(cells, kinds={"a": "category"}).kind == "category"


@pytest.mark.parametrize("times", [1, 20])
def test_a_price_of_few_values_is_no_class(times):
    text = "size,price\n" + '1,"$100,000"\n2,"$250,000"\n3,"$100,000"\n' * times
    data = Table.parse(text).dataset("price")
    assert not data.labelled and data.y[:2].tolist() == [1e5, 2.5e5]


OTHERS = [  # cells that are no numbers, what they are, and what is told
    (
        ["1,234", "2,345"],
        "text",
        "'1,234' in line 2 is written otherwise than others, or",
    ),
    (["1.234 €", "2.500 €"], "text", "or can be read in two ways"),
    (["$12", "€13", "$12"], "text", "write all alike"),
    (["12 kg", "13 g", "12 kg"], "text", "write all alike"),
    (
        ["12", "unknown", "13"],
        "text",
        "but for 'unknown' in line 3; if that stands for ",
    ),
    (["<5", "6", "7", "7"], "text", "but for '<5' in line 2"),
    (
        ["00501", "90210", "00501"],
        "category",
        "has zeros in front, and was read as codes",
    ),
    (["2024-01-31", "2024-02-01", "2024-01-31"], "date", "was read as dates, which no"),
    (["31.01.2024", "01.02.2024", "31.01.2024"], "date", "kinds={'a': 'category'}"),
    (["1/31/24", "2/1/24", "1/31/24"], "date", "was read as dates"),
    (["12:30", "13:45", "12:30"], "date", "was read as dates"),
    (["Jan 2020", "Feb 2020", "Jan 2020"], "date", "was read as dates"),
    (["yes", "no", "yes"], "category", ""),
    (["20-30", "30-40", "20-30"], "category", ""),
    (['5\'11""', '6\'1""', '5\'11""'], "category", ""),
]


@pytest.mark.parametrize("cells, kind, told", OTHERS)
def test_what_is_no_number_is_told(cells, kind, told):
    column = column_of(cells)
    assert column.kind == kind
    assert told in column.notes() and bool(told) == bool(column.notes())


def test_a_comma_is_what_one_says_it_is():
    cells = ["1,234", "2,345"]
    assert column_of(cells, decimal=".").numbers.tolist() == [1234, 2345]
    assert column_of(cells, decimal=",").numbers.tolist() == [1.234, 2.345]


def test_marks_of_nothing_are_those_that_one_says():
    text = "a\n1\n-999\n?\n-999.0\n3\n"
    column = Table.parse(text, missing=["?", "-999"]).columns[0]
    assert column.numbers[~column.missing].tolist() == [1, 3]
    assert (
        Table.parse("a\nNone\nSome\nNone\n", missing=[]).columns[0].missing.sum() == 0
    )
    advice = Table.parse("a\n12\nunknown\n13\nNA\n").columns[0].notes()
    assert advice.endswith("say missing=['NA', 'unknown']")


def test_a_number_far_from_all_others_is_told():
    text = "wind\n" + "".join(f"{i % 9}.5\n" for i in range(30)) + "-999\n" * 2
    assert "wind is -999 in 2 rows, far from all others" in repr(Table.parse(text))
    assert "far from" not in repr(Table.parse(text, missing=["-999"]))


INDEXED = [
    ",x,y\n0,1.5,a\n1,2.5,b\n2,3.5,a\n",
    ",x,y\n7,1.5,a\n1,2.5,b\n2,3.5,a\n",
    "Unnamed: 0,x,y\n0,1.5,a\n1,2.5,b\n2,3.5,a\n",
    '"","x","y"\n"Ann",1.5,"a"\n"Bob",2.5,"b"\n"Cid",3.5,"a"\n',
    pd.DataFrame({"x": [1.5, 2.5, 3.5], "y": [*"aba"]}).to_csv(),
]


@pytest.mark.parametrize("text", INDEXED)
def test_the_row_index_is_no_feature_unless_one_says_so(text):
    table = Table.parse(text)
    index = table.columns[0]
    assert index.kind == "row index" and table.dataset("y").features == ("x",)
    assert f"otherwise say kinds={{{index.name!r}: 'number'}}" in repr(table)
    with pytest.raises(InputError, match="which is the row index of 3 different"):
        table.dataset("y", [index.name, "x"])
    if "Ann" not in text:
        kept = Table.parse(text, kinds={index.name: "number"})
        assert kept.dataset("y").features == (index.name, "x")


def test_a_column_that_counts_the_rows_is_told():
    rows = "".join(f"{i},{20 + i % 7}\n" for i in range(1, 30))
    assert "PassengerId has another number in each row" in repr(
        Table.parse(f"PassengerId,age\n{rows}")
    )


HEADERS = [  # the text, whether it has a header, and whether that is told
    ("0,1,kind\n5.1,3.5,a\n4.9,3.0,b\n6.0,2.9,a\n", True, True),
    ("0,1,kind\n5,3,a\n4,2,b\n6,2,a\n", True, True),
    ("country,1990,1991\nFR,58,59\nDE,80,81\n", True, True),
    ("1990,1991\n58,59\n80,81\n", True, True),
    ("400,410,420\n0.1,0.2,0.3\n0.2,0.1,0.4\n", True, True),
    ("label,0,1,2\n5,0,0,0\n3,0,12,0\n", True, False),
    ("0,1,2,3,4,5\n0,0,0,12,0,0\n0,0,7,12,0,0\n", True, False),
    (",0,1\n0,5.1,3.5\n1,4.9,3.0\n", True, False),
    ("a,a\n1,2\n3,4\n", True, False),
    ("kind,cap\ne,x\np,b\ne,b\n", True, True),
    ("kind\na\nb\na\n", True, True),
    ("day\n2024-01-31\n2024-02-01\n", True, False),
    ("0,0,0\n0,1,1\n1,0,1\n1,1,0\n", False, False),
    ("0,1\n1,0\n0,0\n1,1\n", False, True),
    ("0,1\n1,2\n2,4\n", False, True),
    ("5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,virginica\n", False, False),
    ("5.1,setosa\n4.9,virginica\n6.0,virginica\n", False, False),
    ("Ann,31\nBob,25\nCid,41\n", False, True),
    ("p,x\ne,x\np,b\n", False, False),
    ("a\nb\na\n", False, False),
    ("1\n2\n5\n", False, False),
]


@pytest.mark.parametrize("text, header, told", HEADERS)
def test_a_header_is_found_and_told_where_there_is_doubt(text, header, told):
    table = Table.parse(text)
    assert table.header == header
    assert (f"say header={not header}" in repr(table)) == told
    rows = text.count("\n")
    assert len(Table.parse(text, header=True)) == rows - 1
    assert len(Table.parse(text, header=False)) == rows


FRAME = pd.DataFrame(
    {
        "size": pd.array([1, None, 3, 4], dtype="Int64"),
        "good": [True, False, True, False],
        "kind": pd.Categorical(["p", "q", "p", "q"]),
        "price": ["$1,000", "$900", "$800", "$1,000"],
        "day": pd.date_range("2024-01-01", periods=4),
    }
)


def test_a_frame_is_a_table():
    table = Table(FRAME, "mine")
    kinds = [column.kind for column in table.columns]
    assert kinds == ["number", "category", "category", "number", "date"]
    assert repr(table).startswith("Table(mine: 4 rows, 5 columns; a DataFrame)")
    data = table.dataset("price", ["good", "kind"])
    assert data.y.tolist() == [1000, 900, 800, 1000]
    assert data.features == ("good=False", "good=True", "kind=p", "kind=q")
    with pytest.raises(InputError, match=r"'size', where 1 of 4 cells .* in row 1;"):
        table.dataset("price", ["size"])
    assert len(table.dataset("price", ["size"], missing="drop")) == 3
    assert Table(FRAME["size"]).columns[0].name == "size"


WRONG = [
    (
        lambda: Table.parse("a\n1\nx\n", kinds={"a": "number"}),
        "not go with 'x' in line 3",
    ),
    (lambda: Table.parse("a\n1\n", kinds={"b": "number"}), "kinds='b' is not known"),
    (lambda: Table.parse("a\n1\n", kinds={"a": "int"}), "'number', 'category', 'text'"),
    (lambda: Table.parse("a\n1\n", kinds={"a"}), "try kinds={'a': 'category'}."),
    (lambda: Table.parse("a\n1\n", missing="?"), "a list of marks; try missing=['?']."),
    (lambda: Table.parse("a\n1\n", decimal=";"), "decimal=';' is not known"),
    (lambda: Table.parse("a\n1\n", header=2), "header=2 is not allowed"),
    (lambda: Table.parse(b"a\n1\n", encoding="x"), "encoding='x' is not known"),
    (lambda: Table.parse(FRAME), "try Table.read(path), or Table(frame)."),
    (lambda: Table.read(FRAME), "try Table(frame) for what is no file."),
    (lambda: Table("a.csv"), "it is a DataFrame of pandas'; try Table.read(path)"),
    (
        lambda: Table.read("https://a.org/b.csv"),
        "nothing is fetched from one; download",
    ),
    (lambda: Table.read("."), "is a folder; give the path of a file in it."),
    (lambda: Table.read("a\0b"), "is not a file in"),
    (lambda: Table.read("x" * 5000), "is not a file in"),
    (
        lambda: Table.parse("a,b\n1,5\n2,5\n").dataset("b", task="measurement"),
        "'b' is 5 in",
    ),
    (
        lambda: Table.parse("a,b\n1,5\n2,6\n").dataset("b", {"a"}),
        "is a list of columns",
    ),
]


@pytest.mark.parametrize("call, said", WRONG)
def test_a_way_of_reading_that_there_is_not_is_refused(call, said):
    with pytest.raises(InputError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_without_pandas_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(
        ModuleNotFoundError, match=r'pip install "nnlab-notebooks\[lab\]"'
    ):
        Table.parse("a\n1\n")


def test_many_rows_have_their_numbers_bit_for_bit():
    numbers = np.random.default_rng(0).normal(size=(500, 2)).tolist()
    text = "a,b\n" + "".join(f"{a!r},{b!r}\n" for a, b in numbers)
    read = np.stack([column.numbers for column in Table.parse(text).columns], axis=1)
    assert np.array_equal(read, numbers)
