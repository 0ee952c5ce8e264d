"""A mistake in an answer, in words: what the learner is told."""


class Mistake(Exception):
    """What is wrong with an answer; or, if it is `blank`, that there is none yet.

    If it is `clear`, nothing more needs to be found out about it.
    """

    def __init__(self, words: str, blank: bool = False, clear: bool = False):
        super().__init__(words)
        self.words, self.blank, self.clear = words, blank, blank or clear
