"""Native exports that are merged: what a log has held already is not news, whoever went back and forth meanwhile."""

from __future__ import annotations

import shutil
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from merging import do, exported, findings_but_conflicts, made, merged, said_differently, states, states_held, written

from annotations.errors import ZhupiError
from store.open import open_database

PEOPLE = ("li", "wang")
WHAT = (
    "move", "move", "finish", "finish", "delete", "correct", "override", "undo", "undo", "undo", "redo", "redo",
    "export", "export", "merge",
    "merge", "settle",
)  # fmt: skip
"""Mostly there and back, so that states with the same times come again."""

EXAMPLES = 8


def history_of(random, length, what=WHAT):
    """So many steps: in which database, who, what, and two numbers by which the rest is chosen."""
    return [
        (random.randrange(3), random.choice(PEOPLE), random.choice(what), random.randrange(2), random.randrange(7))
        for _ in range(length)
    ]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A database of which three copies go on by themselves."""
    path = tmp_path_factory.mktemp("begun") / "begun.db"
    with made(path, *PEOPLE) as database:
        for who in PEOPLE:
            for what in ("tag", "finish", "correct"):
                do(database, who, what, 0, len(who))
    return path


def worked(begun, folder, history):
    """Three copies of a database after a history, and the exports of them that were made meanwhile."""
    paths = [folder / f"{name}.db" for name in "abc"]
    files = []
    for path in paths:
        shutil.copy(begun, path)
    for which, who, what, first, second in history:
        if what == "take":
            if files:
                merged(paths[which], files[second % len(files)])
        elif what == "export":
            files.append(written(paths[which], folder / f"{len(files)}.jsonl"))
        elif what == "merge":
            merged(paths[which], paths[(which + 1 + first) % 3])
        else:
            with open_database(paths[which]) as database, suppress(ZhupiError):
                do(database, who, what, first, second)
    return paths, [*files, *(written(path, path.with_suffix(".jsonl")) for path in paths)]


# A failure is told as it is: to shrink it takes many minutes.
few = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
)


@few
@given(st.randoms(use_true_random=False), st.integers(8, 40))
def test_exports_of_databases_that_are_merged_decide_nothing(begun, tmp_path_factory, random, length):
    folder = tmp_path_factory.mktemp("merge")
    paths, files = worked(begun, folder, history_of(random, length))
    random.shuffle(files)
    plain = folder / "plain.db"
    merged(plain, *paths)
    expected, differently = exported(plain), said_differently(plain)
    # An export of its own says nothing new to any database, with its conflicts or without.
    merged(plain, written(plain, folder / "own.jsonl"), *files)
    assert exported(plain) == expected
    assert said_differently(plain) == differently
    assert findings_but_conflicts(plain) == []
    # Nor does it matter when they come.
    mixed = folder / "mixed.db"
    everything = [*paths, *files]
    random.shuffle(everything)
    merged(mixed, *everything)
    assert exported(mixed) == expected
    assert said_differently(mixed) == differently
    shutil.rmtree(folder)


@few
@given(st.randoms(use_true_random=False), st.integers(8, 40))
def test_who_goes_on_from_an_export_loses_nothing_of_others(begun, tmp_path_factory, random, length):
    folder = tmp_path_factory.mktemp("merge")
    paths, files = worked(begun, folder, history_of(random, length, (*WHAT, "take", "take")))
    results = []
    for number in range(3):
        target, everything = folder / f"all{number}.db", [*paths, *(files if number else ())]
        random.shuffle(everything)
        if number == 2:
            pair = folder / "pair.db"
            merged(pair, *everything[:2])
            everything[:2] = [pair]
        merged(target, *everything)
        assert findings_but_conflicts(target) == []
        results.append((exported(target), said_differently(target)))
    assert results[0] == results[1] == results[2]
    nothing_is_lost(paths, target)
    shutil.rmtree(folder)


def nothing_is_lost(paths, result):
    """What each database says is the state, or a side of a conflict, or another has known that and gone on from it."""
    state = states(result)
    sides = {(notice, entity, key): said for notice, entity, key, said in said_differently(result)}
    held = {path: states_held(path) for path in paths}
    for path in paths:
        for subject, says in states(path).items():
            if state.get(subject) != says and says not in sides.get(subject, ()):
                assert any((subject, says) in held[other] for other in paths if other != path), subject
