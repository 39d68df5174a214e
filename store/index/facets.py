"""What the queue filters by, kept beside the state: for each value of each facet, the set of its notices.

A filter at a million notices cannot look at every row: "open" is the absence of a review, and "has suggestions" depends
on who looks.  So the numbers of the notices of each facet (an own label, a status, an assignee …) are stored as sets
(``store.index.sets``), and a filter is an intersection of them.  All of it is a projection of other tables:
``store.write`` brings it up to date in the transaction of the change, ``zhupi check`` compares, ``rebuild`` makes it
anew.

=========== ========= ============ ==========================================================
facet       owner     value        the notices
=========== ========= ============ ==========================================================
status      annotator status       whose review by the owner has that status; open is no facet
label       annotator label        with an own annotation of the owner that is not rejected
open-point  annotator what is open with that for the owner; neither undecided nor gap is a value of it
gap         annotator label        with an own annotation of that label without any value
suggested             label or ""  with suggestions of that label, or of any
decided     annotator label or ""  all of whose suggestions of it the owner has decided
assigned    annotator              that the owner is to review
held                               that anybody is to review
attribute   annotator name         in which that attribute of the notice is set by the owner, and
attribute   annotator name=value   in which it has that value; of several choices each is one
question    name      to           with an open question to the owner
question    name      anybody      with an open question of the owner to anybody
question    name      asked        with an open question of the owner
question    name      answered     with a question of the owner that was answered
reviewed                           that anybody has done, flagged or skipped
year                  year         that were published in that year
month                 month        that were published in that month
guideline   annotator older        with an own annotation that was changed last under an older guideline
arm                   hidden       on which nobody sees suggestions
undated                            whose date of publication is unknown
flag                  flag         of which the normalizer says that, and nobody has settled it
copies                             that have near-copies, and
copies                later        those of them of which an earlier notice is one
contested                          of which merged databases say something differently (``store.index.conflicts``)
adjudication          how far      that are ready for it, or done (``store.index.adjudications``)
suspect     layer     kind or ""   with open suspects in the layer, "" for any (``store.index.suspects``)
=========== ========= ============ ==========================================================

``store.index.tallies`` counts the annotations of a notice: what is counted is in a set.  The value for a label is its
first name, which never changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pyroaring import BitMap

from annotations.annotation import GOLD, Annotation, Review
from annotations.notice_attributes import MOST_CHOICE
from annotations.open_points import is_remark
from annotations.questions import Question
from store.db.sqlite import Connection
from store.errors import DamageError
from store.index import tallies
from store.index.adjudications import adjudication_sets, follow_layer, follow_notice
from store.index.keys import (
    HELD,
    HIDDEN,
    KNOWN,
    MONTH,
    REVIEWED,
    UNDATED,
    YEAR,
    Key,
    date_of,
)
from store.index.sets import BLOCK, change_set, decoded, mark, put_sets, stored_set
from store.index.spans import EVERYTHING, Span, spans_of
from store.index.suspects import follow_annotation, suspect_sets
from store.index.tallies import Surroundings, Tally
from store.log.guideline_versions import SINCE
from store.project.control_arm import DIGITS
from store.project.control_arm import SETTING as CONTROL_ARM

_MEND: Final = "`zhupi check --repair` makes it anew"

_COMPARED: Final = (10_000, 20_000)
"""Notices that are compared at once, and annotations of them: all that is counted of them is held in memory."""

_AT_ONCE: Final = 4_096
"""Numbers that are put into a set at once."""


def follow_review(connection: Connection, notice: int, before: Review | None, after: Review | None) -> None:
    """Bring the facets up to date with a change of a review, which has been made already."""
    for review, by in ((before, -1), (after, 1)):
        if review is None:
            continue
        if review.status != "open":
            mark(connection, ("status", review.annotator, review.status), notice, there=by > 0)
        if review.status == "flagged" and review.comment is not None:
            mark(connection, ("open-point", review.annotator, "flagged"), notice, there=by > 0)
        for value in _attribute_values(review):
            mark(connection, ("attribute", review.annotator, value), notice, there=by > 0)
        if is_remark(review):
            _count(connection, notice, (review.annotator, "open-point", "commented"), by)
    anybody = connection.execute(
        "SELECT 1 FROM reviews WHERE notice = ? AND status <> 'open' LIMIT 1", [notice]
    ).fetchone()
    mark(connection, REVIEWED, notice, there=anybody is not None)
    follow_notice(connection, notice)


def follow_assignment(connection: Connection, notice: int, annotator: str, *, there: bool) -> None:
    """Bring the facets up to date with a change of an assignment, which has been made already."""
    mark(connection, ("assigned", annotator, ""), notice, there=there)
    others = connection.execute("SELECT 1 FROM assignments WHERE notice = ? LIMIT 1", [notice]).fetchone()
    mark(connection, HELD, notice, there=others is not None)


def attribute_value(name: str, value: str) -> str:
    """The value of the facet ``attribute`` for a value of an attribute of a notice; a long one is cut."""
    return f"{name}={value[:MOST_CHOICE]}"


def _attribute_values(review: Review) -> Iterator[str]:
    """The values of the facet ``attribute`` that a notice has by a review of it."""
    for name, value in review.attributes.items():
        yield name
        for each in value if isinstance(value, tuple) else [value]:
            yield attribute_value(name, each if isinstance(each, str) else "true" if each else "false")


def follow_question(connection: Connection, notice: int, before: Question | None, after: Question | None) -> None:
    """Bring the facets up to date with a change of a question, which has been made already."""
    touched = {each for question in (before, after) if question is not None for each in _question_sets(question)}
    rows = connection.execute("SELECT * FROM questions WHERE notice = ?", [notice]).fetchall() if touched else []
    there = {
        each
        for row in rows
        for each in _sets_of_question(row["annotator"], row["asked"], is_open=row["closed_by"] is None)
    }
    for key in touched:
        mark(connection, key, notice, there=key in there)


def _question_sets(question: Question) -> list[Key]:
    return _sets_of_question(question.annotator, question.to, is_open=question.closed_by is None)


def _sets_of_question(annotator: str, to: str | None, *, is_open: bool) -> list[Key]:
    """The sets of the notice of a question."""
    if not is_open:
        return [("question", annotator, "answered")]
    return [
        ("question", annotator, "asked"),
        ("question", to, "to") if to is not None else ("question", annotator, "anybody"),
    ]


@contextmanager
def following_annotation(
    connection: Connection,
    notice: int,
    before: Annotation | None,
    after: Annotation | None,
    around: Surroundings | None = None,
) -> Iterator[None]:
    """Bring the facets up to date with a change of an annotation that is made within the block.

    Args:
        connection: in a write transaction.
        notice: the number of the notice.
        before: the annotation as it was.
        after: the annotation as it is going to be.
        around: what its warnings depend on, where that has been read for several changes.
    """
    places = tallies.touched_places(connection, notice, before, after)
    earlier = tallies.counted(connection, notice, before, places, around)
    yield
    steps = tallies.counted(connection, notice, after, places, around)
    steps.subtract(earlier)
    changed = [tally for tally, by in steps.items() if by]
    for tally in changed:
        _count(connection, notice, tally, steps[tally])
    if any(facet in ("suggested", "decided") for _, facet, _ in changed):
        _decide(connection, notice, changed)
    follow_layer(connection, notice, before, after)
    follow_annotation(connection, notice, before, after)
    _follow_guideline_of(connection, notice, before, after)


def _follow_guideline_of(
    connection: Connection, notice: int, before: Annotation | None, after: Annotation | None
) -> None:
    """Mark whether something in a layer is of an older guideline; what is of the one of now needs no look-up."""
    row = connection.execute(SINCE).fetchone()
    if row is None:
        return
    since = row[0]
    was, now = (
        each.annotator
        if each is not None and each.status != "rejected" and each.updated_at < since and each.annotator != GOLD
        else None
        for each in (before, after)
    )
    if now is not None:
        mark(connection, ("guideline", now, "older"), notice, there=True)
    if was is not None and was != now:
        left = connection.execute(
            "SELECT 1 FROM annotations WHERE notice = ? AND annotator = ? AND status <> 'rejected' AND updated_at < ? "
            "LIMIT 1",
            [notice, was, since],
        ).fetchone()
        mark(connection, ("guideline", was, "older"), notice, there=left is not None)


def follow_guideline(connection: Connection) -> None:
    """Bring the facets up to date with another guideline, of which the log tells already."""
    rows = connection.execute(f"SELECT DISTINCT annotator, notice FROM annotations WHERE {_OLDER}").fetchall()  # noqa: S608  # constants
    older: dict[str, BitMap] = defaultdict(BitMap)
    for annotator, notice in rows:
        older[annotator].add(notice)
    for annotator, numbers in older.items():
        key = ("guideline", annotator, "older")
        change_set(connection, key, added=numbers - stored_set(connection, [key]))


def follow_first(connection: Connection, span: Span) -> None:
    """Bring the facets up to date with all that is said about some notices, of which nothing was said before."""
    tallies.rebuild(connection, span)
    for key, numbers in _sets(connection, tallies.STORED, span).items():
        for notice in numbers:
            mark(connection, key, notice, there=True)


def follow_text(connection: Connection, notice: int) -> None:
    """Bring the facets up to date with another normalized text, whose lines are crossed elsewhere."""
    now = tallies.warnings_in(connection, notice)
    before = dict(
        connection.execute(
            "SELECT owner, n FROM tallies WHERE notice = ? AND facet = 'open-point' AND value = 'warning'", [notice]
        ).fetchall()
    )
    for owner in before.keys() | now.keys():
        by = now.get(owner, 0) - before.get(owner, 0)
        if by:
            _count(connection, notice, (owner, "open-point", "warning"), by)


def follow_arm(connection: Connection) -> None:
    """Bring the facets up to date with another share of the notices on which suggestions are hidden."""
    rows = connection.execute(f"SELECT number FROM notices WHERE {_HIDDEN}").fetchall()  # noqa: S608  # constants
    now, before = BitMap(row[0] for row in rows), stored_set(connection, [HIDDEN])
    change_set(connection, HIDDEN, added=now - before, removed=before - now)


def sets_of_new(published: str | None, flags: Iterable[str]) -> list[Key]:
    """The sets that a new notice belongs to, about which nobody has said anything: those of its date and its flags.

    With ``HIDDEN``, which follows from its id, these are all; ``store.index.sets.add_to_sets`` puts it there.
    """
    return [*_date_sets(published), *(_flag_set(flag) for flag in dict.fromkeys(flags))]


def follow_date(connection: Connection, notice: int, before: str | None, after: str | None) -> None:
    """Bring the facets up to date with a change of the date of publication, which has been made already."""
    old, new = set(_date_sets(before)), set(_date_sets(after))
    for key in old ^ new:
        mark(connection, key, notice, there=key in new)


def follow_flags(connection: Connection, notice: int, before: Sequence[str], after: Sequence[str]) -> None:
    """Bring the facets up to date with a change of the flags of a notice, which has been made already."""
    for flag in set(before) ^ set(after):
        mark(connection, _flag_set(flag), notice, there=flag in after)


def _flag_set(flag: str) -> Key:
    return ("flag", "", flag)


def _date_sets(published: str | None) -> tuple[Key, ...]:
    date = date_of(published)
    return (UNDATED,) if date is None else (("year", "", date[:YEAR]), ("month", "", date[:MONTH]))


def rebuild(connection: Connection, span: Span = EVERYTHING) -> None:
    """Make all of it anew that is about some notices, from what it follows from, inside the caller's transaction."""
    tallies.rebuild(connection, span)
    put_sets(connection, _sets(connection, tallies.STORED, span), span.first, span.last)


