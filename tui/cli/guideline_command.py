"""``zhupi guideline``: what reviewers read beside the keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tui.cli.options import acting, database_option, given_database
from tui.cli.output import put_text, say
from tui.cli.table import put_table
from tui.terminal.display import line

if TYPE_CHECKING:
    from store.db.sqlite import Connection

_MINUTE: Final = len("2021-09-26T11:56")
_NAME: Final = 18
"""Code points of a time, and cells of a name."""

_MOST_BYTES = 1_000_000
"""Bytes of a guideline at most."""


@click.command("guideline", short_help="Show the guideline of the project, or give it one.")
@click.option(
    "--set", "file", type=click.Path(path_type=Path), metavar="FILE", help="A Markdown file for the project.",
)  # fmt: skip
@click.option("--versions", is_flag=True, help="Show all guidelines so far, and how much was tagged under each.")
@database_option
def command(file: Path | None, *, versions: bool) -> None:
    """Print the guideline that the app shows beside its keys (`?`); with --set, keep another one in the database.

    Each one that the project has had is in its log: an annotation is of the version under which it was changed last.
    The queue filters by what one tagged under an older one (`f`, then `v`).

    \b
    Example:
      zhupi guideline > guideline.md
      zhupi guideline --set guideline.md
      zhupi guideline --versions
    """
    from store.edits.guideline import set_guideline
    from store.project.settings import guideline_of

    if versions and file is not None:
        raise click.UsageError("--versions shows guidelines; it does not go with --set")
    with given_database(reading=file is None) as database:
        if versions:
            with database.read() as connection:
                _put_versions(connection)
            return
        if file is None:
            put_text(guideline_of(database).rstrip("\n"))
            return
        set_guideline(database, acting(database, "change the project"), _read(file))
        say(f"{file}: this is the guideline now: {database.path}")


def _put_versions(connection: Connection) -> None:
    from store.read.guideline_versions import tagged_under

    put_table(
        ("version", "since", "by", "SHA-256", "annotations"),
        [
            (
                each.number, each.since[:_MINUTE].replace("T", " ") or "the beginning",
                line(each.by or "—", _NAME), each.digest, count,
            )
            for each, count in tagged_under(connection)
        ],
        "",
    )  # fmt: skip


def _read(file: Path) -> str:
    """The text of a guideline file.

    Raises:
        click.UsageError: the file cannot be read, is too long, is empty, or is not UTF-8.
    """
    from store.input.opening import READ_ERRORS, read_text, reason

    try:
        text = read_text(file, _MOST_BYTES)
    except READ_ERRORS as error:
        raise click.UsageError(f"{file}: {reason(error)}") from error
    if not text.strip():
        raise click.UsageError(f"{file}: empty; `zhupi guideline` prints one to start from")
    return text
