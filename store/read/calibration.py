"""What people decided on suggestions, rule by rule: what their scores are calibrated by, and how reliable they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from annotations.annotation import GOLD
from annotations.calibration import AT_LEAST, UNSAID, Calibration, Curve, Decided, Judged, calibration_error
from annotations.muting import Pair, most_acceptance
from store.db.sqlite import Connection
from store.project.settings import labels_in

# A decision counts for each rule that suggested the span and the label: accepting the best decides them all.  Who gives
# it another label does not accept it.  What was decided together with others in one step is left out: nobody looked at
# each.
# Counted by SQLite, and scores by hundredths, so that the result is short however many decisions there are.
_DECISIONS: Final = """
SELECT half, accepted, label, found, count(*) FROM (
    SELECT half, accepted, label, '[' || group_concat(
        -- As ``rule_of``, but without a call of Python for each, which keys would have to wait for.
        json_quote(substr(made_by, 1, instr(made_by || '@', '@') - 1)) || ','
            || iif(score IS NULL, 'null', printf('%.2f', score)), ',' ORDER BY made_by
    ) || ']' AS found FROM (
        SELECT mine.id, mine.notice, unicode(substr(mine.decides, 2)) & 1 AS half,
            mine.status = 'accepted' AND mine.label = coalesce(one.label, mine.label) AS accepted,
            coalesce(one.label, mine.label) AS label, coalesce(beside.suggested_by, mine.suggested_by) AS made_by,
            iif(beside.id IS NULL, mine.score, beside.score) AS score
        FROM annotations AS mine INDEXED BY annotations_decides
        LEFT JOIN annotations AS one ON one.id = mine.decides AND one.annotator IS NULL
        LEFT JOIN annotations AS beside ON beside.notice = one.notice AND beside."start" = one."start"
            AND beside."end" = one."end" AND beside.label = one.label AND beside.annotator IS NULL
        WHERE mine.decides IS NOT NULL AND mine.annotator IS NOT NULL AND mine.annotator <> ?
        AND mine.status IN ('accepted', 'rejected') AND mine.suggested_by IS NOT NULL AND NOT mine.bulk
    ) GROUP BY id, notice
) GROUP BY half, accepted, label, found
"""


class Reliability(msgspec.Struct):
    """How far the scores of one rule or model and one label can be trusted.

    ``said`` is the mean of the scores as the rule gave them, ``accepted`` the share of ``decisions`` that accepted;
    what is ``bulk`` is left out.  ``at_most`` is the upper end of the 99 % interval of that share, which the bar of
    muting is held against.  ``error`` is how far the calibrated score is from what people decide: the curve of each
    half of the decisions is held against the other half.  None where there are less than ``AT_LEAST`` decisions, or
    all in one half.
    """

    rule: str
    label: str
    decisions: int
    said: float
    accepted: float
    at_most: float
    error: float | None


def calibration(connection: Connection) -> Calibration:
    """What the scores of suggestions mean by all that has been decided; labels by their first names."""
    return Calibration.fitted(each for _, each in _decisions(connection))


def acceptance(connection: Connection) -> dict[Pair, tuple[int, int]]:
    """How many decisions on each rule and label accepted, and how many there are; labels by their first names."""
    found: dict[Pair, tuple[int, int]] = {}
    for _, each in _decisions(connection):
        for pair, one in each.by_rule():
            accepted, decisions = found.get(pair, (0, 0))
            found[pair] = accepted + one.accepted, decisions + one.accepted + one.rejected
    return found


def reliability(connection: Connection) -> list[Reliability]:
    """How far the scores of each rule can be trusted, by rule and label; versions of a rule count together."""
    halves: dict[Pair, tuple[list[Judged], list[Judged]]] = defaultdict(lambda: ([], []))
    for half, each in _decisions(connection):
        for pair, one in each.by_rule():
            halves[pair][half].append(one)
    labels = labels_in(connection)
    return [_reliability(rule, labels.present_name_of(label), halves[rule, label]) for rule, label in sorted(halves)]


def _decisions(connection: Connection) -> Iterator[tuple[int, Decided]]:
    """What was decided on spans that the same rules found with the same scores: what accepted, and what rejected.

    Before each stands 0 or 1, by the id of the suggestion: in which half of all decisions it is.
    """
    for half, is_accepted, label, found, count in connection.execute(_DECISIONS, [GOLD]).fetchall():
        # Two versions of a rule that found the same span are one.
        scores: dict[str, float | None] = {}
        names_and_scores = iter(msgspec.json.decode(found))
        for rule, said in zip(names_and_scores, names_and_scores, strict=True):
            scores[rule] = said if (before := scores.get(rule)) is None else max(before, said or 0.0)
        yield half, Decided(label, tuple(scores.items()), count * is_accepted, count * (not is_accepted))


def _reliability(rule: str, label: str, halves: tuple[Sequence[Judged], Sequence[Judged]]) -> Reliability:
    every = [*halves[0], *halves[1]]
    number = sum(each.accepted + each.rejected for each in every)
    errors = [
        calibration_error(Curve.fitted(half), other) for half, other in zip(halves, reversed(halves), strict=True)
    ]
    sizes = [sum(each.accepted + each.rejected for each in half) for half in reversed(halves)]
    said = sum((UNSAID if each.score is None else each.score) * (each.accepted + each.rejected) for each in every)
    accepted = sum(each.accepted for each in every)
    wrong = sum(size * error for size, error in zip(sizes, errors, strict=True) if error is not None)
    return Reliability(
        rule,
        label,
        number,
        round(said / number, 3),
        round(accepted / number, 3),
        round(most_acceptance(accepted, number), 3),
        round(wrong / number, 3) if number >= AT_LEAST and all(halves) else None,
    )
