"""What people decided on suggestions, rule by rule: what their scores are calibrated by, and how reliable they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple
from zlib import crc32

import msgspec

from annotations.annotation import GOLD
from annotations.calibration import UNSAID, Calibration, Curve, Judged, calibration_error, rule_of
from store.db.sqlite import Connection
from store.project.settings import labels_in

# A decision counts for each rule that suggested the span and the label: accepting the best decides them all.  Who gives
# it another label does not accept it.  What was decided together with others at one key is left out: nobody looked at
# each.
_DECISIONS: Final = """
SELECT mine.id, mine.decides, mine.status = 'accepted' AND mine.label = coalesce(one.label, mine.label),
    coalesce(beside.label, mine.label),
    coalesce(beside.suggested_by, mine.suggested_by), iif(beside.id IS NULL, mine.score, beside.score)
FROM annotations AS mine INDEXED BY annotations_decides
LEFT JOIN annotations AS one ON one.id = mine.decides AND one.annotator IS NULL
LEFT JOIN annotations AS beside ON beside.notice = one.notice AND beside."start" = one."start"
    AND beside."end" = one."end" AND beside.label = one.label AND beside.annotator IS NULL
WHERE mine.decides IS NOT NULL AND mine.annotator IS NOT NULL AND mine.annotator <> ?
AND mine.status IN ('accepted', 'rejected') AND mine.suggested_by IS NOT NULL
AND NOT EXISTS (
    SELECT 1 FROM events AS made CROSS JOIN events AS other
    WHERE made.number = (
        SELECT max(number) FROM events WHERE entity = 'annotation' AND key = mine.id AND notice = mine.notice
        AND before IS NULL AND after IS NOT NULL
    )
    AND other.number = iif(made.batch = made.number, made.number + 1, made.batch)
    AND other.batch = made.batch AND other.entity = 'annotation' AND other.key <> mine.id
)
ORDER BY mine.decides, mine.notice
"""


class Reliability(msgspec.Struct):
    """How far the scores of one rule or model and one label can be trusted.

    ``said`` is the mean of the scores as the rule gave them, ``accepted`` the share of ``decisions`` that accepted;
    what was decided together with others at one key is left out.  ``error`` is how far the calibrated score is from
    what people decide: the curve of each half of the decisions is held against the other half.  None where either half
    is empty.
    """

    rule: str
    label: str
    decisions: int
    said: float
    accepted: float
    error: float | None


class _Decision(NamedTuple):
    """One decision of one person: whether they accepted, and who found the span with which score."""

    suggestion: str
    label: str
    is_accepted: bool
    found: tuple[tuple[str, float | None], ...]


def calibration(connection: Connection) -> Calibration:
    """What the scores of suggestions mean by all that has been decided; labels by their first names.

    It reads every decision: some seconds at a million.
    """
    judged: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    together: dict[tuple[str, frozenset[str]], tuple[int, int]] = {}
    for each in _decisions(connection):
        for rule, score in each.found:
            judged[rule, each.label].append(_judged(score, each))
        rules = frozenset(rule for rule, _ in each.found)
        if len(rules) > 1:
            accepted, rejected = together.get((each.label, rules), (0, 0))
            together[each.label, rules] = accepted + each.is_accepted, rejected + (not each.is_accepted)
    return Calibration({key: Curve.fitted(some) for key, some in judged.items()}, together)


def reliability(connection: Connection) -> list[Reliability]:
    """How far the scores of each rule can be trusted, by rule and label; versions of a rule count together."""
    halves: dict[tuple[str, str], tuple[list[Judged], list[Judged]]] = defaultdict(lambda: ([], []))
    for each in _decisions(connection):
        for rule, score in each.found:
            # By the id of the suggestion, so that the same decisions give the same figures.
            halves[rule, each.label][crc32(each.suggestion.encode()) % 2].append(_judged(score, each))
    labels = labels_in(connection)
    return [_reliability(rule, labels.present_name_of(label), halves[rule, label]) for rule, label in sorted(halves)]


def _decisions(connection: Connection) -> Iterator[_Decision]:
    rows = connection.execute(_DECISIONS, [GOLD])
    for _, group in groupby(map(tuple, rows), key=itemgetter(0)):
        some = list(group)
        _, suggestion, is_accepted, label = some[0][:4]
        yield _Decision(suggestion, label, bool(is_accepted), tuple((rule_of(by), score) for *_, by, score in some))


def _judged(score: float | None, decision: _Decision) -> Judged:
    return Judged(score, int(decision.is_accepted), int(not decision.is_accepted))


def _reliability(rule: str, label: str, halves: tuple[Sequence[Judged], Sequence[Judged]]) -> Reliability:
    every = [*halves[0], *halves[1]]
    curves = [Curve.fitted(half) for half in halves]
    errors = [
        (len(other) * found, len(other))
        for curve, other in zip(curves, reversed(halves), strict=True)
        if (found := calibration_error(curve, other)) is not None
    ]
    return Reliability(
        rule,
        label,
        len(every),
        round(sum(UNSAID if each.score is None else each.score for each in every) / len(every), 3),
        round(sum(each.accepted for each in every) / len(every), 3),
        round(sum(wrong for wrong, _ in errors) / len(every), 3) if all(halves) else None,
    )
