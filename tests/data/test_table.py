"""A CSV file is taken for what it is, or refused in a sentence; nothing is guessed."""

import codecs
import csv
import gzip
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.data.csv_reader import DELIMITERS, sheet
from nnlab.data.table import Table
from nnlab.errors import InputError

steady = settings(deadline=None, derandomize=True, database=None)


def kinds(*values: str) -> dict:
    return {"kinds": [*values]}


N, C, T, E = "number", "category", "text", "empty"
FILES = [  # what it is about, the file, and what it is taken for or why it is refused
    ("plain", b"a,b\n1,2\n3,4\n", {**kinds(N, N), "names": ["a", "b"], "rows": 2}),
    ("no end of line at the end", b"a,b\n1,2\n3,4", {"rows": 2}),
    ("carriage return, line feed", b"a,b\r\n1,2\r\n", {**kinds(N, N), "rows": 1}),
    ("carriage return alone", b"a,b\r1,2\r3,4\r", {**kinds(N, N), "rows": 2}),
    ("ends of lines mixed", b"a,b\n1,2\r\n3,4\r5,6", {"rows": 3, "lines": [2, 3, 4]}),
    ("blank lines", b"\n\na,b\n\n1,2\n\n\n3,4\n\n", {"rows": 2, "lines": [5, 8]}),
    ("semicolons", b"a;b\n1;2\n", {**kinds(N, N), "delimiter": ";"}),
    ("tabs", b"a\tb\n1\t2\n", {**kinds(N, N), "delimiter": "\t"}),
    ("bars", b"a|b\n1|2\n", {**kinds(N, N), "delimiter": "|"}),
    ("one column", b"a\n1\n2\n", {**kinds(N), "title": "no delimiter"}),
    ("one column of sentences", b"a\nno, no\nyes\nwell\n", {"rows": 3, "names": ["a"]}),
    ("semicolon in quotes", b'a,b\n"x;y",1\n"z;w",2\n', {"cells": ["x;y", "z;w"]}),
    ("comma in quotes", b'a;b\n"1,2,3";1\n"4,5,6";2\n', {"delimiter": ";"}),
    ("line break in quotes", b'a,b\n"x\ny",1\nz,2\n', {"lines": [2, 4], "rows": 2}),
    ("quotes doubled", b'a,b\n"say ""hi""",1\n', {"cells": ['say "hi"'], "rows": 1}),
    ("quote within a cell", b'a,b\n5" pipe,1\n', {"cells": ['5" pipe']}),
    ("all in quotes", b'"a","b"\n"1","2"\n', {**kinds(N, N), "names": ["a", "b"]}),
    (
        "quote that never closes",
        b'a,b\n1,2\n"x,3\n',
        "from line 3 on: a quote opens there",
    ),
    ("a lone quote", b'"', "from line 1 on: a quote opens there"),
    ("letters behind a quote", b'a,b\n"x"y,1\n', {"cells": ["xy"]}),
    ("quotes behind spaces", b'"a", "b"\n"x y", "1"\n', {"names": ["a", "b"]}),
    ("empty file", b"", "is empty; give a file with a row"),
    ("only blank lines", b"\r\n\n\n", "is empty"),
    ("only a byte-order mark", codecs.BOM_UTF8, "is empty"),
    ("only spaces", b"   \n", "is empty"),
    ("only a header", b"a,b,c\n", "has a header and no rows; give a row for each"),
    ("byte-order mark", codecs.BOM_UTF8 + b"a,b\n1,2\n", {"names": ["a", "b"]}),
    (
        "UTF-16, small end first",
        codecs.BOM_UTF16_LE + "größe,b\n1,2\n".encode("utf-16-le"),
        {**kinds(N, N), "names": ["größe", "b"], "encoding": "UTF-16"},
    ),
    (
        "UTF-16, big end first",
        codecs.BOM_UTF16_BE + "a;b\n1;2\n".encode("utf-16-be"),
        {**kinds(N, N), "encoding": "UTF-16", "delimiter": ";"},
    ),
    ("UTF-16, cut off", codecs.BOM_UTF16_LE + b"a\0,", "is not UTF-16: byte 0x2c in"),
    (
        "UTF-16 without a mark",
        "a,b\n1,2\n".encode("utf-16-le"),
        {**kinds(N, N), "encoding": "UTF-16-LE"},
    ),
    (
        "Latin-1",
        "a,b\nÄ,2\nÄ,3\nB,3".encode("latin-1"),
        {"encoding": "cp1252", "cells": ["Ä", "Ä", "B"], "text": "say which it is, as"},
    ),
    ("no encoding we know", b"a,b\n1,2\n\x81,3\n", "not cp1252: byte 0x81 in line 3;"),
    ("gzip", gzip.compress(b"a,b\n1,2\n"), {**kinds(N, N), "rows": 1}),
    ("gzip, cut off", gzip.compress(b"a,b\n1,2\n")[:-6], "compressed, and damaged"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is no table but a picture"),
    ("a spreadsheet", b"PK\x03\x04\x14abc", "an Excel workbook is; save the sheet as"),
    ("an old spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1", "but an old Excel workbook"),
    ("Parquet", b"PAR1\x15\x04", "is no table but a Parquet file; read it with pan"),
    ("PDF", b"%PDF-1.7\n1 0 obj", "is no table but a PDF"),
    ("a web page", b"\n<!DOCTYPE html>\n<p>a,b", "is no table but a web page (HTML)"),
    ("a web page without a type", b"<HTML><p>a,b", "is no table but a web page (HTML)"),
    (
        "a pointer",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n",
        "is no table but a pointer of Git LFS to a file that is not here",
    ),
    ("JSON", b'[{"a": 1}, {"a": 2}]', "is no table but JSON; read it with pandas"),
    ("JSON in lines", b'{"a": 1}\n{"a": 2}\n', "is no table but JSON"),
    ("a notebook", b'{"cells": [], "nbformat": 4}', "but a notebook; give the file"),
    ("ARFF", b"@relation iris\n@data\n1,2\n", "is no table but an ARFF file"),
    ("nothing in the middle", b"a,b\n1,\x002\n", "holds no text"),
    ("a million rows", b"1,2\n" * 10**6, "has 1,000,000 lines, and at most 200,000 ro"),
    (
        "too many bytes",
        b"a,b\n" + b"x" * 21_000_000,
        "has 21,000,004 bytes, and at mos",
    ),
    ("a long cell", b"a,b\n1," + b"x" * 100_000, {"rows": 1, "kinds": [N, T]}),
    (
        "many columns",
        b",".join([b"a"] * 3000) + b"\n" + b"1," * 2999 + b"1",
        {"rows": 1},
    ),
    (
        "too many columns",
        b"," * 10_000 + b"\n",
        "has 10,001 columns, and at most 10,000",
    ),
    (
        "a cell too few",
        b"a,b\n1,2\n3\n",
        "rows of 2 and of 1 cells, in line 1 and in line 3,",
    ),
    (
        "a cell too many",
        b"a,b\n1,2\n3,4,5\n",
        "rows of 2 and of 3 cells, in line 1 and in line 3,",
    ),
    (
        "a title above",
        b"mine, 1998\na,b,c\n1,2,3\n",
        "rows of 2 and of 3 cells, in line 1 and in line 2,",
    ),
    (
        "a comment above",
        b"# mine, 1998\na,b,c\n1,2,3\n",
        {"names": ["a", "b", "c"], "lines": [3], "text": "line 1, which begins with #"},
    ),
    ("a header behind a #", b"# a,b\n1,2\n", {"names": ["a", "b"], "text": ""}),
    ("a header of a #", b"#,b\n1,2\n3,4\n", {"names": ["#", "b"], "text": ""}),
    ("colours", b"c,b\n#f00,2\n#0f0,4\n#f00,4\n", {"rows": 3, "kinds": [C, N]}),
    (
        "a cell too few behind a line break",
        b'a,b,c\n"1\n2",2,3\n\n"a",\n',
        "rows of 3 and of 2 cells, in line 1 and in line 5,",
    ),
    (
        "a cell too many behind a line break",
        b'a,b\n"x\ny",2\n\n1,2,3\n',
        "rows of 2 and of 3 cells, in line 1 and in line 5,",
    ),
    (
        "a line of a spreadsheet",
        b"sep=;\na;b\n1,5;2\n",
        {"numbers": [1.5], "lines": [3]},
    ),
    ("delimiter at the ends", b"a,b,\n1,2,\n3,4,\n", kinds(N, N, E)),
    (
        "delimiter at some ends",
        b"a,b\n1,2,\n",
        "rows of 2 and of 3 cells, in line 1 and in line 2,",
    ),
    ("two of a name", b"a,a,a (2)\n1,2,3\n", {"names": ["a", "a (2)", "a (2) (2)"]}),
    ("a name taken", b"a (2),a,a\n1,2,3\n", {"names": ["a (2)", "a", "a (3)"]}),
    ("no name", b"a,,\n1,2,3\n", {"names": ["a", "column 2", "column 3"]}),
    ("spaces around", b" a , b\n 1 ,  x \n 2 , y \n3,x", {**kinds(N, C), "rows": 3}),
    ("names in Greek", "ύψος,β\n1,2\n".encode(), {"names": ["ύψος", "β"]}),
    ("no header", b"5.1,setosa\n4.9,setosa\n", {"header": False, "rows": 2}),
    ("a header of words", b"a,b\nx,y\nz,w\n", {"header": True, "rows": 2}),
    ("a header above numbers", b"a,1990\n1,2\n3,4\n", {"names": ["a", "1990"]}),
    ("an empty column", b"a,b\n1,\n2,NA\n3,?\n", {**kinds(N, E), "missing": [0, 3]}),
    (
        "every mark of nothing",
        b"a,b\n1,\n2,NA\n3,n/a\n4,NaN\n5,null\n6,None\n7,?\n8,-\n9,1\n",
        {**kinds(N, N), "missing": [0, 8], "gaps": "8 '-' '?' 'NA' 'NaN' 'None'"},
    ),
    (
        "a slip of the pen",
        b"a,b\n1,2\n3O,4\n5,6\n",
        {**kinds(T, N), "odd": "'3O' in l"},
    ),
    ("half are numbers", b"a\n1\nx\n2\nx\n", {**kinds(T), "odd": "'x' in line 3"}),
    ("few are numbers", b"a\nx\nx\ny\n2\ny\n", {**kinds(C), "odd": ""}),
    ("a formula", b"a,b\n=cmd|' /C calc'!A0,1\n", {"cells": ["=cmd|' /C calc'!A0"]}),
    ("code", b"a,b\n__import__('os'),1\n", {"cells": ["__import__('os')"], "rows": 1}),
    (
        "a huge number",
        b"a\n123456789012345678901234567890\n",
        {"numbers": [1.2345678901234568e29]},
    ),
    ("a number too large", b"a\n1\n1e400\n", {**kinds(T), "odd": "'1e400' in line 3"}),
    ("infinity", b"a\n1\ninf\n", {**kinds(T), "odd": "'inf' in line 3"}),
    (
        "numbers of all kinds",
        b"a\n-1\n+2\n.5\n3.\n1e-3\n",
        {"numbers": [-1, 2, 0.5, 3, 0.001]},
    ),
    ("digits that are not ours", "a\n1\n٢\n".encode(), {"odd": "'٢' in line 3"}),
    ("underscores", b"a\n1\n1_000\n", {"odd": "'1_000' in line 3"}),
    (
        "thousands",
        b'a,b\n"1,234",1\n"2,345",2\n',
        {**kinds(T, N), "odd": "'1,234' in l"},
    ),
    (
        "thousands or decimals",
        b"a;b\n1,234;1\n2,345;2\n",
        {**kinds(T, N), "decimal": "."},
    ),
    (
        "decimal commas",
        b"a;b\n1,5;0,125\n-2;3,\n",
        {**kinds(N, N), "decimal": ",", "numbers": [1.5, -2], "delimiter": ";"},
    ),
    ("decimal commas, no header", b"1,5;2,5\n3,5;4,5\n", {"delimiter": ";", "rows": 2}),
    (
        "decimal commas and a slip",
        b"a\tb\n1,5\t1\n2,5\t1\nx\t1",
        {"odd": "'x' in line 4"},
    ),
    (
        "commas and points",
        b"a;b\n1.5;1,5\n2.5;2,5\n",
        {**kinds(T, N), "odd": "'1.5' in"},
    ),
    ("decimals among commas", b'a,b\n"1,5",1\n"2,5",2\n', {"numbers": [1.5, 2.5]}),
    ("true and false", b"a,b\ntrue,1\nfalse,2\ntrue,3\n", kinds(C, N)),
    (
        "a comment at the end",
        b"a,b\n1,2\n# the end\n",
        {"rows": 1, "text": "line 3, which begins with #, was passed over"},
    ),
    (
        "spaces",
        b" a  b  c\n 1  2  x\n 3\t4  y\n",
        {"delimiter": " ", "names": [*"abc"]},
    ),
    ("spaces, no header", b"1.5 2.5\n3.5 4.5\n", {"delimiter": " ", "header": False}),
    ("spaces and commas", b"1,5 2,5\n3,5 4,5\n", {"delimiter": " ", "decimal": ","}),
    (
        "spaces and a tab",
        b'18.0   8   3.5\t"buick"\n15.0   9   4.5\t"ford fiesta"\n',
        {"delimiter": " ", "kinds": [N, N, N, T]},
    ),
    (
        "spaces and a comma",
        b"a, b\n1, 2\n3, 4\n",
        {"delimiter": ",", "numbers": [1, 3]},
    ),
    ("names of two words", b"n\nAnn Lee\nBob Fox\n", {"names": ["n"], "rows": 2}),
    ("mostly commas", b"a,b\n1,2\n3;4,5\n", {"delimiter": ",", "kinds": [T, N]}),
]


def seen(table: Table) -> dict:
    """All that a file of the list may say of its table."""
    first = table.columns[0]
    return {
        "kinds": [column.kind for column in table.columns],
        "names": [column.name for column in table.columns],
        "missing": [column.missing.sum() for column in table.columns],
        "rows": len(table),
        "lines": first.lines.tolist(),
        "cells": first.cells.tolist(),
        "numbers": first.numbers.tolist(),
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "decimal": table.decimal,
        "header": table.header,
    }


@pytest.mark.parametrize(
    "content, expected", [f[1:] for f in FILES], ids=[f[0] for f in FILES]
)
def test_a_file_is_taken_for_what_it_is_or_refused(content, expected):
    if isinstance(expected, str):
        with pytest.raises(InputError) as caught:
            Table.parse(content, "mine")
        said = str(caught.value)
        assert said.startswith("table='mine' ") and expected in said
        assert said.endswith(".") and "\n" not in said
        assert caught.value.argument == "table"
        return
    table = Table.parse(content, "mine")
    text = {
        "odd": table.columns[0].odd(),
        "gaps": table.columns[-1].gaps(),
        "title": repr(table).split("\n")[0],
        "text": "\n".join(table.notes),
    }
    for name, value in expected.items():
        if name in text:
            assert value in text[name] and bool(value) == bool(text[name])
        else:
            assert seen(table)[name] == value


marks = st.sampled_from([",", ";", "\t", "|", '"', "\n", "\r", " ", "1", ".", "a", "é"])
cells = st.text(marks, max_size=5) | st.text(max_size=5)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6
    )
)


