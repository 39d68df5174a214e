"""Muting rules that are seldom right: by a bar or by name; what is chosen is an event.

The counts of the queue follow in turns, so nobody waits; the event comes once they do, and tells every screen.  Where
that is ended before its time, the next call goes on with it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from annotations.muting import Muting, Pair, rule_of
from store.db.database import Database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import NotFoundError
from store.index.spans import Span
from store.log.events import PROJECT, Change
from store.project.muting import SETTING, as_setting, counted_in, muting_in
from store.project.reviewers import require
from store.project.settings import labels_in, load_setting
from store.read.calibration import acceptance
from store.write.muting import begin_muting, count_on, spans_to_count
from store.write.record import record

_Figures = Mapping[Pair, tuple[int, int]]


def mute_below(database: Database, actor: str, below: float) -> tuple[Muting, bool]:
    """Mute what is accepted so seldom that chance does not explain it; whatever is kept by name stays.

    Args:
        database: where.
        actor: who.
        below: the share of decisions that accept, from 0 to 1; 0 ends all muting, also by name.

    Returns:
        What is muted now, and whether that is anything new.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    return _change(database, actor, lambda muting, figures: muting.renewed(figures, below))


def mute(database: Database, actor: str, rule: str, label: str, *, muted: bool) -> tuple[Muting, bool]:
    """Mute one rule for one label, or have it shown, whatever the bar; where the bar says the same, it decides again.

    Args:
        database: where.
        actor: who.
        rule: a rule or model without its version, as ``requirements/modal``.
        label: the name of a label.
        muted: whether it is to be muted.

    Returns:
        As ``mute_below``.

    Raises:
        RoleError: ``actor`` is no admin.
        NotFoundError: nothing is suggested by that rule for that label.
    """
    with database.read() as connection:
        labels = labels_in(connection)
        pair = rule, labels.first_name_of(label)
        known = _suggesting(connection)
        if pair not in known and pair not in muting_in(connection).pairs:
            near = sorted(f"{name} {labels.present_name_of(each)}" for name, each in known if each == pair[1])
            raise NotFoundError(
                f"{rule} {label}: no suggestion is by that rule for that label; "
                + (f"there are: {', '.join(near)}" if near else f"there is none for the label {label}")
            )
    return _change(database, actor, lambda muting, figures: muting.named(pair, figures, muted=muted))


def renew_muting(database: Database, actor: str) -> tuple[Muting, bool]:
    """Mute by what people have decided by now, where there is a bar; and go on where a change was ended too early."""
    _finish(database, actor)
    with database.read() as connection:
        muting = muting_in(connection)
    if not muting.below:
        return muting, False
    return _change(database, actor, lambda muting, figures: muting.renewed(figures))


def _change(database: Database, actor: str, wanted: Callable[[Muting, _Figures], Muting]) -> tuple[Muting, bool]:
    _finish(database, actor)
    with database.read() as connection:
        # Of many decisions that takes seconds, and nobody is to wait.
        figures = acceptance(connection)
    with database.write() as connection:
        require(connection, actor, "change the project")
        before = muting_in(connection)
        after = wanted(before, figures)
        if (after.pairs, after.below, after.kept) == (before.pairs, before.below, before.kept):
            # Figures alone are no event: they are those by which it was muted.
            return before, False
        begin_muting(connection, after)
    _finish(database, actor)
    return after, True


def _finish(database: Database, actor: str) -> None:
    """Have the counts follow what somebody has begun to change, and log it once they do; usually there is nothing."""
    with database.read() as connection:
        wanted, spans = counted_in(connection).wanted, spans_to_count(connection)
    if wanted is None:
        return

    def count(connection: Connection, turn: Iterator[Span]) -> None:
        count_on(connection, wanted, turn)

    for _ in in_turns(database, spans, count):
        pass
    with database.write() as connection:
        if counted_in(connection).wanted == wanted:
            change = Change(PROJECT, "setting", SETTING, load_setting(connection, SETTING), as_setting(wanted))
            record(connection, actor, "mute", change)


def _suggesting(connection: Connection) -> set[Pair]:
    """The rules, and the labels for which they suggest something."""
    rows = connection.execute("SELECT DISTINCT suggested_by, label FROM annotations WHERE annotator IS NULL").fetchall()
    return {(rule_of(by), label) for by, label in rows}
