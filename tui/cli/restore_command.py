"""``zhupi restore``: back to a backup, once nobody is at work."""

from __future__ import annotations

from pathlib import Path

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, database_path, given_name
from tui.cli.output import progress_bar, say


@click.command("restore", short_help="Go back to a backup.")
@click.argument("backup", type=click.Path(path_type=Path))
@click.option("--anyway", is_flag=True, help="Also while others are at work: what they do from then on is refused.")
@database_option
def command(backup: Path, *, anyway: bool) -> None:
    """Put BACKUP, a backup of the same project, in the place of the database, be that damaged or missing.

    The backup is proved first and stays where it is.  The database that was there is kept beside it, under a name that
    is printed.

    \b
    Example:
      zhupi restore coast-2026-11-24.db
    """
    from store.output.restore import restore

    if given_name() is not None:
        raise click.UsageError("restore: not under --as, which reads no file of the account")
    path = database_path()
    # Nobody can tell how far a proof is.
    with progress_bar("proving and copying", None):
        done = restore(path, backup, anyway=anyway, permit=lambda database: acting(database, "change the project"))
    if done.kept is None:
        say(f"{path}: nothing was there")
    elif done.events is not None:
        say(f"{done.kept}: the database that was there, with {counted(done.events, 'event')} that the backup lacks")
    else:
        say(f"{done.kept}: what was there ({done.unreadable}); what it held, and who was at work, cannot be told")
    say(f"{path}: this is {backup} now; `zhupi check` proves all of it")
