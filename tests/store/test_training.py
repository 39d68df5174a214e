"""Training and hidden checks: who gets what, how it is measured, what opens the queue, and that no file tells of it."""

from __future__ import annotations

import pytest
from adjudicating import CHEN, finish, say, with_adjudicator
from making import RAW, annotation_of, logged, stored_notice, wrong
from merging import ME
from msgspec.structs import replace

from annotations.annotation import GOLD, Review, now
from annotations.formats.choice import ExportOptions
from annotations.formats.registry import FORMATS
from annotations.notice_attributes import NoticeAttribute
from store.edits.adjudicate import complete, fill
from store.edits.annotate import add_annotation
from store.edits.labels import change_labels
from store.edits.leases import take_next
from store.edits.people import add_reviewer
from store.edits.review import set_notice_attributes, set_review
from store.edits.training import mark, repeat, set_terms, train, unmark
from store.edits.undo import undo
from store.errors import NotTrainedError, RoleError, StoreError
from store.index.filters import QueueFilter
from store.log.seen_layers import load_seen_layers
from store.output.export import export
from store.project.settings import labels_of
from store.project.training import training_in
from store.read.adjudication import ready
from store.read.queue import queue_page
from store.read.stats import stats
from store.read.training import ValueDifference, feedback, people_in_training, results_of

GOLDEN = ((0, 3, "DATE"), (5, 9, "DATE"), (10, 14, "OFFICIAL"))


@pytest.fixture
def golds(database):
    """Four notices with gold of three spans each, and four that nobody has done."""
    with_adjudicator(database)
    found = []
    for at in range(8):
        number = stored_notice(database, RAW + "又及。\n" * at, f"page-{at}")
        if at < 4:
            say(database, number, "li", *GOLDEN)
            say(database, number, "wang", *GOLDEN)
            fill(database, CHEN, number)
            complete(database, CHEN, number)
            found.append(number)
    return found


def newcomer(database, name="zhao"):
    add_reviewer(database, ME, name, "reviewer")
    return name


def done(database, name, number, *spans):
    """Let somebody tag and finish a notice, as the app does."""
    for start, end, label in spans:
        raw = RAW + "又及。\n" * (number - 1)
        add_annotation(database, name, number, annotation_of(raw, start, end, label, name))
    return set_review(database, name, number, Review(name, "done", None, now()))


def test_what_gold_says_of_the_whole_notice_is_told_where_somebody_says_something_else(database, golds):
    notice = [
        NoticeAttribute("topic", "choice", ("水", "气"), "What it is about."),
        NoticeAttribute("urgent", "boolean"),
    ]
    change_labels(
        database, ME, replace(labels_of(database), notice=tuple(notice)), [], [], "labels.toml", lambda _: None
    )
    mark(database, ME, golds[:2], "training")
    name = newcomer(database)
    set_notice_attributes(database, CHEN, golds[0], GOLD, {"topic": "水", "urgent": True})
    told = []
    for number, values in zip(golds, ({"topic": "气", "urgent": True}, {"topic": "气"}), strict=False):
        set_notice_attributes(database, name, number, name, values)
        result = done(database, name, number, *GOLDEN)
        with database.read() as connection:
            told.append(feedback(connection, number, result, "# 指南\n\n## urgent\n\n紧急。\n").values)
    # Of the second one gold says nothing.
    assert told == [(ValueDifference("topic", "气", "水", "What it is about."),), ()]


def test_a_newcomer_gets_the_training_first_and_gold_says_how_they_did(database, golds):
    mark(database, ME, golds[:2], "training")
    name = newcomer(database)
    # Whatever the queue shows, and however often they ask.
    assert take_next(database, name, QueueFilter(label="DATE")) == golds[0]
    assert take_next(database, name) == golds[0]
    assert take_next(database, name, behind=golds[0]) == golds[1]
    # Others are not trained, and neither is who came before there was training.
    assert take_next(database, CHEN) not in golds
    result = done(database, name, golds[0], (0, 3, "DATE"), (5, 8, "DATE"))
    assert (result.own, result.gold, result.exact, result.overlap) == (2, 3, 1, 2)
    with database.read() as connection:
        told = feedback(connection, golds[0], result, "# 指南\n\n## DATE\n\n日期。\n")
        seen = load_seen_layers(connection, golds[0], name)
    assert told.f1 == 2 * 1 / 5
    assert [(each.kind, [len(some) for some in each.members]) for each in told.differences] == [
        ("edge", [1, 1]), ("only", [0, 1]),
    ]  # fmt: skip
    assert told.sections["DATE"] == "日期。"
    assert told.sections["OFFICIAL"].startswith("A named holder")
    assert told.left == 1
    assert seen.annotators == (GOLD,)
    # What they do once they know gold counts for nothing, and a second finish is no second try.
    add_annotation(database, name, golds[0], annotation_of(RAW, 10, 14, "OFFICIAL", name))
    assert set_review(database, name, golds[0], Review(name, "done", "再看", now())) is None
    undo(database, name)
    assert take_next(database, name) == golds[1]
    assert done(database, name, golds[1], *GOLDEN).exact == 3
    assert take_next(database, name) == 6
    with database.read() as connection:
        (person,) = people_in_training(connection)
    assert (person.annotator, person.of, person.trained, person.checked) == (name, 2, 2, 0)
    # Only whoever may know is told.
    assert (stats(database).training, stats(database, training=True).training) == ([], [person])
    assert (person.f1_exact, person.f1_overlap) == (2 * 4 / 11, 2 * 5 / 11)
    assert wrong(database) == []


