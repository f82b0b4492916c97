"""Every value of a season file has its line, however TOML lets it be written."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.lines import Steps, line_at, lines_of, steps_of, written_path

SEASONS = sorted((Path(__file__).parents[2] / "seasons").glob("*/season.toml"))

ODD = """\
a = 1 # [x]
b.c = "x # ] \\" }"
[t]
"q.r" = [ 1, [2,
 3], {x = 1, y = [ { z = 1.5 }, {} ]} ]
d = 2013-12-15 15:31:00.5-05:00
s = \"\"\"
multi = 3
\"\"\"
l = '''a
 [[b]]'''
[[u.v]]
k = 1
[[u.v]]
k = 2
[u.v.w]
z = 1
[[u.v.list]]
y = true
[[u.v.list]]
"""


def paths(value: object, steps: Steps = ()) -> Iterator[Steps]:
    if steps:
        yield steps
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, (*steps, name))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*steps, index))


@pytest.mark.parametrize("text", [ODD, *(path.read_text("utf-8") for path in SEASONS)])
def test_each_value_that_the_parser_finds_has_a_line_and_nothing_else_has(text: str) -> None:
    assert set(lines_of(text)) == set(paths(tomllib.loads(text)))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a", 1),
        ("b.c", 2),
        ("t.d", 6),
        ("t.s", 7),
        ("t.l", 10),
        ("u.v[0].k", 13),
        ("u.v[1]", 14),
        ("u.v[1].w.z", 17),
        ("u.v[1].list[1]", 20),
        ("u.v[1].list[1].missing[3].too", 20),
        ("nothing", None),
    ],
)
def test_a_value_stands_in_the_line_where_it_is_written(path: str, line: int | None) -> None:
    assert line_at(lines_of(ODD), steps_of(path)) == line


def test_a_path_is_written_as_it_was_read() -> None:
    path = "stages[0].sections[12].id"
    assert steps_of(f"$.{path}") == ("stages", 0, "sections", 12, "id")
    assert written_path(steps_of(path)) == path