def written(rows: list[list[str]], **how) -> str:
    """A table as Python's own writer writes it."""
    file = StringIO(newline="")
    csv.writer(file, **how).writerows(rows)
    return file.getvalue()


def is_text(text: str) -> bool:
    """Whether nothing in it is a sign of something else."""
    odd = any(ord(c) < 32 and c not in "\t\n\r\f\v" for c in text)
    return not (odd or "#" in text or text.startswith(("\ufeff", "[", "{")))


def bare(cell: str) -> str:
    """A cell as it is read: its lines end in one way, and no spaces are around it."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def blank(row: list[str], delimiter: str) -> bool:
    """Whether a row is written as a line of spaces, which says nothing."""
    return not written([row], delimiter=delimiter).strip()


@steady
@given(tables, st.sampled_from(DELIMITERS))
def test_what_was_written_is_read_cell_by_cell(rows, delimiter):
    text = written(rows, delimiter=delimiter)
    kept = [i for i, row in enumerate(rows) if not blank(row, delimiter)]
    if not is_text(text):
        with pytest.raises(InputError, match="holds no text"):
            Table.parse("\0" + text)
    elif kept:
        found = sheet(text, "mine", delimiter, header=False, most_rows=1000)
        assert [*zip(*found.columns)] == [tuple(map(bare, rows[i])) for i in kept]
        before = (written(rows[:i], delimiter=delimiter) for i in kept)
        lines = [1 + len(StringIO(s, newline="").readlines()) for s in before]
        assert found.lines.tolist() == lines


@steady
@given(tables, st.sampled_from(DELIMITERS))
def test_with_every_cell_in_quotes_the_delimiter_is_found(rows, delimiter):
    text = written(rows, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    if is_text(text):
        table = Table.parse(text, header=False)
        assert len(rows[0]) == 1 or table.delimiter == delimiter
        held = [column.cells.tolist() for column in table.columns]
        assert [*zip(*held)] == [tuple(map(bare, row)) for row in rows]


contents = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=30).map(str.encode),
    st.text(marks, max_size=60).map(str.encode),
    st.text(marks, max_size=30).map(lambda text: text.encode("utf-16")),
    tables.map(lambda rows: written(rows).encode()),
)


@settings(steady, max_examples=1500)
@given(contents)
def test_any_bytes_are_a_table_or_one_clear_sentence(content):
    try:
        table = Table.parse(content)
    except InputError as error:
        said = str(error)
        assert error.argument == "table" and said.startswith("table='table' ")
        assert said.endswith(".") and "\n" not in said
    else:
        assert len(table) >= 1 and len({c.name for c in table.columns}) == len(
            table.columns
        )
        assert repr(table).startswith("Table(table: ")
        assert table._repr_html_().count("<tr>") == min(len(table.columns), 30) + 1


def test_too_much_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 50)
    monkeypatch.setattr("nnlab.data.csv_reader._cells", None)  # or this would be called
    with pytest.raises(InputError, match=r"51 lines, .*; keep a part .* most_rows=51"):
        Table.read(path, most_rows=49)
    monkeypatch.setattr("pathlib.Path.read_bytes", None)
    with pytest.raises(InputError, match=r"204 bytes, .*at most 203 .*most_bytes=204"):
        Table.read(path, most_bytes=203)
    monkeypatch.undo()
    assert len(Table.read(path, most_rows=50, most_bytes=204)) == 50


def test_a_file_is_read_under_its_own_name(tmp_path):
    path = tmp_path / "fish.csv"
    path.write_bytes(b"a;b\n1,5;2\n")
    for given_path in (path, str(path)):
        assert repr(Table.read(given_path)) == repr(
            Table.parse("a;b\n1,5;2\n", "fish")
        ).replace("text", "UTF-8")
    with pytest.raises(InputError, match=r"dish\.csv' is not a file in ") as caught:
        Table.read(tmp_path / "dish.csv")
    assert caught.value.argument == "path"


@pytest.mark.parametrize(
    "given_arguments, said",
    [
        ({"content": 3}, "content=3 is not allowed: it is the text or the bytes"),
        ({"delimiter": ":"}, "delimiter=':' is not known; choose from '\\t', ';', "),
        ({"most_rows": 0}, "most_rows=0 is not allowed"),
        ({"most_bytes": "all"}, "most_bytes='all' is not allowed"),
    ],
)
def test_wrong_arguments_are_refused(given_arguments, said):
    with pytest.raises(InputError) as caught:
        Table.parse(**{"content": "a,b\n1,2", **given_arguments})
    assert str(caught.value).startswith(said)
    assert caught.value.argument == next(iter(given_arguments))


def test_the_picture_shows_what_was_found_and_escapes_it():
    table = Table.parse("<b>;c\n1,5;x\nNA;y\n1O;x\n7;x\n", "mine")
    assert repr(table) == (
        "Table(mine: 4 rows, 2 columns; text, delimiter ';', decimal comma, header)\n"
        "  column  kind      values      missing\n"
        "  <b>     text      1,5, 1O, 7  1 'NA'\n"
        "  c       category  x, y        0\n"
        "  <b> would be a number, but for '1O' in line 4; if that stands for nothing, "
        "say missing=['NA', '1O']"
    )
    assert "<td>&lt;b&gt;</td><td>text</td>" in table._repr_html_()
    assert "<b>" not in table._repr_html_()


def test_a_wide_table_shows_its_first_columns():
    wide = Table.parse(",".join(f"a{i}" for i in range(40)) + "\n" + "1," * 39 + "1")
    assert "\n  a29 " in repr(wide) and "a30" not in repr(wide)
    assert repr(wide).endswith("… and 10 more columns")
