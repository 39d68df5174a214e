"""``zhupi merge``: other databases and native exports into this one, and what they say differently."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database, text
from tui.cli.output import progress_bar, put, say

if TYPE_CHECKING:
    from store.db.database import Database
    from store.intake.merge import Meeting, MergeReport


def _names(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    from annotations.annotation import name_fault

    names = {}
    for pair in pairs:
        there, equals, here = pair.partition("=")
        if not equals or not there or not here:
            raise click.BadParameter(f"{pair}: give THERE=HERE, two names")
        fault = name_fault(here)
        if fault is not None:
            raise click.BadParameter(f"{pair}: nobody can be called {here}: {fault}")
        names[there] = here
    return names


@click.command("merge", short_help="Other databases and native exports into this one, in any order the same.")
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option(
    "--map-annotator", "names", type=text, multiple=True, metavar="THERE=HERE", callback=_names,
    help="Who has another name here, where two people share one; may be repeated.",
)  # fmt: skip
@click.option("--conflicts", "listing", is_flag=True, help="Only list what is said differently and not settled.")
@click.option("--take", type=text, metavar="SIDE", help="Let this side of a conflict stand.")
@database_option
def command(files: tuple[Path, ...], *, dry_run: bool, names: dict[str, str], listing: bool, take: str | None) -> int:
    """Merge other databases and native exports into this one: notices by their text, everything that was done by id.

    What is there already adds nothing, so merging twice is the same as once, and in whatever order databases are
    merged, the result is the same.  The same name means the same person, unless --map-annotator says otherwise; names
    and labels that both sides have or have otherwise are told first.  Settings, roles and people of elsewhere change
    nothing here.

    Where two databases have changed one thing without knowing of each other, that is a conflict, and the exit status is
    1.  It waits for whoever owns it, or for an adjudicator: to change it ends it, and so does --take with one of the
    sides that are listed.  Until then one side is shown and exported, and `zhupi check` names the conflict.

    There is no undo of a merge: make a backup first.

    \b
    Example:
      zhupi merge coast.db hills.db --dry-run
      zhupi merge coast.db exported.jsonl.gz --map-annotator li=li-of-the-coast
      zhupi merge --conflicts
      zhupi merge --take 3fa9c2d1
    """
    ways = bool(files) + listing + (take is not None)
    if ways != 1:
        raise click.UsageError("give files to merge, or --conflicts, or --take SIDE")
    if not files and (dry_run or names):
        raise click.UsageError("--dry-run and --map-annotator go with files")
    if listing:
        with given_database(reading=True) as database:
            count = _list(database)
            if not count:
                say(f"nothing is said differently: {database.path}")
            return 1 if count else 0
    if take is not None:
        return _take(take)
    return _merge(files, names, dry_run=dry_run)


def _merge(files: tuple[Path, ...], names: dict[str, str], *, dry_run: bool) -> int:
    from store.intake.merge import merge, rehearsal

    with given_database() as database:
        actor = acting(database, "change the project")
        with progress_bar("merging", None, "items") as show:
            if dry_run:
                with rehearsal(database) as copy:
                    report = merge(copy, actor, files, names, _meet, _refuse, show)
                    found = _list(copy)
            else:
                report = merge(database, actor, files, names, _meet, _refuse, show)
                found = _list(database)
        if report.unmet:
            say(f"--map-annotator: nobody is called {', '.join(report.unmet)} in what was merged")
        say(f"{_told(report, dry_run=dry_run)}: {database.path}")
    return 1 if found or report.refused else 0


def _refuse(line: str) -> None:
    say(f"refused {line}")


def _meet(meeting: Meeting) -> None:
    if meeting.people:
        same = "of the same project" if meeting.is_copy else "taken for the same people unless --map-annotator says not"
        say(f"{meeting.where}: names that both have, {same}: {', '.join(meeting.people)}")
    changes = meeting.labels
    for what, found in (
        ("labels that are none here", changes.added),
        ("labels of another name", [f"{here} is {there} there" for here, there in changes.renamed]),
        ("labels that are hidden there", changes.hidden),
        ("labels that are hidden here", changes.shown),
        ("labels that are otherwise there", changes.changed),
        ("labels that are none there", changes.dropped),
    ):
        if found:
            say(f"{meeting.where}: {what}; those here stay: {', '.join(found)}")


def _told(report: MergeReport, *, dry_run: bool) -> str:
    parts = [counted(report.added, "notice added"), counted(report.events, "event added")]
    if report.changed:
        parts.append(f"{counted(report.changed, 'notice')} with the fuller row of elsewhere")
    if report.refused:
        parts.append(f"{report.refused:,} refused")
    return f"{'would be so: ' if dry_run else ''}{', '.join(parts)}"


def _list(database: Database) -> int:
    """List what is said differently; returns how much that is."""
    from store.read.conflicts import told_conflicts

    count = 0
    with database.read() as connection:
        for told in told_conflicts(connection):
            count += 1
            put(told.in_notice)
            for side in told.sides:
                at = side.at[:16].replace("T", " ")
                put(f"  {side.id}  {side.actor} {side.where}, {at}: {side.says}{'  (shown)' if side.is_shown else ''}")
    if count:
        say(f"{counted(count, 'conflict')}; `zhupi merge --take SIDE` settles one; so does a change in the app")
    return count


def _take(side: str) -> int:
    from store.edits.settle import settle

    with given_database() as database:
        actor = acting(database)
        conflict, event = settle(database, actor, side)
        say(f"settled: {conflict.entity} as {event.actor} has it: {database.path}")
    return 0
