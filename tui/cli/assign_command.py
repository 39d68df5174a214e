"""``zhupi assign``: who is to review which notices."""

from __future__ import annotations

import click

from tui.cli.options import database_option, open_database, text
from tui.cli.output import say


@click.command("assign", short_help="Say who is to review which notices.")
@click.argument("notices", type=text, nargs=-1, required=True, metavar="NOTICE…")
@click.option("--to", "name", type=text, required=True, metavar="NAME", help="Who is to review them.")
@click.option("--off", is_flag=True, help="Take them off NAME instead.")
@database_option
def command(notices: tuple[str, ...], name: str, *, off: bool) -> None:
    """Assign each NOTICE (an id or a doc) to NAME; whoever else has it keeps it.

    All in one step, which undo in the app takes back whole; where one NOTICE is not found, none is assigned.

    \b
    Example:
      zhupi assign 01-river-chief-meeting 02-air-quality-campaign --to chen
    """
    from store.edits import assign, unassign
    from store.notices import find_notice
    from store.reviewers import current_reviewer

    actor = current_reviewer()
    with open_database() as database:
        numbers = list(dict.fromkeys(find_notice(database.connection, notice) for notice in notices))
        changed = (unassign if off else assign)(database, actor, numbers, name)
    say(f"{changed} of {len(numbers)} notices {'taken off' if off else 'assigned to'} {name}")
