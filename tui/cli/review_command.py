"""``zhupi review``: the app."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import click

from tui.cli.options import database_option, open_database, text

if TYPE_CHECKING:
    from store.database import Database


@click.command("review", short_help="Open the app (also plain `zhupi`).")
@click.option("--notice", type=text, metavar="NOTICE", help="Open this notice, an id or a doc.")
@database_option
def command(notice: str | None = None) -> int:
    """Open the app: the queue of notices, and the two texts of one side by side.

    \b
    Example:
      zhupi review --notice 01-river-chief-meeting
    """
    require_terminal()
    with open_database() as database:
        from store.notices import find_notice

        number = None if notice is None else find_notice(database.connection, notice)
        return open_app(database, number)


def open_app(database: Database, notice: int | None = None) -> int:
    """Run the app until it is left; its exit status.

    Args:
        database: the open database.
        notice: the number of a notice to open at once.

    Raises:
        CrashError: the app met an error that nobody expected.
    """
    # Start-up makes much and drops next to nothing; the app turns the collector on when it is painted.
    gc.disable()
    from tui.app import ZhupiApp  # textual is slow to import, and only the app needs it

    app = ZhupiApp(database, notice=notice)
    app.run()
    if app.crashed is not None:
        from tui.crash import report

        raise report(app.crashed)
    return app.return_code or 0


def require_terminal() -> None:
    """Refuse to open the app where nobody could see it or press a key.

    Raises:
        click.UsageError: standard input, output or error is no terminal.
    """
    # Textual draws on stderr.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            "the app needs a terminal for input, output and messages; use `zhupi export` or `zhupi normalize` in a pipe"
        )
