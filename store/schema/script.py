"""Runs the statements of a script one by one, inside the transaction of a migration."""

from __future__ import annotations

from sqlite_utils import Database


def execute(db: Database, script: str) -> None:
    """Run a script: statements that end at the end of a line, triggers with ``END;``."""
    for statement in _statements(script):
        db.conn.execute(statement)


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one: ``executescript`` would commit the migration half done."""
    statements, current = [], ""
    for line in script.strip().split("\n"):
        current += line + "\n"
        # A trigger ends with END; and has a ; inside.
        if line.endswith(";") and (not current.startswith("CREATE TRIGGER") or line.endswith("END;")):
            statements.append(current)
            current = ""
    return statements
