"""``zhupi check``: is the database whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database
from tui.cli.output import put, say

if TYPE_CHECKING:
    from store.db.database import Database


@click.command("check", short_help="The doctor: files and rights, integrity, every quote, every alignment, the log.")
@click.option("--since", metavar="HEAD", help="Prove that nothing before this head of the log has changed.")
@click.option(
    "--repair", is_flag=True, help="First make anew what follows from the rest: indexes, triggers, search, filters."
)
@click.option("--near", is_flag=True, help="Only list the near-copies: notices that have nearly the same text.")
@database_option
def command(*, since: str | None, repair: bool, near: bool) -> int:
    """Prove the database: integrity, every quote, every alignment, the schema, and that the log adds up to the state.

    Also looks at what it stands on: rights of its files, file system, room on the disk, version of SQLite.

    Prints a line for each finding, and the head of the log: each event carries a digest of the one before it, so that a
    head that was noted elsewhere proves later, with --since, that nothing before it was changed.

    With --near it proves nothing and lists the groups of near-copies: the earliest notice of each, and indented those
    that follow it, with how much the text of each resembles that of the earliest, from 0 to 1.

    \b
    Example:
      zhupi check --db coast.db
      zhupi check --near
    """
    from store import doctor
    from store.errors import StoreError
    from store.log.chain import parse_head

    if near and (repair or since is not None):
        raise click.UsageError("--near only lists; say the other options without it")
    if near:
        with given_database(reading=True) as database:
            _list_near_copies(database)
        return 0
    try:
        noted = None if since is None else parse_head(since)
    except StoreError as error:
        raise click.UsageError(str(error)) from error
    count = 0
    with given_database(reading=not repair) as database:
        if repair:
            for line in doctor.repair(database, acting(database, "change the project")):
                say(f"made anew: {line}")
        for finding in doctor.findings(database, noted):
            count += 1
            put(finding)
        for fact in doctor.facts(database):
            say(fact)
    proved = "" if noted is None else f"; up to event {noted.number} the log is what it was when its head was noted"
    say(f"{database.path}: {counted(count, 'finding')}" if count else f"{database.path}: all well{proved}")
    return 1 if count else 0


def _list_near_copies(database: Database) -> None:
    from store.read.near_copies import each_group

    groups = notices = 0
    with database.read() as connection:
        for group in each_group(connection):
            groups += 1
            for place, each in enumerate(group):
                notices += 1
                put(f"{f'  {each.alike:.2f} ' if place else ''}{each.id} {each.doc}  {each.title or ''}".rstrip())
    say(
        f"{database.path}: {counted(notices, 'notice')} in {counted(groups, 'group')} of near-copies"
        if groups
        else f"{database.path}: no near-copies"
    )
