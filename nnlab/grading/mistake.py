"""A mistake in an answer, in the words that the learner reads."""


class Mistake(Exception):
    """An answer that is not right.

    Args:
        words: what is wrong, in sentences.
        blank: True if there is no answer yet.
        clear: True if no further diagnosis is needed.
    """

    def __init__(self, words: str, blank: bool = False, clear: bool = False):
        super().__init__(words)
        self.words, self.blank, self.clear = words, blank, blank or clear
