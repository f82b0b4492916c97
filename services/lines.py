"""Where in a TOML file each value begins, which its parser does not say.

Read loosely: only of a text that the parser has accepted are the lines right.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

Step = str | int
Steps = tuple[Step, ...]

_TOKEN = re.compile(
    r'''
      (?P<gap>[ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<text>"""(?:\\.|[^\\])*?"""(?!")|\'\'\'.*?\'\'\'(?!')|"(?:\\.|[^"\\])*"|'[^']*')
    | (?P<mark>[][{},=.])
    | (?P<bare>[^][{},=.\s\#"']+)
    ''',
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines_of(text: str) -> Mapping[Steps, int]:
    """Give the line of every key, and of every item of an array, by the steps that lead there."""
    return _Reader(text).read()


def line_at(lines: Mapping[Steps, int], steps: Steps) -> int | None:
    """Give the line of a value, or of the nearest one around it that is written down."""
    for end in range(len(steps), 0, -1):
        if (line := lines.get(steps[:end])) is not None:
            return line
    return None


def steps_of(path: str) -> Steps:
    """Read a path like `$.stages[0].id`."""
    steps = re.findall(r"\[([0-9]+)\]|([^.$`\[\]]+)", path)
    return tuple(int(index) if index else name for index, name in steps)


def written_path(steps: Steps) -> str:
    """Write the steps as a path: `stages[0].id`."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")


def unclosed_line(text: str) -> int:
    """Give the line of the newest bracket that nothing closes, else the last line."""
    opened: list[_Token] = []
    for token in _tokens(text):
        if token.kind == "mark" and token.text in "[{":
            opened.append(token)
        elif token.kind == "mark" and token.text in "]}" and opened:
            opened.pop()
    return opened[-1].line if opened else text.count("\n") + 1


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.lines: dict[Steps, int] = {}
        # Arrays of tables: how many of each there are so far.
        self.counts: dict[Steps, int] = {}

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def read(self) -> Mapping[Steps, int]:
        table: Steps = ()
        while self.now.kind != "end":
            if self.now.kind == "newline":
                self.take()
            elif self.now.text == "[":
                table = self.header()
            else:
                self.member(table)
        return self.lines

    def header(self) -> Steps:
        """Read `[a.b]` or `[[a.b]]`; an array of tables is at its newest one."""
        line = self.take().line
        is_array = self.now.text == "["
        steps: Steps = ()
        for name in self.key():
            steps = (*self.newest(steps), name)
            self.lines.setdefault(steps, line)
        if is_array:
            self.counts[steps] = self.counts.get(steps, 0) + 1
        steps = self.newest(steps)
        self.lines[steps] = line
        return steps

    def newest(self, steps: Steps) -> Steps:
        count = self.counts.get(steps)
        return steps if count is None else (*steps, count - 1)

    def key(self) -> Steps:
        """Read up to the end of a dotted key; brackets around it and the mark after it go too."""
        names: list[Step] = []
        while self.now.kind not in ("newline", "end") and self.now.text != "=":
            token = self.take()
            if token.kind in ("text", "bare"):
                names.append(token.text.strip("\"'") if token.kind == "text" else token.text)
        if self.now.text == "=":
            self.take()
        return tuple(names)

    def member(self, table: Steps) -> None:
        line = self.now.line
        steps = table
        for name in self.key():
            steps = (*steps, name)
            self.lines.setdefault(steps, line)
        self.value(steps)

    def value(self, steps: Steps) -> None:
        if self.now.text == "{":
            self.take()
            while self.inside("}"):
                self.member(steps)
        elif self.now.text == "[":
            self.take()
            index = 0
            while self.inside("]"):
                self.lines[(*steps, index)] = self.now.line
                self.value((*steps, index))
                index += 1
        else:
            while self.now.kind not in ("newline", "end") and self.now.text not in (",", "]", "}"):
                self.take()

    def inside(self, end: str) -> bool:
        """Go to the next item; take the end mark where there is none."""
        while self.now.kind == "newline" or self.now.text == ",":
            self.take()
        if self.now.text == end or self.now.kind == "end":
            self.at += self.now.kind != "end"
            return False
        return True


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "gap":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
    yield _Token("end", "", line)
