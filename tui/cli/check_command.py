"""``zhupi check``: is the database whole?"""

from __future__ import annotations

import click

from tui.cli.options import acting, database_option, given_database
from tui.cli.output import put, say


@click.command("check", short_help="The doctor: files and rights, integrity, every quote, every alignment, the log.")
@click.option("--repair", is_flag=True, help="First make anew what follows from the rest: search index, filters.")
@database_option
def command(*, repair: bool) -> int:
    """Prove the database: integrity, every quote, every alignment, and that the log adds up to the state.

    Also looks at what it stands on: rights of its files, file system, room on the disk, version of SQLite.

    Prints a line for each finding.

    \b
    Example:
      zhupi check --db coast.db
    """
    from store import doctor

    count = 0
    with given_database(reading=not repair) as database:
        if repair:
            acting(database, "change the project")
            doctor.repair(database)
        for finding in doctor.findings(database):
            count += 1
            put(finding)
        facts = doctor.facts(database)
    say(facts)
    say(f"{database.path}: {count} findings" if count else f"{database.path}: all well")
    return 1 if count else 0
