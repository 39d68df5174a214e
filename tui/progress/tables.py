"""The tables of the progress screen, as text: what stands in which column, and what is said where there is nothing.

They are made of the figures that ``zhupi stats`` prints.  Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, get_args

from annotations.agreement.comparison import LabelAgreement
from annotations.agreement.figures import Figure, Undefined
from annotations.counts import counted
from annotations.labels import LabelSet
from annotations.proportion import in_percent
from store.read.agreement import ProjectAgreement
from store.read.calibration import Reliability
from store.read.muting import MutedRule, MutingFigures
from store.read.pace import LEAST, LabelPace
from store.read.stats import Progress, ReviewerStats
from store.read.stuck import Stuck, StuckKind

Measure = Literal["f1_exact", "f1_overlap", "kappa", "alpha"]
MEASURES: Final[dict[Measure, str]] = {
    "f1_exact": "F1 of spans that are the same",
    "f1_overlap": "F1 of spans that overlap",
    "kappa": "kappa of characters",
    "alpha": "alpha of units",
}
"""The measures of agreement, and how they are called."""

KINDS: Final[tuple[StuckKind, ...]] = get_args(StuckKind)

_NONE: Final = "—"
_PERCENT: Final = 100


class Scores(NamedTuple):
    """How far the scores of each rule and label can be trusted, and what is muted."""

    reliability: Sequence[Reliability]
    muting: MutingFigures


class Column(NamedTuple):
    """The head of a column; one that is ``spare`` is left out where it has no room, and ``text`` begins at its left."""

    head: str
    spare: bool = False
    text: bool = False


class Table(NamedTuple):
    """A table; the first column is text.

    ``said`` tells what the figures are; ``empty`` what to do where there are no rows.  ``wide`` is the index of the
    column that takes what the others leave.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    said: str
    empty: str
    wide: int = 0


def people_table(found: Progress) -> Table:
    """What each person did, and how fast."""
    columns = (
        Column("person"), Column("done"), Column("minutes"), Column("a notice"), Column("notices/h"), Column("spans/h"),
        Column("flagged", spare=True), Column("assigned", spare=True), Column("accepted", spare=True),
        Column("rejected", spare=True), Column("unsure", spare=True), Column("in bulk", spare=True),
        Column("on gold", spare=True), Column("skipped", spare=True),
    )  # fmt: skip
    rows: list[tuple[str, ...]] = [
        (
            one.annotator, _count(one.done), _figure(one.pace.minutes), _figure(one.pace.minutes_per_notice),
            _figure(one.pace.notices_per_hour), _figure(one.pace.spans_per_hour), _count(one.flagged),
            _count(one.assigned), _count(one.accepted), _count(one.rejected), _count(one.unsure),
            _count(one.pace.in_bulk), _figure(one.pace.adjudicating), _count(one.skipped),
        )
        for one in found.reviewers
    ]  # fmt: skip
    if rows:
        rows.insert(0, ("all people", *_sums(found.reviewers)))
    said = f"minutes are active ones, without gaps of more than {found.pause}; a notice: the median"
    return Table(columns, tuple(rows), said, "nobody has reviewed yet")


def _sums(reviewers: Sequence[ReviewerStats]) -> tuple[str, ...]:
    """What all people did together, in the columns behind the first one; figures of one person have no sum."""
    done, minutes = sum(one.done for one in reviewers), sum(one.pace.minutes for one in reviewers)
    counts = (
        sum(one.flagged for one in reviewers), sum(one.assigned for one in reviewers),
        sum(one.accepted for one in reviewers), sum(one.rejected for one in reviewers),
        sum(one.unsure for one in reviewers), sum(one.pace.in_bulk for one in reviewers),
    )  # fmt: skip
    on_gold, skipped = sum(one.pace.adjudicating for one in reviewers), sum(one.skipped for one in reviewers)
    paces = (_figure(minutes), _NONE, _NONE, _NONE)
    return _count(done), *paces, *map(_count, counts), _figure(on_gold), _count(skipped)


def labels_table(found: Progress, labels: LabelSet, person: str | None) -> Table:
    """What there is of each label, of all people or of one, and at which pace."""
    columns = (
        Column("label"), Column("annotations"), Column("notices", spare=True), Column("to decide", spare=True),
        Column("minutes"), Column("spans"), Column("spans/h"),
    )  # fmt: skip
    people = [one for one in found.reviewers if person in (None, one.annotator)]
    rows = []
    for one in found.labels:
        label = labels.get(one.label)
        sign = label.sign if label is not None else "?"
        annotations = one.annotations if person is None else sum(each.labels.get(one.label, 0) for each in people)
        rows.append(
            (
                f"{sign} {one.label}", _count(annotations), _count(one.notices) if person is None else _NONE,
                _count(one.suggested), *_pace_of(one.label, people),
            )
        )  # fmt: skip
    said = "minutes that ended in an act on the label; spans that were tagged or decided on one by one"
    return Table(columns, tuple(rows), said, "no labels")


def _pace_of(label: str, people: Iterable[ReviewerStats]) -> tuple[str, str, str]:
    """Minutes, spans and spans an hour of some people with a label."""
    paces: list[LabelPace] = [each for one in people for each in one.pace.labels if each.label == label]
    minutes, spans = sum(each.minutes for each in paces), sum(each.spans for each in paces)
    return _figure(minutes), _count(spans), _figure(spans * 60 / minutes if minutes >= LEAST else None)


