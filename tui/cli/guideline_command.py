"""``zhupi guideline``: what reviewers read beside the keys."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import acting, database_option, given_database
from tui.cli.output import put_text, say

_MOST_BYTES = 1_000_000
"""Bytes of a guideline at most."""


@click.command("guideline", short_help="Show the guideline of the project, or give it one.")
@click.option(
    "--set", "file", type=click.Path(path_type=Path), metavar="FILE", help="A Markdown file for the project.",
)  # fmt: skip
@database_option
def command(file: Path | None) -> None:
    """Print the guideline that the app shows beside its keys (`?`); with --set, keep another one in the database.

    \b
    Example:
      zhupi guideline > guideline.md
      zhupi guideline --set guideline.md
    """
    from store.edits.guideline import set_guideline
    from store.project.settings import guideline_of

    with given_database(reading=file is None) as database:
        if file is None:
            put_text(guideline_of(database).rstrip("\n"))
            return
        set_guideline(database, acting(database, "change the project"), _read(file))
        say(f"{file}: this is the guideline now: {database.path}")


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
