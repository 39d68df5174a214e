"""``zhupi assign``: who is to review which notices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from annotations.work_order import WORK_ORDERS
from tui.cli.options import ReadFile, acting, as_option, database_option, given_database, published_options, text
from tui.cli.output import say

if TYPE_CHECKING:
    from annotations.work_order import WorkOrder
    from store.db.database import Database
    from store.index.filters import QueueFilter


@click.command("assign", short_help="Say who is to review which notices.")
@click.argument("notices", type=text, nargs=-1, metavar="[NOTICE…]")
@click.option(
    "--to",
    "names",
    type=text,
    multiple=True,
    required=True,
    metavar="NAME",
    help="Who is to review them; may be repeated.",
)
@click.option(
    "--overlap",
    type=click.IntRange(min=1),
    metavar="K",
    help="Each notice to K of those people, shared out evenly; else to all of them.",
)
@click.option(
    "--list",
    "listed",
    type=ReadFile(),
    metavar="FILE",
    help="More NOTICEs, one a line; `-` is standard input.",
)
@click.option("--all", "everything", is_flag=True, help="All notices.")
@click.option("--search", type=text, metavar="WORDS", help="Those whose text holds the words.")
@click.option(
    "--status", type=click.Choice(("open", "done", "flagged", "skipped")), help="Those that you have left so."
)
@published_options
@click.option(
    "--order",
    type=click.Choice(WORK_ORDERS),
    help="The first ones in this order of work, with --most; see `zhupi order`.",
)
@click.option("--most", type=click.IntRange(min=1), metavar="N", help="Of those that were chosen, the first N.")
@click.option("--free", is_flag=True, help="Of all these, only those that nobody is to review yet.")
@click.option("--off", is_flag=True, help="Take them off NAME instead.")
@click.option("--new", is_flag=True, help="Add NAME as a reviewer, where nobody here is called so.")
@as_option
@database_option
def command(  # noqa: PLR0913, PLR0917  # the ways to choose notices
    notices: tuple[str, ...],
    names: tuple[str, ...],
    overlap: int | None,
    listed: Path | None,
    search: str | None,
    status: str | None,
    published_from: str | None,
    published_to: str | None,
    order: WorkOrder | None,
    most: int | None,
    *,
    everything: bool,
    free: bool,
    off: bool,
    new: bool,
) -> int:
    """Assign each NOTICE (an id or a doc) to NAME; whoever else has it keeps it.

    With several --to and --overlap K, each notice goes to K of them, shared out evenly.  Notices are named, listed in
    a file, or chosen by a filter.  All in one step, which undo in the app takes back whole; where one NOTICE is not
    found, none is assigned.

    \b
    Example:
      zhupi assign 01-river-chief-meeting 02-air-quality-campaign --to chen
      zhupi assign --all --free --to chen --to wang --to li --overlap 2
      zhupi assign 01-river-chief-meeting --to zhao --new
      zhupi assign --search 生态 --from 2021-01-01 --to chen
      zhupi assign --all --free --order unsure --most 100 --to chen --to wang --overlap 1
    """  # fmt: skip
    from msgspec.structs import replace

    from store.edits.work_orders import renew_if_stale
    from store.index.filters import QueueFilter
    from store.project.reviewers import require

    if off and overlap is not None:
        raise click.UsageError("--overlap shares out, and --off takes away; they do not go together")
    if off and new:
        raise click.UsageError("--new adds somebody, and --off takes away; they do not go together")
    which = QueueFilter(
        search=search or "",
        status=status,  # type: ignore[arg-type]  # click proved it
        published_from=published_from,
        published_to=published_to,
        assignee="" if free else None,
    )
    if order is not None and most is None:
        raise click.UsageError("--order says which notices come first; --most N takes the first N of them")
    given = [*notices, *(_listed(listed) if listed is not None else ())]
    if given and (everything or which != QueueFilter()):
        raise click.UsageError("name the NOTICEs or choose them by a filter, not both")
    if not given and not everything and which == QueueFilter():
        raise click.UsageError("say which: NOTICEs, --list FILE, --all, or a filter")
    with given_database() as database:
        actor = acting(database)
        if order is not None:
            renew_if_stale(database, order)
        numbers = _numbers(database, actor, given, replace(which, sort=order or "imported"))[:most]
        if set(names) - {actor}:
            # Before anything is assigned to the first of several.
            require(database.connection, actor, "assign to others")
        if not off:
            _require_people(database, actor, names, new=new)
        if overlap is not None:
            _share_out(database, actor, numbers, names, overlap)
        else:
            _assign(database, actor, numbers, names, free=free, off=off)
    return 0


def _require_people(database: Database, actor: str, names: Sequence[str], *, new: bool) -> None:
    """Prove that all of them annotate here, or add those who don't; none is added where one of them cannot be."""
    from store.edits.people import require_person

    for dry_run in (True, False):
        for name in names:
            require_person(database, actor, name, new=new, dry_run=dry_run)


def _share_out(database: Database, actor: str, numbers: Sequence[int], names: Sequence[str], overlap: int) -> None:
    from store.edits.assign import share_out
    from store.read.queue import rows_of

    shared = share_out(database, actor, numbers, names, overlap)
    counts = ", ".join(f"{name} {count:,}" for name, count in shared.to.items())
    say(f"{counted(len(numbers), 'notice')}, {counted(shared.made, 'assignment made')}: {counts}")
    for row in rows_of(database.connection, actor, shared.short):
        say(f"notice {row.id} ({row.doc}): too few of them can have it")


def _assign(
    database: Database, actor: str, numbers: Sequence[int], names: Sequence[str], *, free: bool, off: bool
) -> None:
    from store.edits.assign import assign, unassign

    for name in names:
        if off:
            changed = unassign(database, actor, numbers, name)
        else:
            changed = assign(database, actor, numbers, name, beside=names if free else None)
        say(f"{changed:,} of {counted(len(numbers), 'notice')} {'taken off' if off else 'assigned to'} {name}")


def _listed(file: Path) -> list[str]:
    """The notices that a file names, one a line.

    Raises:
        click.UsageError: it cannot be read.
    """
    from store.input.decoding import decode
    from store.input.opening import READ_ERRORS, opened, read_whole, reason

    try:
        with opened(file) as stream:
            text, _ = decode(read_whole(stream, "name fewer notices at a time"))
    except READ_ERRORS as error:
        raise click.UsageError(f"{file}: {reason(error)}") from error
    return [line.strip() for line in text.split("\n") if line.strip()]


def _numbers(database: Database, actor: str, given: Sequence[str], which: QueueFilter) -> list[int]:
    """The numbers of the notices that were named or chosen."""
    from store.read.notices import find_notice
    from store.read.queue import numbers_in_queue

    with database.read() as connection:
        if given:
            return list(dict.fromkeys(find_notice(connection, notice) for notice in given))
        return numbers_in_queue(connection, actor, which)
