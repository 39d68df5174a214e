"""``zhupi backup``: a consistent copy while others write."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from tui.cli.options import database_option, given_database
from tui.cli.output import progress_bar, say


@click.command("backup", short_help="Make a consistent copy while others write.")
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def command(file: Path) -> None:
    """Copy the database to FILE while others write.

    The copy is proved before it is renamed into place; an earlier backup there stays until then.  Nothing else is
    replaced.  The copy is a database like any other: `zhupi --db FILE check` proves all of it.  The head of the
    log that is told proves later, with `check --since HEAD`, that nothing before it was changed.

    \b
    Example:
      zhupi backup coast-2026-11-24.db
    """
    from store.output.backup import back_up

    with given_database(reading=True) as database, ExitStack() as bar:
        show = bar.enter_context(progress_bar("copying", 100))

        def proving() -> None:
            bar.close()
            # Nobody can tell how far that is.
            bar.enter_context(progress_bar("proving", None))

        made = back_up(database, file, progress=lambda done, pages: show(100 * done // pages), proving=proving)
    say(f"{file}: {made.size:,} bytes, proved; head of its log {made.head}")
