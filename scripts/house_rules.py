"""The house rules that no linter knows; one line for each breach, exit 1 where there is one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("annotations", "store", "tui")
MOST_LINES = 600
"""Lines from which a module must be split along a seam."""
NOT_IN_THE_SDIST = {".ci/run", ".gitattributes"}
"""What only a checkout needs."""
OF_HATCH = {"pyproject.toml", ".gitignore"}
"""What the build adds by itself."""
COUNTED = (
    "annotations|assignments|characters|conflicts|decisions|differences|documents|events|files|findings|groups|"
    "labels|layers|lines|notices|offers|places|reviews|rows|shards|spans|suggestions|tokens|values"
)
"""What messages count: ``annotations.counts`` has the singular too.  ``changes`` is a verb as often."""
BEHIND_A_NUMBER = re.compile(rf" (?:new |open |other |long )?(?:{COUNTED})\b")

STATEMENT = re.compile(r"(SELECT|INSERT INTO|UPDATE|DELETE FROM) ")
"""How a statement begins that reads or changes rows."""


def breaches() -> Iterator[str]:
    """Each breach as ``path:line: what``."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            where = path.relative_to(ROOT)
            yield from _of_module(where, text)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\btime\.sleep\(|asyncio\.sleep\(", line) and "# because" not in line:
                yield f"{path.relative_to(ROOT)}:{number}: a test waits for what it needs, it never sleeps"
    yield from _of_one_name()
    yield from _missing_from_the_sdist()


def _of_one_name() -> Iterator[str]:
    """Test files with a name that another has: tests are no packages, so that pytest can import only one of them."""
    places: dict[str, Path] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        first = places.setdefault(path.name, path)
        if first != path:
            yield f"{path.relative_to(ROOT)}:1: {first.relative_to(ROOT)} has the same name; give one another"


def _missing_from_the_sdist() -> Iterator[str]:
    """Files of a checkout that the sdist would not hold: it is to pass its own checks and tests."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S607  # git of the developer
    except (OSError, subprocess.CalledProcessError):
        return  # the sdist itself
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    included = build["targets"]["sdist"]["include"]
    for name in filter(None, listed.stdout.split("\0")):
        if name not in NOT_IN_THE_SDIST | OF_HATCH and not any(
            name == each or name.startswith(f"{each}/") for each in included
        ):
            yield f"{name}:1: not in the sdist; name it in pyproject.toml, or in NOT_IN_THE_SDIST"


def _of_module(where: Path, text: str) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        yield f"{where}:{len(lines)}: longer than {MOST_LINES} lines; split it along a seam"
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield f"{where}:1: a module says why it exists"
    yield from _of_statements(where, tree)
    for node in ast.walk(tree):
        # splitlines() also parts at \x0b, \x0c, \x85 and U+2028, so it counts other lines than a notice has.
        if isinstance(node, ast.Attribute) and node.attr == "splitlines" and where.parts[0] != "tests":
            allowed = "# not a notice" in lines[node.lineno - 1]
            if not allowed:
                yield f"{where}:{node.lineno}: splitlines() splits more than lines; use split on \\n"
        if isinstance(node, ast.ExceptHandler) and len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
            yield f"{where}:{node.lineno}: an error is dropped in silence"
        if (
            isinstance(node, ast.Name)
            and node.id in ("getattr", "hasattr")
            and where.parts[0] == "tui"
            and where.parts[1] != "cli"
            and "# because" not in lines[node.lineno - 1]
        ):
            yield f"{where}:{node.lineno}: its type tells what a screen or an app can do; nobody asks for names"
        if isinstance(node, ast.Name) and node.id == "print":
            yield f"{where}:{node.lineno}: printing goes through tui.cli.output"
        if isinstance(node, ast.expr) and _is_plural_by_hand(node) and where.parts != ("annotations", "counts.py"):
            yield f"{where}:{node.lineno}: annotations.counts says 1 notice and 2 notices"


def _of_statements(where: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree) if where.parts[0] == "tui" else ():
        if isinstance(node, ast.Constant) and STATEMENT.match(str(node.value)):
            yield f"{where}:{node.lineno}: only store speaks SQL"


def _is_plural_by_hand(node: ast.expr) -> bool:
    """Whether a message makes a plural by itself: ``{n} notices``, ``{'s' if n != 1 else ''}``, ``notice(s)``."""
    match node:
        case ast.JoinedStr():
            return any(
                isinstance(value, ast.FormattedValue)
                and isinstance(behind, ast.Constant)
                and BEHIND_A_NUMBER.match(str(behind.value)) is not None
                and _may_be_one(value.value)
                for value, behind in pairwise(node.values)
            )
        case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other))):
            return {one, other} == {"s", ""} or (one != "" and other == f"{one}s")
        case ast.Constant(value=str(text)):
            return re.search(r"[a-z]\(s\)", text) is not None
    return False


def _may_be_one(node: ast.expr) -> bool:
    """Whether an expression may be a number that is 1: no constant of a module, no name, nothing that is counted."""
    if isinstance(node, ast.Name):
        return not node.id.strip("_").isupper()
    return not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "counted")


if __name__ == "__main__":
    found = list(breaches())
    for line in found:
        print(line)  # noqa: T201  # what this script is for
    sys.exit(1 if found else 0)
