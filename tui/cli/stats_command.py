"""``zhupi stats``: how far the project is, and which rules are worth their suggestions."""

from __future__ import annotations

from collections.abc import Sequence

import click

from tui.cli.options import database_option, given_database
from tui.cli.output import put, put_json
from tui.terminal.width import cells


@click.command("stats", short_help="Show progress per reviewer and label, and acceptance per rule.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@database_option
def command(*, as_json: bool) -> None:
    """Show how far the project is: per reviewer, per label, and how often each rule's suggestions were accepted.

    \b
    Example:
      zhupi stats
      zhupi stats --json
    """
    import msgspec

    from store.project.settings import labels_of
    from store.read.stats import stats

    with given_database(reading=True) as database:
        found = stats(database)
        names = [label.name for label in labels_of(database)]
    if as_json:
        put_json(msgspec.json.encode(found))
        return
    put(f"{found.notices:,} notices, {found.reviewed:,} reviewed by somebody")
    _table(
        ("reviewer", "assigned", "done", "flagged", "skipped", *names, "accepted", "rejected", "unsure"),
        [
            (
                one.annotator, one.assigned, one.done, one.flagged, one.skipped,
                *(one.labels.get(name, 0) for name in names), one.accepted, one.rejected, one.unsure,
            )
            for one in found.reviewers
        ],
        "nobody has reviewed yet: open the app with `zhupi`",
    )  # fmt: skip
    _table(
        ("label", "annotations", "notices", "to decide"),
        [(one.label, one.annotations, one.notices, one.suggested) for one in found.labels],
        "no labels",
    )
    _table(
        ("rule", "suggested", "to decide", "accepted", "edited", "rejected", "acceptance"),
        [
            (
                one.rule, one.suggested, one.open, one.accepted, one.edited, one.rejected,
                "—" if one.acceptance is None else f"{one.acceptance:.0%}",
            )
            for one in found.rules
        ],
        "no suggestions yet: `zhupi suggest` makes them",
    )  # fmt: skip


def _table(head: Sequence[str], rows: Sequence[Sequence[str | int]], empty: str) -> None:
    """Print a table, its first column aligned left and the others right; where it has no rows, print ``empty``."""
    put("")
    if not rows:
        put(empty)
        return
    texts = [list(head), *([each if isinstance(each, str) else f"{each:,}" for each in row] for row in rows)]
    widths = [max(cells(row[column]) for row in texts) for column in range(len(head))]
    for row in texts:
        first = row[0] + " " * (widths[0] - cells(row[0]))
        rest = (" " * (width - cells(text)) + text for width, text in zip(widths[1:], row[1:], strict=True))
        put("  ".join([first, *rest]).rstrip())
