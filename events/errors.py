"""What can be wrong with an event: each error is a sentence and carries its facts."""

from collections.abc import Sequence


class Malformed(Exception):
    """What was sent has the wrong shape. `fields` are those there are, if one was sent too many."""

    def __init__(self, path: str, expected: str, found: str, fields: Sequence[str] = ()) -> None:
        self.path = path
        self.expected = expected
        self.found = found
        self.fields = tuple(fields)

    def __str__(self) -> str:
        return f"at {self.path}: expected {self.expected}, found {self.found}"


class UnknownVersion(Exception):
    """A stored event is of a shape that this reader was not built for."""

    def __init__(self, v: object, newest: int) -> None:
        self.v = v
        self.newest = newest

    def __str__(self) -> str:
        return (
            f"stored with v {self.v}, and this reader knows up to {self.newest}; "
            "deploy the reader before the writer"
        )


class Refused(Exception):
    """The rules say no. `facts` are the values in the sentence, by name."""

    def __init__(self, sentence: str, **facts: object) -> None:
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return self.sentence


class UnknownMatch(Refused):
    """The event is about a match that nobody scheduled."""

    def __init__(self, match: str) -> None:
        super().__init__(
            f"there is no match {match}; schedule it first (match_scheduled)", match=match
        )
