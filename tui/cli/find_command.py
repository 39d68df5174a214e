"""``zhupi find``: every place of a text in the database, and a suggestion for each if that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database, published_options, text
from tui.cli.output import after_saving, progress_bar, put, put_json, say

if TYPE_CHECKING:
    from annotations.labels import Label
    from store.db.database import Database
    from store.index.filters import QueueFilter
    from store.read.places import Found, Place


@click.command("find", short_help="Find every place of a text, Simplified or Traditional; suggest a label for each.")
@click.argument("wanted", type=text, metavar="TEXT")
@click.option("--label", type=text, metavar="LABEL", help="The label that --suggest suggests.")
@click.option("--suggest", "suggests", is_flag=True, help="Make a suggestion of each place, in one step to undo.")
@click.option("--status", type=click.Choice(("open", "done", "flagged", "skipped")), help="Notices that you left so.")
@click.option("--assignee", type=text, metavar="NAME", help="Notices that NAME is to review; '' for nobody.")
@click.option("--having", type=text, metavar="LABEL", help="Notices in which you have used LABEL, or it is suggested.")
@published_options
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each place.")
@database_option
def command(  # noqa: PLR0913  # the ways to choose notices
    wanted: str,
    label: str | None,
    status: str | None,
    assignee: str | None,
    having: str | None,
    published_from: str | None,
    published_to: str | None,
    *,
    suggests: bool,
    as_json: bool,
) -> None:
    """Print every place of TEXT in the normalized text of the notices, with what stands around it.

    What you or gold have said there already, or what is suggested, stands in brackets behind it. With --label and
    --suggest each place becomes a suggestion, unless there is one; undo in the app takes them back in one step. For
    that you have to be an admin.

    \b
    Example:
      zhupi find 河长制
      zhupi find 林知远 --label OFFICIAL --suggest
      zhupi find 生态 --status open --from 2021-01-01 --json
    """
    from store.index.filters import QueueFilter
    from store.project.settings import labels_of
    from store.read.people import require_assignee
    from store.read.places import find_text

    if not wanted.strip():
        raise click.UsageError("TEXT is empty: say what to look for")
    if suggests != (label is not None):
        raise click.UsageError("--label LABEL and --suggest go together; --having chooses notices by a label")
    with given_database(reading=not suggests) as database:
        labels = labels_of(database)
        if assignee:
            require_assignee(database.connection, assignee)
        which = QueueFilter(
            status=status,  # type: ignore[arg-type]  # click proved it
            assignee=assignee,
            label=None if having is None else labels.resolve(having).name,
            published_from=published_from,
            published_to=published_to,
        )
        if label is not None:
            _suggest(database, labels.usable(label), wanted.strip(), which, as_json=as_json)
            return
        from store.project.reviewers import current_reviewer

        places = notices = 0
        for each in find_text(database, current_reviewer(), wanted.strip(), which):
            _put(each, as_json=as_json)
            places, notices = places + len(each.places), notices + 1
    say(f"{counted(places, 'place')} in {counted(notices, 'notice')}")


def _put(found: Found, *, as_json: bool) -> None:
    from tui.cli.in_context import in_context

    notice = found.stored.notice
    for place in found.places:
        if as_json:
            put_json(_record(found, place))
        else:
            told = "; ".join(dict.fromkeys(f"{item.label} {item.status}" for item in place.said))
            put(in_context(notice.doc, notice.normalized, place.start, place.end, told))


def _record(found: Found, place: Place) -> bytes:
    """A place as JSON: offsets and quote as in the native format, and what is said about it."""
    import msgspec

    notice, span = found.stored.notice, place.span
    return msgspec.json.encode(
        {
            "id": notice.id,
            "doc": notice.doc,
            "start": span.start,
            "end": span.end,
            "text": span.of(notice.raw),
            "normalized_start": place.start,
            "normalized_end": place.end,
            "normalized_text": notice.normalized[place.start : place.end],
            "annotations": [
                {"id": item.id, "label": item.label, "annotator": item.annotator, "status": item.status}
                for item in place.said
            ],
        }
    )


def _suggest(database: Database, label: Label, wanted: str, which: QueueFilter, *, as_json: bool) -> None:
    """Make a suggestion of each place, and say how many that made."""
    import msgspec

    from store.intake.found import FoundReport, suggest_found
    from store.read.places import find_text

    actor = acting(database, "change the project")
    report = FoundReport()
    found = find_text(database, actor, wanted, which)
    with progress_bar("suggesting", None, "notices") as show:
        for report in suggest_found(database, actor, label, wanted, found):
            show(report.notices)
    if as_json:
        with after_saving():
            put_json(msgspec.json.encode(report))
    there = report.places - report.added
    say(
        f"{counted(report.places, 'place')} in {counted(report.notices, 'notice')}, "
        f"{counted(report.added, 'suggestion added')}, "
        f"{there:,} there already: {database.path}"
    )
