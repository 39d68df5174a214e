"""Tables that ``zhupi stats`` prints, for 80 columns: time, days, experiments, training, suspects, what is stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from annotations.suspects import KIND_WORDS
from tui.cli.output import put
from tui.cli.table import put_table
from tui.terminal.display import line

if TYPE_CHECKING:
    from store.read.arms import ArmFigures, OrderArmFigures
    from store.read.pace import Day
    from store.read.stats import ReviewerStats
    from store.read.stuck import StuckList
    from store.read.suspects import SuspectStats
    from store.read.training import PersonTraining

_NAME: Final = 18
_TITLE: Final = 40
"""Cells of the name of a person, and of the title of a notice."""
_DAYS: Final = 14
_MOST_STUCK: Final = 10
"""How many days with work, and how many stuck things of a kind, are printed."""
_NONE: Final = "—"


def put_pace(reviewers: Sequence[ReviewerStats], labels: Sequence[str], pause: int) -> None:
    """Print how long each person worked and how much they got done in an active hour; nothing where nobody worked."""
    worked = [one for one in reviewers if one.pace.minutes or one.pace.adjudicating]
    if not worked:
        return
    put_table(
        ("pace of", "notices", "minutes", "a notice", "notices/h", "spans/h", "in bulk", "on gold"),
        [
            (
                line(one.annotator, _NAME), one.pace.notices, f"{one.pace.minutes:,.1f}",
                figure(one.pace.minutes_per_notice), figure(one.pace.notices_per_hour),
                figure(one.pace.spans_per_hour), one.pace.in_bulk, f"{one.pace.adjudicating:,.1f}",
            )
            for one in worked
        ],
        "",
    )  # fmt: skip
    put(f"minutes are active ones: gaps of more than {pause} minutes are left out; a notice: the median of those done")
    rows = []
    for one in worked:
        by_label = {each.label: each for each in one.pace.labels}
        rates = [by_label[name].spans_per_hour if name in by_label else None for name in labels]
        if any(rate is not None for rate in rates):
            rows.append((line(one.annotator, _NAME), *map(figure, rates)))
    if rows:
        put_table(("spans/h of", *labels), rows, "")


def put_days(days: Sequence[Day], reviewers: Sequence[ReviewerStats]) -> None:
    """Print how many notices were done on the last days on which somebody worked; nothing where there are none."""
    shown = days[-_DAYS:]
    if not shown:
        return
    people = [one for one in reviewers if any(each.done for each in one.days)]
    done = {one.annotator: {each.day: each.done for each in one.days} for one in people}
    put_table(
        ("done on", "all", "minutes", *(line(one.annotator, _NAME) for one in people)),
        [
            (
                each.day.isoformat(),
                each.done,
                f"{each.minutes:,.1f}",
                *(done[one.annotator].get(each.day, 0) for one in people),
            )
            for each in shown
        ],
        "",
    )


def put_arms(arms: Sequence[ArmFigures]) -> None:
    """Print pace and agreement with suggestions and without; nothing where there is no experiment."""
    if arms:
        put_table(
            ("suggestions", "reviews", "min/notice", "spans/notice", "F1 exact", "kappa"),
            [
                (
                    each.arm, each.reviews, figure(each.minutes_per_notice), figure(each.spans_per_notice),
                    *(share(value) for value in arm_agreement(each)),
                )
                for each in arms
            ],
            "",
        )  # fmt: skip


def put_order_arms(arms: Sequence[OrderArmFigures]) -> None:
    """Print how people did by the order in which notices came to them; nothing where none came in an order of work."""
    if arms:
        put_table(
            ("came by", "reviews", "min/notice", "spans/notice", "decided", "accepted", "with gold", "F1 exact"),
            [
                (
                    each.arm, each.reviews, figure(each.minutes_per_notice), figure(each.spans_per_notice),
                    each.decisions, share(each.accepted), each.golden, share(each.f1),
                )
                for each in arms
            ],
            "",
        )  # fmt: skip


def arm_agreement(arm: ArmFigures) -> tuple[float | None, float | None]:
    """F1 of spans that are the same, and kappa, of all labels together in one arm; None where a figure is undefined."""
    from annotations.agreement.figures import Estimate

    together = arm.agreement.together
    if together is None:
        return None, None
    first = together.labels[0]
    exact, kappa = (each.value if isinstance(each, Estimate) else None for each in (first.f1_exact, first.kappa))
    return exact, kappa


def put_training(people: Sequence[PersonTraining], nobody: str = "") -> None:
    """Print how people did in their training and in hidden checks; ``nobody`` where there is nobody to tell of."""
    if not (people or nobody):
        return
    put_table(
        ("trained, checked", "trained", "F1", "overlap", "checked", "F1", "overlap"),
        [
            (
                line(one.annotator, _NAME), f"{one.trained} of {one.of}" if one.of else one.trained,
                share(one.f1_exact), share(one.f1_overlap), one.checked, share(one.check_f1_exact),
                share(one.check_f1_overlap),
            )
            for one in people
        ],
        nobody,
    )  # fmt: skip


def put_suspects(suspects: Sequence[SuspectStats]) -> None:
    """Print what became of the suspects of second looks, by reason; nothing where there was none."""
    if suspects:
        put_table(
            ("second look: reason", "open", "kept", "changed", "deleted", "tagged", "was right"),
            [
                (
                    KIND_WORDS[each.reason], each.open, each.kept, each.changed, each.deleted, each.tagged,
                    share(each.right),
                )
                for each in suspects
            ],
            "",
        )  # fmt: skip


def put_stuck(lists: Sequence[StuckList]) -> None:
    """Print what is stuck, the oldest of each kind."""
    rows = [
        (f"{each.kind} {each.since[:10]}", line(each.who or "anybody", _NAME), line(each.title or each.doc, _TITLE))
        for some in lists
        for each in some.items[:_MOST_STUCK]
    ]
    put_table(("stuck since", "who", "notice"), rows, "nothing is stuck")
    for some in lists:
        more = some.count - min(len(some.items), _MOST_STUCK)
        if more:
            put(f"and {more:,} more of the kind {some.kind}: --json lists the oldest {len(some.items):,}")


def figure(number: float | None) -> str:
    """A figure with one digit; a dash where there is none."""
    return _NONE if number is None else f"{number:,.1f}"


def share(number: float | None) -> str:
    """A figure between 0 and 1 with two digits; a dash where there is none."""
    return _NONE if number is None else f"{number:z.2f}"
