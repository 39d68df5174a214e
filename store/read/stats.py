"""How far a project is: per reviewer, per label, per rule how often its suggestions were accepted; who agrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from annotations.adjudication.comparison import said
from annotations.annotation import GOLD
from annotations.labels import AttributeValue, LabelSet
from store.db.database import Database
from store.db.sqlite import Connection
from store.index.keys import DONE, READY
from store.index.sets import stored_set
from store.project.settings import labels_in
from store.read.agreement import AgreementFilter, ProjectAgreement, project_agreement
from store.read.arms import ArmFigures, OrderArmFigures, compare_arms, compare_order_arms
from store.read.calibration import Reliability, reliability
from store.read.conflicts import count_conflicts
from store.read.muting import MutingFigures, muting_figures
from store.read.open_work import UNDECIDED
from store.read.pace import Day, Pace, WorkLog, days_of, done_by_person, pace
from store.read.stuck import StuckList, stuck
from store.read.suspects import SuspectStats, suspect_stats
from store.read.training import PersonTraining, people_in_training
from store.read.working_time import PAUSE

_attributes = msgspec.json.Decoder(dict[str, AttributeValue])


class ReviewerStats(msgspec.Struct):
    """What one reviewer has done: notices by the status of their review, annotations by label, decisions.

    ``days`` are those on which they did something.
    """

    annotator: str
    assigned: int = 0
    done: int = 0
    flagged: int = 0
    skipped: int = 0
    annotations: int = 0
    labels: dict[str, int] = msgspec.field(default_factory=dict)
    accepted: int = 0
    rejected: int = 0
    unsure: int = 0
    pace: Pace = Pace()
    days: list[Day] = msgspec.field(default_factory=list)


class LabelStats(msgspec.Struct):
    """How much there is of a label: annotations of all people, on so many notices, and spans with open suggestions."""

    label: str
    annotations: int = 0
    notices: int = 0
    suggested: int = 0


class GoldStats(msgspec.Struct):
    """How much gold there is: its annotations, and how many notices are ``ready`` for adjudication, or ``done``."""

    annotations: int = 0
    ready: int = 0
    done: int = 0


class RuleStats(msgspec.Struct):
    """How the suggestions of one version of a rule or model were decided.

    ``suggested`` are in the database, ``open`` of them undecided by everybody.  ``accepted`` and ``rejected`` count
    decisions, so that two reviewers count twice; ``edited`` of the accepted ones were changed.  A decision counts for
    each rule that found the span with that label.  ``acceptance`` is the share of the decisions that accepted; None
    where there is none.
    """

    rule: str
    suggested: int = 0
    open: int = 0
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    acceptance: float | None = None


class Progress(msgspec.Struct):
    """How far a project is; ``reviewed`` notices somebody has marked done.

    The layer ``gold`` is no person's: what is in it counts as ``gold`` alone.  ``conflicts`` are what merged databases
    say differently, and nobody has settled.  ``pause`` is after how many minutes without an act somebody counts as
    away.  ``days`` are those of all people together.
    """

    notices: int
    reviewed: int
    reviewers: list[ReviewerStats]
    labels: list[LabelStats]
    rules: list[RuleStats]
    gold: GoldStats
    conflicts: int
    pause: int
    days: list[Day]
    stuck: tuple[StuckList, ...]


class Stats(Progress):
    """All of it, how far people agree, how far scores can be trusted, what is muted, and what suggestions do to people.

    ``suspects`` are those of second looks, empty where there was none.  ``arms`` is empty where there is no experiment,
    ``order_arms`` where nobody worked in an order of work, ``training`` where nobody is trained or checked, and unless
    it was asked for.
    """

    agreement: ProjectAgreement
    reliability: list[Reliability]
    muting: MutingFigures
    suspects: list[SuspectStats]
    arms: list[ArmFigures]
    order_arms: list[OrderArmFigures]
    training: list[PersonTraining]


def stats(
    database: Database,
    agreement: AgreementFilter = AgreementFilter(),  # noqa: B008  # it never changes
    progress: Callable[[int], None] = lambda _: None,
    *,
    training: bool = False,
) -> Stats:
    """How far the project is, as of one moment.

    Args:
        database: the database.
        agreement: whose agreement is told, and on what.
        progress: called with the number of notices that have been read for it.
        training: whether it is told how people did in training and hidden checks, which is for admins.

    Raises:
        NotFoundError: somebody whose agreement is asked for has finished no notice.
        DamageError: what is stored of a notice cannot be read, or the log, or what the queue filters by.
    """
    with database.read() as connection:
        log, scores = WorkLog(), reliability(connection)
        return Stats(
            **msgspec.structs.asdict(project_progress(connection, log)),
            agreement=project_agreement(connection, agreement, progress),
            reliability=scores,
            muting=muting_figures(connection, scores),
            suspects=suspect_stats(connection),
            arms=compare_arms(connection, log),
            order_arms=compare_order_arms(connection, log),
            training=people_in_training(connection) if training else [],
        )


def project_progress(connection: Connection, log: WorkLog) -> Progress:
    """How far the project is, without how far people agree.

    Args:
        connection: for reading, within one snapshot.
        log: what of the log was read before; what is new is added to it.

    Raises:
        DamageError: the log cannot be read, or what the queue filters by.
    """
    log.read(connection)
    labels = labels_in(connection)
    reviewers = _reviewers(connection, labels, log)
    return Progress(
        notices=_number(connection, "SELECT count(*) FROM notices"),
        reviewed=_number(
            connection, "SELECT count(DISTINCT notice) FROM reviews WHERE status = 'done' AND annotator <> ?", GOLD
        ),
        reviewers=reviewers,
        labels=_labels(connection, labels),
        rules=_rules(connection),
        gold=GoldStats(
            _number(connection, "SELECT count(*) FROM annotations WHERE annotator = ?", GOLD),
            len(stored_set(connection, [READY])),
            len(stored_set(connection, [DONE])),
        ),
        conflicts=count_conflicts(connection),
        pause=PAUSE,
        days=_together(reviewers),
        stuck=stuck(connection),
    )


def _together(reviewers: list[ReviewerStats]) -> list[Day]:
    done: Counter[date] = Counter()
    spent: Counter[date] = Counter()
    for each in reviewers:
        for day in each.days:
            done[day.day] += day.done
            spent[day.day] += round(day.minutes * 10)
    return [Day(day, done[day], spent[day] / 10) for day in sorted(done)]


def _number(connection: Connection, sql: str, *values: str) -> int:
    return int(connection.execute(sql, values).fetchone()[0])


def _reviewers(connection: Connection, labels: LabelSet, log: WorkLog) -> list[ReviewerStats]:
    found: dict[str, ReviewerStats] = {}

    def of(name: str) -> ReviewerStats:
        return found.setdefault(name, ReviewerStats(name))

    for name, n in connection.execute("SELECT annotator, count(*) FROM assignments GROUP BY annotator").fetchall():
        of(name).assigned = n
    for name, status, n in connection.execute(
        "SELECT annotator, status, count(*) FROM reviews WHERE status <> 'open' AND annotator <> ? "
        "GROUP BY annotator, status",
        [GOLD],
    ).fetchall():
        setattr(of(name), status, n)
    for name, label, status, n, unsure in connection.execute(
        "SELECT annotator, label, status, count(*), sum(unsure) FROM annotations WHERE annotator <> ? "
        "GROUP BY annotator, label, status",
        [GOLD],
    ).fetchall():
        one = of(name)
        if status == "rejected":
            one.rejected += n
            continue
        one.annotations += n
        one.unsure += unsure
        present = labels.present_name_of(label)
        one.labels[present] = one.labels.get(present, 0) + n
        one.accepted += n if status == "accepted" else 0
    done = done_by_person(connection)
    for name, worked in log.people.items():
        if worked.by_day or name in found:
            of(name).pace = pace(connection, name, worked, labels)
    for name, one in found.items():
        one.labels = dict(sorted(one.labels.items()))
        one.days = days_of(done.get(name, {}), log.people.get(name))
    return [found[name] for name in sorted(found)]


def _labels(connection: Connection, labels: LabelSet) -> list[LabelStats]:
    found = {label.first_name: LabelStats(label.name) for label in labels}
    for name, n, notices in connection.execute(
        "SELECT label, count(*), count(DISTINCT notice) FROM annotations "
        "WHERE annotator <> ? AND status <> 'rejected' GROUP BY label",
        [GOLD],
    ).fetchall():
        one = found.setdefault(name, LabelStats(name))
        one.annotations, one.notices = n, notices
    places = f'SELECT DISTINCT notice, label, "start", "end" FROM ({UNDECIDED})'  # noqa: S608  # constants
    for name, n in connection.execute(f"SELECT label, count(*) FROM ({places}) GROUP BY label").fetchall():  # noqa: S608  # constants
        found.setdefault(name, LabelStats(name)).suggested = n
    return list(found.values())


# A decision counts for each rule that found the span with that label: one decides them all.  It counts once for a
# suggestion that was withdrawn since.
_DECIDED: Final = """
SELECT coalesce(beside.suggested_by, mine.suggested_by), mine.status, count(*), sum(mine.status = 'accepted' AND (
    (mine.label, mine."start", mine."end") IS NOT (one.label, one."start", one."end")
    OR mine.attributes <> one.attributes AND values_set(mine.attributes) <> values_set(one.attributes)
) AND one.id IS NOT NULL)
FROM annotations AS mine
LEFT JOIN annotations AS one ON one.id = mine.decides AND one.annotator IS NULL
LEFT JOIN annotations AS beside ON beside.notice = one.notice AND beside."start" = one."start"
    AND beside."end" = one."end" AND beside.label = one.label AND beside.annotator IS NULL