def test_a_bar_opens_the_queue_and_an_admin_can_have_it_done_again_or_excuse_somebody(database, golds):
    mark(database, ME, golds[:1], "training")
    set_terms(database, ME, share=None, bar=0.8, no_bar=False)
    name = newcomer(database)
    done(database, name, take_next(database, name), (0, 3, "DATE"))
    with pytest.raises(NotTrainedError, match=r"trained to F1 0\.50, and 0\.80 opens the queue; ask an admin"):
        take_next(database, name)
    assert repeat(database, ME, name) == 1
    assert take_next(database, name) == golds[0]
    done(database, name, golds[0], *GOLDEN[1:])
    assert take_next(database, name) == 5
    # Without a bar whoever has done it is through, and so is who is excused.
    other = newcomer(database, "qian")
    done(database, other, take_next(database, other))
    with pytest.raises(NotTrainedError):
        take_next(database, other)
    train(database, ME, other, excused=True)
    assert take_next(database, other) is not None
    train(database, ME, other, excused=False)
    set_terms(database, ME, share=None, bar=None, no_bar=True)
    assert take_next(database, other) not in (None, golds[0])
    assert wrong(database) == []


def test_who_came_before_is_trained_on_demand_alone(database, golds):
    name, joined = newcomer(database), now()
    while now() == joined:
        # Who joins in the very millisecond in which training begins is new.
        pass
    mark(database, ME, golds[:1], "training")
    assert take_next(database, name) == 5
    train(database, ME, name, excused=False)
    assert take_next(database, name) == golds[0]
    unmark(database, ME, golds)
    assert take_next(database, name) == 5
    with pytest.raises(StoreError, match="no reviewer here is called chen"):
        train(database, ME, CHEN, excused=False)


def test_a_trainee_is_no_layer_to_adjudicate_and_gold_stays_done(database, golds):
    mark(database, ME, golds[:1], "training")
    name = newcomer(database)
    done(database, name, golds[0], (0, 4, "DATE"))
    assert ready(database.connection) == []
    page = queue_page(database.connection, ME, QueueFilter(adjudication="done"))
    assert [row.number for row in page.rows] == golds
    # Somebody who is not trained opens it again.
    say(database, golds[0], "sun", (0, 4, "DATE"))
    assert ready(database.connection) == [golds[0]]
    assert wrong(database) == []


def test_hidden_checks_come_at_their_share_look_like_any_notice_and_are_told_to_nobody(database, golds):
    mark(database, ME, golds[:2], "check")
    name = newcomer(database)
    set_terms(database, ME, share=0.0, bar=None, no_bar=False)
    assert take_next(database, name) == 5
    set_terms(database, ME, share=1.0, bar=None, no_bar=False)
    first = take_next(database, name)
    assert first in golds[:2]
    # To ask again, or with a filter that it would stand out of, does not help.
    assert take_next(database, name) == first
    assert take_next(database, name, QueueFilter(search="不在任何通知里的话")) is None
    assert done(database, name, first, *GOLDEN) is None
    (second,) = {*golds[:2]} - {first}
    assert take_next(database, name) == second
    # Who made it has seen it, and adjudicators and admins are not checked.
    assert take_next(database, "li") == 6
    assert take_next(database, CHEN) == 7
    with database.read() as connection:
        assert results_of(connection, name, "check")[first].exact == 3
        assert load_seen_layers(connection, first, name) is None
        (person,) = people_in_training(connection)
    assert (person.of, person.checked, person.check_f1_exact) == (0, 1, 1.0)
    assert wrong(database) == []


def test_about_one_in_so_many_is_a_check(database, golds):
    mark(database, ME, golds, "check")
    set_terms(database, ME, share=0.25, bar=None, no_bar=False)
    turns = []
    for at in range(200):
        name = newcomer(database, f"p{at}")
        turns.append(take_next(database, name) in golds)
    assert 25 <= sum(turns) <= 75


def test_no_export_tells_who_was_checked_or_trained_with_what(database, golds, tmp_path):
    def exported():
        found = {}
        for name in ("jsonl", "spans", "prodigy"):
            with (tmp_path / name).open("wb") as out:
                export(database, out, ExportOptions(name))
            found[name] = (tmp_path / name).read_bytes()
        return found

    assert "jsonl" in FORMATS
    name = newcomer(database)
    before = exported()
    mark(database, ME, golds[:2], "training")
    mark(database, ME, golds[2:], "check")
    train(database, ME, name, excused=False)
    assert exported() == before
    finish(database, golds[2], name)
    lines = exported()["jsonl"]
    for word in (b"training", b"check", b"share"):
        assert word not in lines


def test_only_admins_set_it_up_and_only_gold_that_is_done_trains(database, golds):
    with pytest.raises(RoleError):
        mark(database, CHEN, golds[:1], "training")
    with pytest.raises(StoreError, match="page-4: its gold is not done"):
        mark(database, ME, [5], "check")
    mark(database, ME, golds[:2], "training")
    mark(database, ME, golds[1:2], "check")
    with database.read() as connection:
        assert (training_in(connection).training, training_in(connection).checks) == ((golds[0],), (golds[1],))
    # Gold that is not done any more trains nobody until it is.
    say(database, golds[0], "sun", (0, 4, "DATE"))
    assert take_next(database, newcomer(database)) == 5
    assert [event.action for event in logged(database) if event.change.entity == "training"] == []
    assert wrong(database) == []
