"""Every word has a plain meaning, and a word that is not known its nearest one."""

from html import unescape

import pytest

from nnlab.errors import InputError
from nnlab.lessons import glossary
from nnlab.lessons.glossary import TERMS


@pytest.mark.parametrize("name", TERMS)
def test_every_term_is_found_and_says_something(name):
    meaning = TERMS[name].meaning
    assert meaning[0].isupper() and meaning.endswith(".") and 0 <= TERMS[name].notebook
    for asked in (name, name.upper(), f"  {name} "):
        assert meaning in repr(glossary(asked))
    for page in (repr(glossary()), unescape(glossary()._repr_html_())):
        assert name in page and meaning in page


def test_terms_stand_in_order():
    names = [line.split("  ")[0] for line in repr(glossary()).splitlines()]
    assert names == sorted(TERMS)


def test_a_word_that_is_not_known_has_a_nearest_one():
    with pytest.raises(InputError, match="did you mean 'epoch'"):
        glossary("epoc")