WHERE mine.annotator IS NOT NULL AND mine.suggested_by IS NOT NULL AND mine.status IN ('accepted', 'rejected')
GROUP BY 1, 2
"""


def _rules(connection: Connection) -> list[RuleStats]:
    found: dict[str, RuleStats] = defaultdict(lambda: RuleStats(""))
    for rule, n in connection.execute(
        "SELECT suggested_by, count(*) FROM annotations WHERE annotator IS NULL GROUP BY suggested_by"
    ).fetchall():
        found[rule or ""].suggested = n
    undecided = f"SELECT suggested_by, count(*) FROM ({UNDECIDED}) GROUP BY suggested_by"  # noqa: S608  # constants
    for rule, n in connection.execute(undecided).fetchall():
        found[rule or ""].open = n
    connection.create_function("values_set", 1, _values_set, deterministic=True)
    for rule, status, n, edited in connection.execute(_DECIDED).fetchall():
        setattr(found[rule], status, n)
        found[rule].edited += edited
    for rule, one in found.items():
        one.rule = rule
        decisions = one.accepted + one.rejected
        one.acceptance = round(one.accepted / decisions, 3) if decisions else None
    return [found[rule] for rule in sorted(found)]


def _values_set(attributes: str) -> str:
    """The values that stored attributes have, whichever attributes their label had when they were stored.

    Damaged attributes, which ``zhupi check`` tells, are as they are.
    """
    try:
        return msgspec.json.encode(said(_attributes.decode(attributes))).decode()
    except msgspec.DecodeError:
        return attributes
