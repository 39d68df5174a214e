"""Another program than zhupi at a database: plain SQL by Python's own SQLite, in a process of its own.

A process that closes any handle of a file loses all locks that it has on it.  So a test that opened a database by
``sqlite3`` beside zhupi would take the locks of zhupi's own SQLite away, and prove nothing about them any more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], uri=True, isolation_level=None)
for statement in sys.argv[2:]:
    rows = connection.execute(statement).fetchall()
connection.close()
print(json.dumps(rows))
"""


def by_another_program(path: Path | str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements, each a transaction of its own unless they say otherwise; returns the rows of the last.

    Args:
        path: the database, which is made where there is none; or a URI of SQLite, ``file:…?mode=ro``.
        statements: SQL, one statement each.

    Raises:
        CalledProcessError: one of them failed.
    """
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, str(path), *statements]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return [tuple(row) for row in json.loads(done.stdout)]
