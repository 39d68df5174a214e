"""What is imported when, proved at run time: the layers hold in a process too, and the app waits for nothing slow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from making import stored_notice

SLOW = (
    "sqlite_utils",
    "opencc",
    "charset_normalizer",
    "annotations.normalize",
    "lxml",
    "pypinyin",
    "hypothesis",
)
"""Not needed to show the queue, a notice or the version; a tenth of a second and more together."""

NOT_YET = ("hashlib", "statistics", "shlex", "rjieba", "re2", "borax")
"""What the standard library and others have that takes long to import, and the first paint does not need."""

LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"

EVERYTHING = """
import pkgutil, sys
from importlib import import_module
for name in sys.argv[1:]:
    package = import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        import_module(module.name)
"""

APP = """
import asyncio, sys
from pathlib import Path
import tui.__main__
from tui.cli import cli
cli.get_command(None, "review")
from store.open import open_database
from store.read.notices import find_notice
from tui.app import ZhupiApp

async def show():
    with open_database(Path(sys.argv[1])) as database:
        find_notice(database.connection, "page")
        app = ZhupiApp(database)
        async with app.run_test() as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.press("enter")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert type(app.screen).__name__ == "ReviewScreen", app.screen

asyncio.run(show())
"""

PAINTED = """
import json, sys
from pathlib import Path
import tui.__main__
from tui.cli import cli
cli.get_command(None, "review")
from store.edits.people import identify
from store.open import open_database
from tui.keys import config
from tui.session import state
from tui.app import ZhupiApp

class Noting(ZhupiApp):
    def on_ready(self):
        print(json.dumps(sorted(sys.modules)))
        self.exit()

with open_database(Path(sys.argv[1])) as database:
    identify(database)
    Noting(database).run(headless=True, size=(120, 40))
"""
"""Prints what has been imported when the queue is painted for the first time."""

FIRST_PAINT = Path(__file__).with_name("first_paint.txt")
OURS = ("annotations", "store", "tui")

VERSION = """
import tui.__main__, sys
from tui.cli import run
sys.stdout, real = sys.stderr, sys.stdout
assert run(["--version"]) == 0
sys.stdout = real
"""


def modules(script, *arguments):
    """The names of all modules that a fresh process has after ``script``."""
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\n{LOADED}", *map(str, arguments)], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return set(json.loads(done.stdout.decode().split("\n")[-2]))


def of(loaded, *names):
    return sorted(each for each in loaded if each.split(".")[0] in names or each in names)


def test_what_is_said_about_a_notice_needs_no_database_and_no_terminal():
    loaded = modules(EVERYTHING, "annotations")
    assert of(loaded, "sqlite3", "pysqlite3", "_sqlite3", "sqlite_utils", "textual", "rich", "click") == []
    assert of(loaded, "store", "tui") == []
    assert "annotations.formats.native" in loaded


def test_the_store_needs_no_terminal():
    loaded = modules(EVERYTHING.replace("for name in sys.argv[1:]:", "for name in ['store']:"))
    assert of(loaded, "textual", "rich", "tui") == []
    assert "store.output.export" in loaded


def test_the_version_is_printed_before_anything_slow_is_imported():
    loaded = modules(VERSION)
    assert of(loaded, *SLOW, "textual", "rich", "sqlite3", "pysqlite3", "msgspec") == []


def test_the_app_shows_a_notice_before_anything_slow_is_imported(database):
    stored_notice(database)
    loaded = modules(APP, database.path)
    assert of(loaded, *SLOW) == []
    assert "textual" in loaded


def test_nothing_is_imported_before_the_first_paint_of_the_queue_that_is_not_on_its_list(database):
    stored_notice(database)
    done = subprocess.run([sys.executable, "-c", PAINTED, str(database.path)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    loaded = set(json.loads(done.stdout.decode().split("\n")[0]))
    own = {name for name in loaded if name.split(".")[0] in OURS and name != "tui.__main__"}
    listed = {line for line in FIRST_PAINT.read_text().splitlines() if line and not line.startswith("#")}
    assert sorted(own - listed) == [], "import these behind the first paint, or put them on tests/first_paint.txt"
    assert sorted(listed - own) == [], "the first paint needs these no longer: take them off tests/first_paint.txt"
    assert of(loaded, *SLOW, *NOT_YET) == []


@pytest.mark.parametrize("command", ["check", "export", "import", "init", "labels", "normalize", "tag", "verify"])
def test_help_of_a_command_imports_neither_the_app_nor_anything_slow(command):
    loaded = modules(f"from tui.cli import cli; assert cli.get_command(None, {command!r})")
    assert of(loaded, *SLOW, "textual", "rich", "sqlite3", "pysqlite3") == []