def recount_suggestions(connection: Connection, span: Span) -> None:
    """Make what is counted of suggestions anew in some notices, inside the caller's transaction."""
    tallies.recount_suggestions(connection, span)
    statement = (
        f"WITH counts AS MATERIALIZED ({tallies.STORED} AND facet IN ('suggested', 'decided')), "
        f"wholes AS MATERIALIZED ({_WHOLES}) {_SUGGESTION_SETS}"
    )
    put_sets(
        connection, _read_sets(connection, statement, span), span.first, span.last, facets=("suggested", "decided")
    )


def make_missing(connection: Connection) -> None:
    """Make all of it anew where nothing is there, inside the caller's transaction: each notice is in a set by date."""
    dated = "SELECT EXISTS (SELECT 1 FROM sets WHERE facet IN ('month', 'undated'))"
    if not connection.execute(dated).fetchone()[0]:
        rebuild(connection)


def differences(connection: Connection) -> Iterator[str]:
    """One line for each facet that is not what the tables say."""
    stored: dict[Key, BitMap] = defaultdict(BitMap)
    wrong: set[Key] = set()
    for *key, block, data in connection.execute("SELECT facet, owner, value, block, numbers FROM sets"):
        facet, owner, value = key
        try:
            numbers = decoded(data)
        except DamageError:
            wrong.add((facet, owner, value))
            continue
        if not numbers or {numbers.min() // BLOCK, numbers.max() // BLOCK} != {block}:
            wrong.add((facet, owner, value))
        stored[facet, owner, value] |= numbers
    wanted: dict[Key, BitMap] = defaultdict(BitMap)
    counted_otherwise = False
    for span in spans_of(connection, *_COMPARED):
        for each, numbers in _sets(connection, tallies.anew(connection), span).items():
            wanted[each] |= numbers
        counted_otherwise = counted_otherwise or tallies.differ(connection, span)
    wrong.update(key for key in stored.keys() | wanted.keys() if stored.get(key) != wanted.get(key))
    for facet, owner, value in sorted(wrong):
        name = " ".join(filter(None, (facet, value, owner)))
        yield f"queue: which notices are {name} is not what the tables say; {_MEND}"
    if counted_otherwise:
        yield f"queue: the counts of annotations are not what the tables say; {_MEND}"


def _count(connection: Connection, notice: int, tally: Tally, by: int) -> None:
    """Count up or down, and mark what is in a set as long as it is counted."""
    owner, facet, value = tally
    left = tallies.add(connection, notice, tally, by)
    if facet in ("label", "open-point", "gap", "suggested") and left in (0, by):
        mark(connection, (facet, owner, value), notice, there=left > 0)


def _decide(connection: Connection, notice: int, changed: Sequence[Tally]) -> None:
    """Mark whether a notice has suggestions, and who has decided all of them, of the labels that have changed."""
    suggested: dict[str, int] = {}
    decided: dict[str, dict[str, int]] = {owner: {} for owner, facet, _ in changed if facet == "decided"}
    for owner, facet, label, n in connection.execute(
        "SELECT owner, facet, value, n FROM tallies WHERE notice = ? AND facet IN ('suggested', 'decided')", [notice]
    ).fetchall():
        (suggested if facet == "suggested" else decided.setdefault(owner, {}))[label] = n
    mark(connection, ("suggested", "", ""), notice, there=bool(suggested))
    labels = {label for _, facet, label in changed if facet in ("suggested", "decided")}
    for owner, of_label in decided.items():
        for label in labels:
            there = label in suggested and of_label.get(label) == suggested[label]
            mark(connection, ("decided", owner, label), notice, there=there)
        mark(connection, ("decided", owner, ""), notice, there=bool(suggested) and of_label == suggested)


_DATED = "published >= '{}' AND published < '{}'".format(*KNOWN)
"""As ``date_of``: the date is known."""

_HIDDEN: Final = f"""
substr(notices.id, -{DIGITS}) < coalesce(
    (SELECT iif(json_valid(value), json_extract(value, '$.below'), '') FROM settings WHERE name = '{CONTROL_ARM}'), ''
)"""  # noqa: S608  # constants
"""As ``ControlArm.arm_of``: nobody sees suggestions on the notice."""

_OLDER: Final = f"""
annotator <> '{GOLD}' AND status <> 'rejected' AND updated_at < coalesce(({SINCE}), '')
"""  # constants
"""The annotations that were changed last under an older guideline."""

_SPAN: Final = "notice BETWEEN :first AND :last"
_NUMBERS: Final = "number BETWEEN :first AND :last"


_WHOLES: Final = "SELECT notice, sum(n) AS n FROM counts WHERE facet = 'suggested' GROUP BY notice"
"""How many places of suggestions each notice has, whatever their label."""

_SUGGESTION_SETS: Final = """
SELECT facet, owner, value, notice FROM counts WHERE facet = 'suggested'
UNION ALL SELECT 'suggested', '', '', notice FROM wholes
UNION ALL SELECT 'decided', mine.owner, mine.value, mine.notice FROM counts AS mine
    JOIN counts AS whole ON whole.notice = mine.notice AND whole.facet = 'suggested' AND whole.value = mine.value
    WHERE mine.facet = 'decided' AND mine.n = whole.n
UNION ALL SELECT 'decided', mine.owner, '', mine.notice FROM counts AS mine JOIN wholes USING (notice)
    WHERE mine.facet = 'decided' GROUP BY mine.notice, mine.owner HAVING sum(mine.n) = max(wholes.n)
"""
"""The sets of notices by what is suggested in them and who has decided it, row by row."""


def _sets_of(counts: str) -> str:
    """The sets of some notices, row by row, by the counts that ``counts`` selects."""
    return f"""
WITH counts AS MATERIALIZED ({counts}),
set_values AS MATERIALIZED (
    SELECT notice, annotator, value.key AS key, value.value AS value, value.type AS type
    FROM reviews JOIN json_each(iif(json_valid(reviews.attributes), reviews.attributes, '{{}}')) AS value
    WHERE reviews.attributes <> '{{}}' AND {_SPAN}
),
wholes AS MATERIALIZED ({_WHOLES})
SELECT 'status', annotator, status, notice FROM reviews WHERE status <> 'open' AND {_SPAN}
UNION ALL SELECT 'attribute', annotator, key, notice FROM set_values
UNION ALL SELECT 'attribute', annotator, key || '=' || substr(
    CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE value END, 1, {MOST_CHOICE}
), notice FROM set_values WHERE type <> 'array'
UNION ALL SELECT 'attribute', annotator, set_values.key || '=' || substr(choice.value, 1, {MOST_CHOICE}), notice
    FROM set_values JOIN json_each(iif(set_values.type = 'array', set_values.value, '[]')) AS choice
UNION ALL SELECT 'question', annotator, iif(closed_by IS NULL, 'asked', 'answered'), notice FROM questions WHERE {_SPAN}
UNION ALL SELECT 'question', coalesce(asked, annotator), iif(asked IS NULL, 'anybody', 'to'), notice FROM questions
    WHERE closed_by IS NULL AND {_SPAN}
UNION ALL SELECT 'reviewed', '', '', notice FROM reviews WHERE status <> 'open' AND {_SPAN}
UNION ALL SELECT 'assigned', annotator, '', notice FROM assignments WHERE {_SPAN}
UNION ALL SELECT 'held', '', '', notice FROM assignments WHERE {_SPAN}
UNION ALL SELECT 'open-point', annotator, 'flagged', notice FROM reviews
    WHERE status = 'flagged' AND comment IS NOT NULL AND {_SPAN}
UNION ALL SELECT facet, owner, value, notice FROM counts WHERE facet IN ('label', 'open-point', 'gap')
UNION ALL {_SUGGESTION_SETS}
UNION ALL SELECT 'contested', '', '', notice FROM conflicts WHERE {_SPAN}
UNION ALL SELECT 'year', '', substr(published, 1, {YEAR}), number FROM notices WHERE {_DATED} AND {_NUMBERS}
UNION ALL SELECT 'month', '', substr(published, 1, {MONTH}), number FROM notices WHERE {_DATED} AND {_NUMBERS}
UNION ALL SELECT DISTINCT 'guideline', annotator, 'older', notice FROM annotations WHERE {_OLDER} AND {_SPAN}
UNION ALL SELECT 'arm', '', 'hidden', number FROM notices WHERE {_HIDDEN} AND {_NUMBERS}
UNION ALL SELECT 'undated', '', '', number FROM notices WHERE (published IS NULL OR NOT ({_DATED})) AND {_NUMBERS}
UNION ALL SELECT 'flag', '', flag.value, number FROM notices JOIN json_each(notices.flags) AS flag
    WHERE json_valid(notices.flags) AND {_NUMBERS}
UNION ALL SELECT 'copies', '', '', notice FROM copy_groups WHERE {_SPAN}
UNION ALL SELECT 'copies', '', 'later', notice FROM copy_groups WHERE "first" < notice AND {_SPAN}
"""  # noqa: S608  # constants


def _sets(connection: Connection, counts: str, span: Span) -> dict[Key, BitMap]:
    """The sets of some notices as the tables have them, of what is counted by the counts that ``counts`` selects."""
    return (
        _read_sets(connection, _sets_of(counts), span)
        | adjudication_sets(connection, span)
        | suspect_sets(connection, span)
    )


def _read_sets(connection: Connection, statement: str, span: Span) -> dict[Key, BitMap]:
    """The sets of some notices that a statement gives row by row."""
    sets: dict[Key, BitMap] = defaultdict(BitMap)
    read: dict[Key, list[int]] = defaultdict(list)
    for facet, owner, value, notice in connection.execute(statement, span.bounds):
        numbers = read[facet, owner, value]
        numbers.append(notice)
        if len(numbers) == _AT_ONCE:
            sets[facet, owner, value].update(numbers)
            numbers.clear()
    for key, numbers in read.items():
        sets[key].update(numbers)
    return sets
