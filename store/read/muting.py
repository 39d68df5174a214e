"""What is muted, why, and how much of it waits: so that everybody sees what is not shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from annotations.muting import Pair, rule_of
from store.db.sqlite import Connection
from store.project.muting import counted_in, is_heard, muting_in
from store.project.settings import labels_in
from store.read.calibration import Reliability

_SILENT: Final = f"""
SELECT suggested_by, label, count(*) FROM annotations AS one
WHERE annotator IS NULL AND NOT {is_heard("one")}
AND NOT EXISTS (SELECT 1 FROM annotations AS mine WHERE mine.decides = one.id AND mine.notice = one.notice)
AND NOT EXISTS (SELECT 1 FROM annotations AS mine WHERE mine.notice = one.notice
    AND mine."start" = one."start" AND mine."end" = one."end" AND mine.label = one.label AND mine.id <> one.id
    AND (mine.annotator IS NOT NULL OR {is_heard("mine")}))
GROUP BY suggested_by, label
"""  # noqa: S608  # constants
"""Suggestions that are not shown, that nobody has decided, and beside which none is shown."""


class MutedRule(msgspec.Struct, frozen=True):
    """A rule that is muted for a label.

    ``by_name`` tells that an admin has named it, and the bar does not count.  ``suggestions`` of it are not shown and
    undecided.  ``decisions``, the share of them that ``accepted`` and the most that chance leaves possible are those of
    now; None where nobody has decided.
    """

    rule: str
    label: str
    by_name: bool
    suggestions: int
    decisions: int
    accepted: float | None
    at_most: float | None


class MutingFigures(msgspec.Struct, frozen=True):
    """What is muted: the bar, from 0 to 1 (0 is none), the rules, and the rules that are ``kept`` whatever the bar.

    ``is_counted`` is false where the counts of the queue do not follow a change yet.
    """

    below: float
    rules: tuple[MutedRule, ...]
    kept: tuple[Pair, ...]
    is_counted: bool


def muting_figures(connection: Connection, reliability: Iterable[Reliability]) -> MutingFigures:
    """What is muted; labels by their present names.

    Args:
        connection: for reading, within one snapshot.
        reliability: how far the scores of all rules can be trusted, in that snapshot.

    Raises:
        DamageError: what is muted is damaged.
    """
    muting, labels = muting_in(connection), labels_in(connection)
    known = {(each.rule, each.label): each for each in reliability}
    silent: dict[Pair, int] = {}
    for by, label, count in connection.execute(_SILENT).fetchall() if muting.muted else ():
        silent[rule_of(by), label] = silent.get((rule_of(by), label), 0) + count
    rules = []
    for each in muting.muted:
        label = labels.present_name_of(each.label)
        now = known.get((each.rule, label))
        figures = (0, None, None) if now is None else (now.decisions, now.accepted, now.at_most)
        rules.append(MutedRule(each.rule, label, each.by_name, silent.get(each.pair, 0), *figures))
    kept = tuple((rule, labels.present_name_of(label)) for rule, label in muting.kept)
    return MutingFigures(muting.below, tuple(rules), kept, counted_in(connection).reached is None)
