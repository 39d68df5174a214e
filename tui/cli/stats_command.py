"""``zhupi stats``: how far the project is, which rules are worth their suggestions, and how far people agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from annotations.counts import counted
from tui.cli.options import database_option, given_database, text
from tui.cli.output import progress_bar, put, put_json
from tui.cli.table import put_table
from tui.terminal.display import line

if TYPE_CHECKING:
    from store.read.independence import Doubt
    from store.read.stats import Stats

_NAME: Final = 18
_RULE: Final = 28
"""Cells of the name of a person, and of a rule."""


@click.command("stats", short_help="Show progress per reviewer and label, acceptance per rule, and agreement.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE",
    help="Write one page of HTML with pictures and examples to FILE, for people without a terminal.",
)  # fmt: skip
@click.option("--label", type=text, metavar="NAME", help="Agreement on this label alone.")
@click.option("--pair", type=text, nargs=2, metavar="NAME NAME", help="Agreement of these two people alone.")
@click.option(
    "--leave-out",
    type=click.Choice(["saw", "bulk"]),
    multiple=True,
    help="Agreement without notices where one saw the other's layer (saw) or accepted suggestions in bulk (bulk).",
)
@database_option
def command(
    *,
    as_json: bool,
    report: Path | None,
    label: str | None,
    pair: tuple[str, str] | None,
    leave_out: tuple[Doubt, ...],
) -> None:
    """Show how far the project is: who did what how fast, how each rule's suggestions fared, who agrees, what is stuck.

    Minutes are active ones, of what the log tells: gaps of more than five minutes are left out.

    Agreement is that of people who have marked the same notices done, with 95 % intervals. It alone is shown with
    --label, --pair or --leave-out; in JSON and in the report the rest is there too.

    The report is a file that stands alone: no script, nothing that is loaded from elsewhere. It quotes what people
    disagree on, so it is for those who may see the layers of all.

    \b
    Example:
      zhupi stats
      zhupi stats --json
      zhupi stats --report progress.html
      zhupi stats --label DATE --leave-out saw --leave-out bulk
    """
    import msgspec

    from store.project.reviewers import account, may
    from store.project.settings import labels_of
    from store.read.agreement import AgreementFilter
    from store.read.stats import stats
    from tui.cli.agreement import put_agreement, put_matrix
    from tui.cli.pace import put_arms, put_order_arms, put_stuck, put_suspects, put_training
    from tui.cli.report import write_report

    if pair is not None and pair[0] == pair[1]:
        raise click.UsageError(f"--pair: {pair[0]} and {pair[1]} are one person; give two")
    with given_database(reading=True) as database:
        labels = labels_of(database)
        only = None if label is None else labels.resolve(label).name
        which = AgreementFilter(among=pair or (), label=only, leave_out=leave_out)
        with progress_bar("comparing layers", None, "notices") as show:
            admin = may(database.connection, account(), "change the project")
            found = stats(database, which, show, training=admin)
        if report is not None:
            write_report(database, found, which, report)
    if as_json:
        put_json(msgspec.json.encode(found))
    if as_json or report is not None:
        return
    everything = not (label or pair or leave_out)
    if everything:
        _put_progress(found, [each.name for each in labels])
    put_agreement(found.agreement, pair)
    if everything:
        put_matrix(found.agreement)
        put_suspects(found.suspects)
        put_arms(found.arms)
        put_order_arms(found.order_arms)
        put_training(found.training)
        put_stuck(found.stuck)


def _put_progress(found: Stats, labels: list[str]) -> None:
    from tui.cli.pace import put_days, put_pace

    put(f"{counted(found.notices, 'notice')}, {found.reviewed:,} reviewed by somebody")
    if found.conflicts:
        put(f"{counted(found.conflicts, 'conflict')} of merged databases: `zhupi merge --conflicts` lists them")
    gold = found.gold
    if gold.annotations or gold.ready or gold.done:
        annotations, done = counted(gold.annotations, "annotation"), counted(gold.done, "notice done")
        put(f"gold: {annotations}, {done}, {gold.ready:,} ready for it")
    names = {one.annotator: line(one.annotator, _NAME) for one in found.reviewers}
    put_table(
        ("reviewer", "assigned", "done", "flagged", "skipped", "accepted", "rejected", "unsure"),
        [
            (
                names[one.annotator], one.assigned, one.done, one.flagged, one.skipped, one.accepted, one.rejected,
                one.unsure,
            )
            for one in found.reviewers
        ],
        "nobody has reviewed yet: open the app with `zhupi`",
    )  # fmt: skip
    if found.reviewers and labels:
        put_table(
            ("annotations of", *labels),
            [(names[one.annotator], *(one.labels.get(name, 0) for name in labels)) for one in found.reviewers],
            "",
        )
    put_pace(found.reviewers, labels, found.pause)
    put_days(found.days, found.reviewers)
    put_table(
        ("label", "annotations", "notices", "to decide"),
        [(one.label, one.annotations, one.notices, one.suggested) for one in found.labels],
        "no labels",
    )
    put_table(
        ("rule", "made", "to decide", "accepted", "edited", "rejected", "rate"),
        [
            (
                line(one.rule, _RULE), one.suggested, one.open, one.accepted, one.edited, one.rejected,
                "—" if one.acceptance is None else f"{one.acceptance:.0%}",
            )
            for one in found.rules
        ],
        "no suggestions yet: `zhupi suggest` makes them",
    )  # fmt: skip
    _put_scores(found)


def _put_scores(found: Stats) -> None:
    """Print how far the scores of each rule can be trusted, and what is muted."""
    from tui.cli.muting import put_muted

    if found.reliability:
        put_table(
            ("scores of", "label", "decided", "said", "accepted", "off by"),
            [
                (
                    line(one.rule, _RULE), one.label, one.decisions, f"{one.said:.2f}", f"{one.accepted:.2f}",
                    "—" if one.error is None else f"{one.error:.2f}",
                )
                for one in found.reliability
            ],
            "",
        )  # fmt: skip
    put_muted(found.muting)
