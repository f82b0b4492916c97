"""Law 6, and who may know whom: the pure packages reach for nothing that a replay would miss.

The arrows between our own modules are import-linter's, in pyproject.toml; it is run from here.
Here stands the stricter half: what `events` and `projections` may import is a list of allowed
modules, and the names in an allowed module that read a clock or roll dice are forbidden too.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = {"events": {"events"}, "projections": {"events", "projections"}}
ALLOWED = {
    "__future__", "base64", "bisect", "collections", "contextlib", "copy", "dataclasses",
    "datetime", "decimal", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq",
    "itertools", "json", "math", "msgspec", "numbers", "operator", "re", "string", "struct",
    "tomllib", "types", "typing", "unicodedata", "uuid", "zlib",
}  # fmt: skip
READS_THE_WORLD = {
    "now", "utcnow", "today", "fromtimestamp", "uuid1", "uuid4", "uuid6", "uuid7", "getnode",
    "open", "input", "print", "hash", "id", "breakpoint", "__import__", "eval", "exec", "environ",
}  # fmt: skip


def sources() -> list[Path]:
    return sorted(path for package in PURE for path in (ROOT / package).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def world_names(tree: ast.AST) -> Iterator[str]:
    """What is called by a name that reads a clock, rolls dice, or differs from run to run."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in READS_THE_WORLD:
                yield f"{name} in line {node.lineno}"
            case ast.Attribute(attr=name) if name in READS_THE_WORLD - {"id", "open", "hash"}:
                yield f"{name} in line {node.lineno}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_module_imports_only_what_stays_the_same_in_ten_years(path: Path) -> None:
    allowed = ALLOWED | PURE[path.relative_to(ROOT).parts[0]]
    foreign = {
        name for name in imported(ast.parse(path.read_text())) if name.split(".")[0] not in allowed
    }
    assert not foreign


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_module_calls_nothing_that_reads_a_clock_or_rolls_dice(path: Path) -> None:
    assert not list(world_names(ast.parse(path.read_text())))


def test_the_scan_sees_a_clock_dice_and_the_environment() -> None:
    tree = ast.parse("import os\nfrom datetime import datetime\nwhen = datetime.now()\nhash('a')\n")
    assert list(imported(tree)) == ["os", "datetime"]
    assert len(list(world_names(tree))) == 2


def test_the_arrows_between_our_packages_point_one_way() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    linted = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