def rules_table(found: Progress) -> Table:
    """How the suggestions of each rule and model fared."""
    columns = (
        Column("rule or model"), Column("made"), Column("to decide"), Column("accepted"), Column("edited", spare=True),
        Column("rejected"), Column("rate"),
    )  # fmt: skip
    rows = [
        (
            one.rule, _count(one.suggested), _count(one.open), _count(one.accepted), _count(one.edited),
            _count(one.rejected), _NONE if one.acceptance is None else f"{one.acceptance:.0%}",
        )
        for one in found.rules
    ]  # fmt: skip
    said = "rate: the share of the decisions that accepted; edited: accepted, and changed"
    return Table(columns, tuple(rows), said, "no suggestions yet: `zhupi suggest` makes them")


def scores_table(found: Scores | None) -> Table:
    """How far the scores of each rule can be trusted, and which rules are muted; None where that is not read yet."""
    columns = (
        Column("rule or model"), Column("label", text=True), Column("decided"), Column("said"), Column("accepted"),
        Column("off by", spare=True), Column("muted", spare=True), Column("not shown", spare=True),
    )  # fmt: skip
    if found is None:
        return Table(columns, (), "reading the decisions …", "reading the decisions …")
    muted = {(each.rule, each.label): each for each in found.muting.rules}
    rows = [
        (
            one.rule, one.label, _count(one.decisions), f"{one.said:.2f}", f"{one.accepted:.2f}",
            _NONE if one.error is None else f"{one.error:.2f}",
            *_muted(found.muting, muted.pop((one.rule, one.label), None)),
        )
        for one in found.reliability
    ]  # fmt: skip
    rows += [
        (each.rule, each.label, _count(0), _NONE, _NONE, _NONE, *_muted(found.muting, each)) for each in muted.values()
    ]
    said = "said: mean score; off by: the calibrated score, from what people decide"
    return Table(columns, tuple(sorted(rows)), said, "nobody has decided on a suggestion yet")


def _muted(muting: MutingFigures, rule: MutedRule | None) -> tuple[str, str]:
    """Why a rule is muted, and how many suggestions are not shown for that."""
    if rule is None:
        return "", ""
    return "by name" if rule.by_name else f"below {in_percent(muting.below)}", _count(rule.suggestions)


def agreement_table(found: ProjectAgreement | None, measure: Measure) -> Table:
    """How far each pair of people agrees on each label; None where that is not read yet."""
    if found is None:
        return Table((Column("pair"),), (), MEASURES[measure], "reading the layers …")
    first = found.together
    labels = [] if first is None else [row.label or "all" for row in first.labels]
    columns = (Column("pair"), Column("notices"), *(Column(name) for name in labels))
    rows = []
    if first is not None:
        rows.append(("all pairs", _count(found.notices), *(_value(row, measure) for row in first.labels)))
    for pair in found.pairs:
        # None where all notices of the pair are left out; nothing is, here.
        values = [] if pair.agreement is None else [_value(row, measure) for row in pair.agreement.labels]
        rows.append((" · ".join(pair.annotators), _count(pair.notices), *(values or [_NONE] * len(labels))))
    return Table(columns, tuple(rows), MEASURES[measure], "no notice is finished by two people")


def _value(row: LabelAgreement, measure: Measure) -> str:
    figures: dict[Measure, Figure] = {
        "f1_exact": row.f1_exact, "f1_overlap": row.f1_overlap, "kappa": row.kappa, "alpha": row.alpha,
    }  # fmt: skip
    figure = figures[measure]
    return _NONE if isinstance(figure, Undefined) else f"{figure.value:z.2f}"


def stuck_items(found: Progress, kind: StuckKind | None) -> list[Stuck]:
    """What is stuck, of one kind or of all."""
    return [each for some in found.stuck if kind in (None, some.kind) for each in some.items]


def stuck_table(found: Progress, kind: StuckKind | None, *, reasons: bool) -> Table:
    """What is stuck, of one kind or of all.

    Args:
        found: the figures.
        kind: which kind; None for all.
        reasons: whether it is told what somebody wrote.
    """
    columns = (Column("notice"), Column("what"), Column("who"), Column("since"), Column("why", spare=True))
    rows = [
        (
            each.title or each.doc, each.kind, each.who or "anybody", each.since[:16].replace("T", " "),
            each.what if reasons or each.kind == "lease" else "",
        )
        for each in stuck_items(found, kind)
    ]  # fmt: skip
    counts = ", ".join(counted(some.count, some.kind) for some in found.stuck)
    more = sum(some.count - len(some.items) for some in found.stuck if kind in (None, some.kind))
    said = f"{counts}; the oldest of each kind first{f'; {more:,} more' if more else ''}; times are UTC"
    return Table(columns, tuple(rows), said, "nothing is stuck" if kind is None else f"no {kind} is stuck")


def stuck_count(found: Progress) -> int:
    """How much is stuck."""
    return sum(some.count for some in found.stuck)


def _count(number: int) -> str:
    return f"{number:,}"


def _figure(number: float | None) -> str:
    return _NONE if number is None else f"{number:,.0f}" if number >= _PERCENT else f"{number:,.1f}"


def cut(widths: Sequence[int], columns: Sequence[Column], room: int, least: int, wide: int = 0) -> list[int]:
    """Which columns are shown: spare ones are left out from the last on, until the wide one has enough room.

    Args:
        widths: cells of each column, the gap before it included.
        columns: their heads.
        room: cells of the table.
        least: cells of the wide column at least.
        wide: the index of the column that takes what the others leave.
    """
    shown = list(range(len(columns)))
    for index in reversed(range(1, len(columns))):
        if room - sum(widths[each] for each in shown if each != wide) >= least:
            break
        if columns[index].spare:
            shown.remove(index)
    return shown
