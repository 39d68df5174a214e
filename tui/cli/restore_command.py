"""``zhupi restore``: back to a backup, once nobody is at work."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import acting, database_option, given_database, given_name
from tui.cli.output import say


@click.command("restore", short_help="Go back to a backup.")
@click.argument("backup", type=click.Path(path_type=Path))
@click.option("--anyway", is_flag=True, help="Also while others are at work: what they do from then on is refused.")
@database_option
def command(backup: Path, *, anyway: bool) -> None:
    """Put BACKUP, a backup of the same project, in the place of the database.

    The backup is proved first and stays where it is.  The database that was there is kept beside it, under a name that
    is printed.

    \b
    Example:
      zhupi restore coast-2026-11-24.db
    """
    from store.output.restore import restore

    if given_name() is not None:
        raise click.UsageError("restore: not under --as, which reads no file of the account")
    with given_database() as database:
        acting(database, "change the project")
        done = restore(database, backup, anyway=anyway)
        say(f"{done.kept}: the database that was there, with {done.events:,} events that the backup does not have")
        say(f"{database.path}: this is {backup} now; `zhupi check` proves all of it")
