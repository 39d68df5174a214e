"""Restores a backup in many processes, each of which is killed a step later than the one before; tells what is left.

Somebody else has the database open meanwhile.  Arguments: a folder with ``a.db`` and what lies beside it, the backup,
an empty folder to work in.  Prints a line of JSON for each step: the step, how many annotations are there, whether all
is whole, the same two when it is restored again, and which temporary files are left then.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from making import RAW, annotation_of

from store.db.sqlite import Error, connect
from store.edits.annotate import add_annotation
from store.errors import UnreadableError
from store.open import open_database
from store.output.restore import restore
from store.read.notices import notice_annotations

STEPS = {
    "open", "os.remove", "os.rename", "os.link", "os.chmod", "os.chown", "os.truncate", "fcntl.flock",
    "sqlite3.connect", "shutil.copyfile",
}  # fmt: skip
"""What Python tells before it does it."""


def restore_until(path: Path, backup: Path, last: int) -> None:
    """Restore, and be killed before the step of that number, counted from 1."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in STEPS and not str(arguments[0]).startswith("/proc"):
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    restore(path, backup)
    os._exit(0)


def somebody_at(path: Path) -> int:
    """The id of a process that has the database open, so that the log does not go away by itself."""
    ready, tell = os.pipe()
    other = os.fork()
    if not other:
        connection = connect(path, isolation_level=None)
        with suppress(Error):
            connection.execute("SELECT count(*) FROM notices").fetchone()
        os.write(tell, b"x")
        signal.pause()
    os.read(ready, 1)
    return other


def state(path: Path) -> tuple[int | None, bool]:
    """How many annotations there are, None where no database can be read, and whether all is whole."""
    try:
        with open_database(path) as database:
            whole = database.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            return len(notice_annotations(database.connection, 1)), whole
    except UnreadableError:
        return None, False


def main() -> None:
    """Do it for each step."""
    template, backup, folder = map(Path, sys.argv[1:])
    for step in range(1, 1000):
        place = folder / str(step)
        shutil.copytree(template, place)
        path = place / "a.db"
        other = somebody_at(path)
        child = os.fork()
        if not child:
            restore_until(path, backup, step)
        _, status = os.waitpid(child, 0)
        os.kill(other, signal.SIGKILL)
        os.waitpid(other, 0)
        there, is_whole = state(path)
        if there is not None:
            with open_database(path) as database:
                add_annotation(database, "lin", 1, annotation_of(RAW, 7, 9))
        restore(path, backup)
        again, is_whole_again = state(path)
        left = sorted(each.name for each in place.iterdir() if each.name.endswith(".tmp"))
        sys.stdout.write(json.dumps([step, there, is_whole, again, is_whole_again, left]) + "\n")
        sys.stdout.flush()
        if not status:
            return


main()
