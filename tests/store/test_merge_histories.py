"""Whatever people do in three databases: merged in any order and grouping, and twice, the state is the same."""

from __future__ import annotations

import shutil
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from merging import (
    do,
    empty,
    exported,
    findings_but_conflicts,
    made,
    merged,
    said_differently,
    sides,
    states,
    states_held,
    written,
)

from annotations.errors import ZhupiError
from store.index.conflicts import conflicts
from store.log.events import events
from store.log.states import content
from store.open import open_database
from store.project.reviewers import everybody

PEOPLE = ("li", "wang")
WHAT = (
    "tag", "tag", "move", "move", "delete", "decide", "finish", "undo", "redo", "override", "correct", "date",
    "rescrape", "suggest", "see", "rename", "role", "merge", "merge", "settle", "settle", "train", "ask", "answer",
    "describe", "bulk", "gold", "edit gold", "complete",
)  # fmt: skip

EXAMPLES = 6
"""Each merges a dozen times."""


def history_of(random, length):
    """So many steps: in which database, who, what, and two numbers by which the rest is chosen."""
    return [
        (random.randrange(3), random.choice(PEOPLE), random.choice(WHAT), random.randrange(6), random.randrange(40))
        for _ in range(length)
    ]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Three databases that were made apart, before anybody has done anything."""
    folder = tmp_path_factory.mktemp("begun")
    for name in "abc":
        with made(folder / f"{name}.db", *PEOPLE) as database:
            for who in PEOPLE:
                for what in ("suggest", "tag", "tag", "decide", "finish"):
                    do(database, who, what, 0, len(who))
    empty(folder / "empty.db").close()
    return folder


def worked(begun, folder, history, *, copies):
    """Three databases after a history; copies of one database, or made apart."""
    paths = [folder / f"{name}.db" for name in "abc"]
    for path in paths:
        shutil.copy(begun / ("a.db" if copies else path.name), path)
    for which, who, what, first, second in history:
        if what == "merge":
            merged(paths[which], paths[first % 3]) if which != first % 3 else None
            continue
        with open_database(paths[which]) as database, suppress(ZhupiError):
            do(database, who, what, first, second)
    return paths


# A failure is told as it is: to shrink it takes many minutes.
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate])
@given(st.randoms(use_true_random=False), st.integers(10, 40), st.booleans())
def test_the_state_is_the_same_in_any_order_and_grouping(begun, tmp_path_factory, random, length, copies):
    folder = tmp_path_factory.mktemp("merge")
    history = history_of(random, length)
    a, b, c = worked(begun, folder, history, copies=copies)
    results = []
    # What an export tells beside its database is not news.  It has no first names of labels that were renamed.
    exports = [] if any("rename" in step for step in history) else [a, b, c]
    files = [written(path, path.with_suffix(".jsonl")) for path in exports]
    for number, order in enumerate([(a, b, c), (c, *files[:1], b, a, *files[1:2]), (*files[2:], b, a, c)]):
        target = shutil.copy(begun / "empty.db", folder / f"all{number}.db")
        merged(target, *order)
        results.append(target)
    pair = shutil.copy(begun / "empty.db", folder / "pair.db")
    merged(pair, b, c)
    grouped = shutil.copy(begun / "empty.db", folder / "grouped.db")
    merged(grouped, pair)
    merged(grouped, a)
    results.append(grouped)
    expected, contradictions, differently = exported(results[0]), sides(results[0]), said_differently(results[0])
    for each in results:
        assert exported(each) == expected
        assert {about[:3] for about in sides(each)} == {about[:3] for about in contradictions}
        assert said_differently(each) == differently
        assert findings_but_conflicts(each) == []
    report = merged(results[0], c, grouped, a)
    assert (report.added, report.changed, report.events) == (0, 0, 0)
    assert exported(results[0]) == expected
    nothing_is_lost([a, b, c], results[0])
    nobody_gains_a_role(a, b, c)


def nothing_is_lost(paths, result):
    """What each database says is the state, or a side of a conflict, or another database knew and changed it."""
    state = states(result)
    with open_database(result) as database:
        ids = dict(database.connection.execute("SELECT number, id FROM notices").fetchall())
        shown = {
            (ids[each.notice], each.entity, each.key): {content(side.change.after) for side in each.sides}
            for each in conflicts(database.connection)
        }
    known, held = {path: ids_of(path) for path in paths}, {path: states_held(path) for path in paths}
    for path in paths:
        for subject, says in states(path).items():
            if state.get(subject) == says or says in shown.get(subject, ()):
                continue
            last, by_rule = last_event(path, *subject)
            others = [other for other in paths if other != path]
            # What a rule makes is the same wherever it is made, so that whoever changes one has known the other.
            assert any(last in known[other] or (by_rule and (subject, says) in held[other]) for other in others), (
                subject
            )


def nobody_gains_a_role(a, b, c):
    with open_database(a) as database:
        before = everybody(database.connection)
    merged(a, b, c)
    with open_database(a) as database:
        assert everybody(database.connection) == before
    assert findings_but_conflicts(a) == []


def ids_of(path):
    with open_database(path) as database:
        return {event.id for event in events(database.connection)}


def last_event(path, notice, entity, key):
    """The id of the last event about a subject, and whether a rule, or an import, has made that."""
    with open_database(path) as database:
        row = database.connection.execute(
            "SELECT coalesce(origin, events.digest), action FROM events JOIN notices ON notices.number = notice "
            "WHERE notices.id = ? AND entity = ? AND key = ? ORDER BY events.number DESC LIMIT 1",
            [notice, entity, key],
        ).fetchone()
    return row[0], row[1] in ("import", "suggest", "adjudicate")
