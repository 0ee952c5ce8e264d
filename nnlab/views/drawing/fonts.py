"""Which font has a letter: names are in any script, and an empty box is no letter.

Pictures are drawn in DejaVu, which has Latin, Greek, Cyrillic, Arabic, Hebrew and many
signs. What it lacks is drawn in a font of this computer's that has it. What no font has
is spelled: by the sound of the letter where Unicode's name for it tells that, or else
by its number, as in U+732B.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from matplotlib import get_data_path
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

PLAIN, BOLD, CODE = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono"
FAMILY = "DejaVu Sans"
NO_LETTERS = ("Last Resort", "cm", "STIX")  # fonts of boxes, and of mathematics
FIRST = (  # fonts for reading, to be looked at before all others
    *("Noto Sans CJK", "Noto Sans", "Source Han Sans", "PingFang", "Hiragino Sans"),
    *("Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "Apple SD Gothic"),
    *("WenQuanYi", "Arial Unicode", "Segoe UI"),
)
WORDS = ("LETTER", "SYLLABLE", "SIGN")  # what stands before a sound in Unicode's names
JOINS = {0x200B: None, 0x200D: None, 0xFE0E: None, 0xFE0F: None}  # nothing to be seen
UNSEEN = {"Cf", "Cc", "Mn", "Me"}  # categories that may be left out of what is read


def legible(text: str) -> str:
    """The text with no letter that no font has, in one line.

    >>> legible("naïve café")
    'naïve café'
    """
    if text.isascii() and text.isprintable():
        return text
    composed = " ".join(unicodedata.normalize("NFC", text).translate(JOINS).split())
    parts = ((known, "".join(c)) for known, c in groupby(composed, _known))
    spelled = (part if known else _spelled(part) for known, part in parts)
    return " ".join("".join(spelled).split())


def unwritten(text: str) -> str:
    """The letters of it that no font has."""
    composed = unicodedata.normalize("NFC", text)
    lost = [c for c in composed if not c.isspace() and not _known(c)]
    return "".join(c for c in dict.fromkeys(lost) if _spelled(c).strip())


def runs(text: str, face: str) -> Iterator[tuple[str, str]]:
    """A legible text in pieces, and for each the file of the font that has it."""
    for path, letters in groupby(text, lambda letter: file_of(letter, face)):
        yield path, "".join(letters)


def file_of(letter: str, face: str) -> str:
    """The file of a font that has this letter: of `face`, if that does."""
    own, plain = path_of(face), path_of(PLAIN)
    for path in (own, plain):
        if letter.isspace() or ord(letter) in _letters(path):
            return path
    found = _other(letter)
    return own if found is None else found[1]


def path_of(face: str) -> str:
    """The file of one of DejaVu's faces."""
    return f"{get_data_path()}/fonts/ttf/{face}.ttf"


def make_legible(figure: Figure) -> None:
    """Gives every word in a figure the fonts that have its letters. No word is a
    formula, whatever stands between two dollar signs."""
    for text in figure.findobj(Text):
        said = text.get_text()
        text.set_parse_math(False)
        text.set_text(legible(said))
        if not said.isascii():
            text.set_family([FAMILY, *_families(said)])


def _families(text: str) -> list[str]:
    """The names of the other fonts that its letters need."""
    found = (_other(c) for c in legible(text) if ord(c) not in _letters(path_of(PLAIN)))
    return [*dict.fromkeys(one[0] for one in found if one)]


@cache
def _known(letter: str) -> bool:
    """Whether some font has it."""
    plain = ord(letter) in _letters(path_of(PLAIN))
    return letter == " " or plain or _other(letter) is not None


@cache
def _letters(path: str) -> frozenset[int]:
    """The numbers of the letters that a font has, if they can be of any size."""
    try:
        font = FT2Font(path)
        return frozenset(font.get_charmap()) if font.scalable else frozenset()
    except (OSError, RuntimeError):  # gone, or not to be read
        return frozenset()


@cache
def _other(letter: str) -> tuple[str, str] | None:
    """The name and the file of a font of this computer's that has it."""
    for name, path in _fonts():
        if ord(letter) in _letters(path):
            return name, path
    return None


def _fonts() -> list[tuple[str, str]]:
    """The name and the file of every font of this computer's, the likely ones first."""
    found = {
        (one.name, one.fname)
        for one in fontManager.ttflist
        if not one.name.startswith(NO_LETTERS) and one.style == "normal"
    }
    return sorted(found, key=lambda one: (not one[0].startswith(FIRST), one))


def _spelled(letters: str) -> str:
    """Letters that no font has, in letters that every font has."""
    plain = unicodedata.normalize("NFKC", letters)
    if plain != letters and all(map(_known, plain)):
        return plain
    return "".join(map(_spell, letters))


def _spell(letter: str) -> str:
    """One of them: its sound, what it shows, or its number."""
    name = unicodedata.name(letter, "")
    if unicodedata.category(letter) in UNSEEN:
        return ""
    for word in WORDS:
        if f" {word} " in name:
            return name.rpartition(f" {word} ")[2].lower().removeprefix("small ")
    if "PROLONGED SOUND" in name:
        return "-"
    if " CHARACTER " in name:  # of Thai, which names a letter by a word
        return f" {name.partition(' CHARACTER ')[2].lower()} "
    if not name or "IDEOGRAPH" in name:
        return f" U+{ord(letter):04X} "
    return f" ({name.lower()}) "
