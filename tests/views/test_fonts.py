"""A name in any script is legible in a picture: no letter is an empty box."""

import unicodedata

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from matplotlib.text import Text

from nnlab import Dataset, Lab
from nnlab.views.drawing import fonts
from nnlab.views.drawing.fonts import BOLD, CODE, PLAIN, legible, runs, unwritten
from nnlab.views.drawing.text_layer import length, lettering
from nnlab.views.plots.chart import Chart

NAMES = {
    "han": "小さい猫",
    "kana": "ねこカッター",
    "hangul": "고양이",
    "hebrew": "שלום",
    "arabic": "مرحبا",
    "devanagari": "बिल्ली",
    "thai": "แมว",
    "emoji": "😀 👩‍👩‍👧 ☃️ 🇩🇪",
    "combining": "e\u0301 a\u0301\u0323 n\u0303",
    "greek and cyrillic": "γάτα кошка",
    "wide": "ＣＡＴ",
    "letters of mathematics": "𝐜𝐚𝐭 𝒸𝒶𝓉",
    "unseen": "x\u200by\u00adz",
    "lines": "two\nlines\tand a tab",
    "for private use": "\ue000\U0010fffd",
    "of no meaning yet": "\u0378",
    "dollars": "$5 to $10",
    "no formula": r"$\nothing{$ and $x_1$",
}
CASES = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


@pytest.fixture
def no_other_fonts(monkeypatch):
    """A computer with no fonts but DejaVu."""
    monkeypatch.setattr(fonts, "_fonts", lambda: [])
    forget()
    yield
    forget()


def forget():
    for function in (fonts._known, fonts._other, lettering):
        function.cache_clear()


@CASES
def test_what_is_drawn_is_all_in_the_font_it_is_drawn_in(no_other_fonts, name):
    said = legible(name)
    assert said and said == legible(said) and "\n" not in said
    for face in (PLAIN, BOLD, CODE):
        for path, letters in runs(said, face):
            assert {*map(ord, letters.replace(" ", ""))} <= fonts._letters(path)
        picture = lettering(name, 14, "black", face)
        assert picture.shape[1] == int(np.ceil(length(name, 14, face))) + 2
        assert (picture[..., 0] < 200).any()


@pytest.mark.parametrize(
    "name, said",
    [
        ("猫", "U+732B"),
        ("小猫", "U+5C0F U+732B"),
        ("ねこ", "neko"),
        ("カッター", "katuta-"),
        ("한국", "hangug"),
        ("ＣＡＴ", "CAT"),
        ("cat 猫!", "cat U+732B !"),
        ("e\u0301", "é"),
        ("\ue000", "U+E000"),
        ("👩‍👧", "(woman) (girl)"),
        ("a\n b\t", "a b"),
        ("naïve γάτα", "naïve γάτα"),
    ],
)
def test_what_no_font_has_is_spelled(no_other_fonts, name, said):
    assert legible(name) == said


def test_names_that_differ_are_spelled_differently(no_other_fonts):
    every = [chr(i) for i in range(0x4E00, 0x9FFF, 7)]
    every += [
        c for c in map(chr, range(0x3041, 0x3097)) if "SMALL" not in unicodedata.name(c)
    ]
    assert len({*map(legible, every)}) == len(every)


def made(name: str, other: str = "dog") -> Dataset:
    x = np.random.default_rng(0).normal(size=(120, 2))
    y = (x[:, 0] > 0).astype(int)
    return Dataset(f"{name}?", x, y, (f"{name}₁", f"{name}₂"), (name, other))


@CASES
def test_a_lab_shows_names_in_any_script(no_other_fonts, name):
    """A letter that is drawn as a box comes with a warning, which is an error here."""
    lab = Lab(data=made(name), hidden=(3,), seeds=2)
    assert name in lab.canvas.text  # the alternative has the name as it is
    for text in lab.picture.figure.findobj(Text):
        assert unwritten(text.get_text()) == ""
    lost = unwritten(name)
    remark = lab._remarked().text
    assert bool(lost) == remark.startswith("No font on this computer has the letters")
    assert not lost or all(letter in remark for letter in lost)


@CASES
def test_a_chart_shows_names_in_any_script(no_other_fonts, name):
    chart = Chart({name: np.ones((2, 3))}, [name, "b"], along=name, measured=name)
    assert chart.png()


@pytest.fixture
def cat_font(tmp_path, monkeypatch):
    """A computer with a font that has one letter: a square."""
    pen = TTGlyphPen(None)
    for i, place in enumerate([(0, 0), (0, 800), (800, 800), (800, 0)]):
        (pen.lineTo if i else pen.moveTo)(place)
    pen.closePath()
    glyph, build = pen.glyph(), FontBuilder(1000, isTTF=True)
    build.setupGlyphOrder([".notdef", "cat"])
    build.setupCharacterMap({ord("猫"): "cat"})
    build.setupGlyf({".notdef": glyph, "cat": glyph})
    build.setupHorizontalMetrics({".notdef": (1000, 0), "cat": (1000, 0)})
    build.setupHorizontalHeader(ascent=800, descent=-200)
    build.setupNameTable({"familyName": "Cats", "styleName": "Regular"})
    build.setupOS2()
    build.setupPost()
    path = tmp_path / "cats.ttf"
    build.save(path)
    known = [*font_manager.fontManager.ttflist]
    font_manager.fontManager.addfont(path)
    monkeypatch.setattr(fonts, "_fonts", lambda: [("Cats", str(path))])
    forget()
    yield str(path)
    font_manager.fontManager.ttflist = known
    forget()


def test_a_font_of_this_computer_has_its_letters(cat_font):
    assert legible("a 猫") == "a 猫" and unwritten("a 猫") == ""
    assert [*runs("a 猫", PLAIN)][1] == (cat_font, "猫")
    ink = lettering("猫", 20, "black")[..., 0] < 128
    assert ink.sum() == pytest.approx(16 * 16, rel=0.2)  # the square
    lab = Lab(data=made("猫"), hidden=(3,), seeds=2)
    families = [
        text.get_fontfamily()
        for text in lab.picture.figure.findobj(Text)
        if "猫" in text.get_text()
    ]
    assert families and all(f == ["DejaVu Sans", "Cats"] for f in families)
    assert "No font" not in lab._remarked()


def test_fonts_of_boxes_are_none():
    names = {name for name, _ in fonts._fonts()}
    assert not any(name.startswith(("Last Resort", "cm", "STIX")) for name in names)
    assert "DejaVu Sans" in names
