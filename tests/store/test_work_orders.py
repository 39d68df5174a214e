"""Orders of work: what comes first in each, at random places, page by page, and while a new one is made."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
from array import array
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from adjudicating import with_adjudicator
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of, notice_of, wrong
from merging import ME
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.annotation import Review, now, timestamp
from annotations.formats.choice import ExportOptions
from annotations.learning.trial import Trial
from annotations.normalize import NORMALIZER
from annotations.origins import decided
from annotations.work_order import (
    ORDER_ARMS,
    WORK_ORDERS,
    Chances,
    balanced,
    disagreement,
    entropy,
    joined_arm,
    length_band,
    mixed,
    parted_arm,
    unsureness,
)
from store.doctor import repair
from store.edits import work_orders as making_orders
from store.edits.annotate import add_annotation
from store.edits.hide import hide_suggestions
from store.edits.leases import take_next
from store.edits.review import set_notice_attributes, set_review
from store.edits.undo import redo, undo
from store.edits.work_orders import renew_if_stale, renew_order, renew_orders, set_order_share
from store.errors import DamageError, RoleError, StoreError
from store.index import work_orders
from store.index.filters import QueueFilter
from store.index.keys import HIDDEN
from store.index.sets import stored_set
from store.index.work_orders import OrderWalk, StoredOrder, arm_in_order, order_in, packed
from store.intake.ingest import ingest
from store.intake.merge import merge
from store.intake.sources import read_sources
from store.intake.suggest import SuggestReport, keep_found
from store.log.events import PROJECT, Change, annotation_change
from store.log.training_results import TrainingResult
from store.open import open_database
from store.output.export import export
from store.project.learned import SETTING, Lesson, Lessons
from store.project.settings import Setting, labels_of
from store.read import arms as arms_read
from store.read.arms import compare_order_arms
from store.read.notices import notice_annotations, notice_reviews
from store.read.pace import WorkLog
from store.read.queue import next_free, next_in_queue, numbers_in_queue, place_of, queue_page
from store.read.stats import stats
from store.read.work_orders import order_state
from store.write.notices import add_notice
from store.write.permission import TRAIN
from store.write.record import record
from store.write.work_orders import put_block, put_order
from tui.cli.pace import put_order_arms


def put(connection, text, scores=(), **fields):
    """A notice with a suggestion of each score; returns its number."""
    notice = replace(notice_of(text), normalizer=NORMALIZER, **fields)
    number = add_notice(connection, "importer", notice)
    for at, score in enumerate(scores):
        item = replace(
            annotation_of(notice.raw, at, at + 1), id=f"s{number}-{at}", annotator=None, status="suggested",
            suggested_by="dates/full@1", score=score,
        )  # fmt: skip
        record(connection, "rules", "suggest", annotation_change(number, None, item))
    return number


def words(at, characters):
    """A text that is like no other."""
    chance = random.Random(at)
    return "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(characters))


def order_of(database, sort, who="li"):
    with database.read() as connection:
        return numbers_in_queue(connection, who, QueueFilter(sort=sort))


@pytest.fixture
def filled(database):
    """Notices that are more and less sure, of several sources, months and lengths; returns their numbers."""
    with_adjudicator(database)
    with database.write() as connection:
        return [
            put(
                connection, words(at, 40 + 300 * (at % 3)), [0.5 + 0.49 * (at % 5) / 4] * 3,
                source=["水务局", "环保局", None][min(at % 7, 2)], published=f"2021-0{1 + at % 4}-05",
            )
            for at in range(40)
        ]  # fmt: skip


def test_figures():
    assert entropy(0.5) == 1.0
    assert entropy(0.0) == entropy(1.0) == 0.0
    assert entropy(0.9) == pytest.approx(entropy(0.1))
    assert unsureness([0.5, 0.9], 100) > unsureness([0.5], 100) > unsureness([0.5], 1000) > unsureness([0.99], 1000)
    assert balanced({"DATE": 2.0, "OFFICIAL": 1.0, "REQUIREMENT": 0.0}, {"DATE": 4.0, "OFFICIAL": 2.0}) == 1.0
    assert disagreement(5, 5) > disagreement(1, 1) > disagreement(1, 10) > disagreement(0, 10) == 0
    assert [length_band(each) for each in (0, 249, 250, 499, 500, 1000)] == [0, 0, 1, 1, 2, 3]
    for control in (None, "hidden", "shown"):
        for by_order in (None, *ORDER_ARMS):
            assert parted_arm(joined_arm(control, by_order)) == (control, by_order)
    assert joined_arm("hidden", "unsure-random") == "hidden+unsure-random"
    # An export may say anything.
    assert parted_arm("a+b") == ("a+b", None)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_a_stretch_of_an_order_has_about_as_many_at_random_as_all_of_it(ordered, drawn):
    some = [(1000 + at, at * 0.37 % 1) for at in range(drawn)]
    found = list(mixed(range(ordered), ordered, some, drawn))
    assert sorted(found) == [*range(ordered), *(number for number, _ in some)]
    assert [number for number in found if number < 1000] == list(range(ordered))
    for at in range(len(found)):
        here = sum(number >= 1000 for number in found[:at])
        assert abs(here - at * drawn / (ordered + drawn)) <= 2


def test_what_is_drawn_follows_from_seed_and_id_and_a_larger_share_holds_a_smaller_one():
    ids = [f"{at:016x}" for at in range(4000)]
    small, large = ({each for each in ids if Chances("a", share).is_random(each)} for share in (0.2, 0.5))
    other = {each for each in ids if Chances("b", 0.2).is_random(each)}
    assert small < large
    assert 0.17 < len(small) / len(ids) < 0.23
    assert 0.02 < len(small & other) / len(ids) < 0.06
    assert not any(Chances("a", 0.0).is_random(each) for each in ids)
    assert all(Chances("a", 1.0).is_random(each) for each in ids)


def test_until_an_order_is_made_that_of_import_goes_on(database, filled):
    assert all(order_of(database, sort) == filled for sort in WORK_ORDERS)
    assert renew_orders(database) == []


def test_the_most_unsure_come_first_but_for_a_share_at_random(database, filled):
    set_order_share(database, ME, 0.0)
    assert renew_order(database, "unsure")
    found = order_of(database, "unsure")
    assert sorted(found) == filled
    # The shortest ones with scores of 0.5 each, those of lower numbers first; what is sure comes last.
    assert found[:3] == [number for number in filled if (number - 1) % 15 == 0]
    assert (found[-1] - 1) % 5 == 4
    assert set_order_share(database, ME, 0.3)
    assert not set_order_share(database, ME, 0.3)
    with pytest.raises(RoleError):
        set_order_share(database, "chen", 0.1)
    assert order_of(database, "unsure") == found
    assert renew_if_stale(database, "unsure")
    again = order_of(database, "unsure")
    with database.read() as connection:
        chances = Chances(order_in(connection, "unsure").seed, 0.3)
        ids = dict(connection.execute("SELECT number, id FROM notices").fetchall())
    drawn = [number for number in again if chances.is_random(ids[number])]
    assert 0 < len(drawn) < len(filled)
    assert [number for number in again if number not in drawn] == [number for number in found if number not in drawn]
    assert drawn == sorted(drawn, key=lambda number: chances.of(ids[number])[0])
    assert wrong(database) == []


def test_each_label_counts_as_much_as_any_other_however_many_spans_it_has(database):
    chance, given, wholes = random.Random(3), {}, Counter()
    set_order_share(database, ME, 0.0)
    with database.write() as connection:
        for at in range(30):
            text = words(1000 + at, chance.randrange(40, 400))
            number = put(connection, text)
            some = [("OFFICIAL", 0.1 * chance.randrange(1, 10))] * (at % 5 == 0)
            some += [("DATE", 0.1 * chance.randrange(1, 10)) for _ in range(chance.randrange(4))]
            for place, (label, score) in enumerate(some):
                item = replace(
                    annotation_of(text, place, place + 1, label), id=f"{number}-{place}", annotator=None,
                    status="suggested", suggested_by="dates/full@1", score=score,
                )  # fmt: skip
                record(connection, "rules", "suggest", annotation_change(number, None, item))
            given[number] = {
                label: unsureness([score for of, score in some if of == label], len(text)) for label, _ in some
            }
            wholes.update(given[number])
    renew_order(database, "unsure")
    # Nobody has decided anything, so that each rule is taken at its word.
    assert order_of(database, "unsure") == sorted(given, key=lambda each: (-balanced(given[each], wholes), each))


@pytest.mark.parametrize(("sort", "of"), [("source", 7), ("month", 4), ("length", 3)])
def test_each_stratum_comes_in_its_turn_the_rarest_first(database, filled, sort, of):
    set_order_share(database, ME, 0.0)
    renew_order(database, sort)
    found = order_of(database, sort)
    assert sorted(found) == filled
    strata = [min((number - 1) % of, 2) if sort == "source" else (number - 1) % of for number in found]
    kinds = len({*strata})
    assert kinds == {"source": 3, "month": 4, "length": 3}[sort]
    for at in range(4):
        assert {*strata[at * kinds : (at + 1) * kinds]} == {*strata}
    sizes = [strata.count(stratum) for stratum in strata[:kinds]]
    assert sizes == sorted(sizes)


def test_what_is_reviewed_and_copies_of_earlier_texts_come_last_and_new_notices_behind(database, filled):
    copied = words(99, 300)
    with database.write() as connection:
        first = put(connection, copied, [0.5] * 9)
        later = put(connection, copied + "又及。", [0.5] * 9)
    set_order_share(database, ME, 0.5)
    renew_order(database, "unsure")
    done = order_of(database, "unsure")[:3]
    for number in done:
        set_review(database, "li", number, Review("li", "done", None, now()))
    # What is there is good for a while: nothing moves while somebody goes on in it.
    assert order_of(database, "unsure")[:3] == done
    renew_order(database, "unsure")
    found = order_of(database, "unsure")
    assert {*found[-3:]} == {*done}
    assert found[-4] == (later if first not in done else first if later in done else later)
    # Some at random are among the next ones all the same.
    with database.read() as connection:
        share = order_in(connection, "unsure")
        ids = dict(connection.execute("SELECT number, id FROM notices").fetchall())
    drawn = [Chances(share.seed, share.share).is_random(ids[number]) for number in found[:-4]]
    assert any(drawn[:8])
    assert not all(drawn[:8])
    with database.write() as connection:
        new = [put(connection, words(200 + at, 50), [0.5]) for at in range(3)]
    assert order_of(database, "unsure") == [*found, *new]
    with database.read() as connection:
        state = order_state(connection, "unsure")
        assert (state.ordered, state.notices, state.behind > 0) == (len(found), len(found) + 3, True)
        assert next_in_queue(connection, "li", QueueFilter(sort="unsure"), found[-1], 1) == new[0]
    assert wrong(database) == []


def test_what_people_decided_counts_no_more_and_calibrates_what_is_left(database):
    with_adjudicator(database)
    set_order_share(database, ME, 0.0)
    with database.write() as connection:
        numbers = [put(connection, words(at, 60), [0.5, 0.5]) for at in range(3)]
    renew_order(database, "unsure")
    assert order_of(database, "unsure") == numbers
    for item in notice_annotations(database.connection, numbers[0]):
        add_annotation(database, "li", numbers[0], decided(item, "li", "accepted"))
    item = notice_annotations(database.connection, numbers[1])[0]
    add_annotation(database, "wang", numbers[1], decided(item, "wang", "rejected"))
    assert renew_orders(database) == ["unsure"]
    assert order_of(database, "unsure") == [numbers[2], numbers[1], numbers[0]]


def test_where_rules_and_models_differ_comes_first(database):
    with_adjudicator(database)
    set_order_share(database, ME, 0.0)
    with database.write() as connection:
        lessons = Lessons("v", (Lesson(Trial("DATE", 10, 60, 0.9, 0.9, 0.9), "0" * 64, "d" * 64),))
        setting = Setting(msgspec.json.encode(lessons).decode())
        record(connection, ME, "learn", Change(PROJECT, "setting", SETTING, None, setting))
        agree, rules_only, model_only, unseen = (put(connection, words(at, 60), [0.9] * 4) for at in range(4))
        notices = {each: notice_annotations(connection, each) for each in (agree, rules_only, model_only)}
        report, labels = SuggestReport(), labels_of(database)
        for number, places in ((agree, range(4)), (rules_only, [0]), (model_only, [*range(4), *range(10, 16)])):
            raw = connection.execute("SELECT raw FROM texts WHERE notice = ?", [number]).fetchone()[0]
            items = [
                replace(
                    annotation_of(raw, at, at + 1), id=f"m{number}-{at}", annotator=None, status="suggested",
                    suggested_by="learned/DATE@dddddddd", score=0.8,
                )
                for at in places
            ]  # fmt: skip
            keep_found(connection, ME, [SimpleNamespace(name="learned", version="v")], number, items, report, labels)
        # Where rules suggest the same a model is silent.
        assert [len(notice_annotations(connection, each)) - len(notices[each]) for each in notices] == [0, 0, 6]
    renew_order(database, "disagreement")
    # 3 of 4 differ and 6 of 10, with two spans added to each; where nothing differs the order is that of import.
    assert order_of(database, "disagreement") == [rules_only, model_only, agree, unseen]


def brute(order, notices, shown, total):
    """What an order shows, in plain Python."""
    return [number for number in [*order, *range(notices + 1, total + 1)] if shown is None or number in shown]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_page_of_any_filter_is_what_plain_python_finds(tmp_path_factory, data):
    total = data.draw(st.integers(1, 40))
    ordered = data.draw(st.integers(0, total))
    order = data.draw(st.permutations(range(1, ordered + 1)))
    shown = data.draw(st.none() | st.sets(st.integers(1, total)))
    with (
        pytest.MonkeyPatch.context() as patch,
        open_database(tmp_path_factory.mktemp("order") / "a.db", create=True) as database,
    ):
        patch.setattr(work_orders, "BLOCK", data.draw(st.integers(1, 9)))
        patch.setattr(making_orders, "BLOCK", work_orders.BLOCK)
        patch.setattr(work_orders, "FEW", data.draw(st.integers(0, 4)))
        with database.write() as connection:
            for at in range(total):
                add_notice(connection, "importer", notice_of(f"通知{at}"))
        generation = making_orders._store(database, "unsure", array("I", order))
        with database.write() as connection:
            put_order(connection, StoredOrder("unsure", generation, ordered, 1, now(), 0.0, 0.2, "s"))
        with database.read() as connection:
            walked = OrderWalk(connection, order_in(connection, "unsure"), None if shown is None else BitMap(shown))
            wanted = brute(order, ordered, shown, total)
            everything = brute(order, ordered, None, total)
            assert [each.number for each in walked.walk(None)] == wanted
            assert [each.number for each in walked.walk(None, backwards=True)] == wanted[::-1]
            for place, number in enumerate(everything):
                assert walked.place(number) == place
                key = replace(
                    next(OrderWalk(connection, order_in(connection, "unsure"), None).walk(None)), number=number
                )
                for including in (False, True):
                    behind = [each for each in everything[place + (not including) :] if each in wanted]
                    before = [each for each in everything[: place + including] if each in wanted]
                    assert [each.number for each in walked.walk(key, including=including)] == behind
                    found = walked.walk(key, including=including, backwards=True)
                    assert [each.number for each in found] == before[::-1]
        assert wrong(database) == []


def test_filters_searches_and_what_is_handed_out_follow_the_order(database, filled):
    renew_order(database, "unsure")
    order = order_of(database, "unsure")
    which = QueueFilter(sort="unsure")
    for number in order[1:4]:
        set_review(database, "wang", number, Review("wang", "done", None, now()))
    with database.read() as connection:
        dated = [number for number in order if (number - 1) % 4 == 1]
        given = replace(which, published_from="2021-02-01", published_to="2021-02-28")
        assert numbers_in_queue(connection, "li", given) == dated
        word = connection.execute("SELECT substr(normalized, 1, 2) FROM texts WHERE notice = ?", [order[9]]).fetchone()[
            0
        ]
        assert numbers_in_queue(connection, "li", replace(which, search=word)) == [order[9]]
        assert numbers_in_queue(connection, "wang", replace(which, status="done")) == order[1:4]
        assert place_of(connection, "wang", replace(which, status="open"), order[2]) is None
        assert next_free(connection, "li", which, behind=order[0]) == order[4]
        page = queue_page(connection, "li", which, limit=5)
        assert [row.number for row in page.rows] == order[:5]
        assert queue_page(connection, "li", which, page.next, limit=5).rows[0].number == order[5]
    assert take_next(database, "li", which) == order[0]
    assert take_next(database, "chen", which) == order[4]
    assert take_next(database, "li", which, behind=order[0]) == order[5]


def test_the_old_order_goes_on_until_a_new_one_is_whole_and_one_process_makes_it(database, filled, monkeypatch):
    renew_order(database, "unsure")
    before = order_of(database, "unsure")
    set_order_share(database, ME, 0.9)
    seen = []
    store = making_orders.put_block

    def put_and_look(connection, *block):
        store(connection, *block)
        # Somebody else who begins meanwhile leaves it to whoever is at it; a read sees the old one whole.
        with open_database(database.path) as other:
            seen.append(order_of(other, "unsure"))

    monkeypatch.setattr(making_orders, "put_block", put_and_look)
    asked = []

    def wanted():
        asked.append(renew_order(database, "unsure"))
        return True

    assert renew_order(database, "unsure", wanted=wanted)
    assert asked == [False]
    assert seen == [before] * len(seen)
    assert order_of(database, "unsure") != before
    assert not renew_order(database, "unsure", wanted=lambda: False)
    with monkeypatch.context() as patch, pytest.raises(StoreError, match="room for temporary files"):
        patch.setattr(making_orders, "_SCRATCH", ["CREATE TABLE nosuch.ordered (number)"])
        renew_order(database, "unsure")
    (kept,) = database.connection.execute("SELECT count(DISTINCT generation) FROM order_blocks").fetchone()
    assert kept == 1
    # It is new enough for as long as two hundred times what it took.
    with database.write() as connection:
        put_order(connection, replace(order_in(connection, "unsure"), seconds=60.0))
        put(connection, words(500, 40), [0.5])
    assert not renew_if_stale(database, "unsure")
    with database.write() as connection:
        put_order(connection, replace(order_in(connection, "unsure"), seconds=0.0))
    assert renew_if_stale(database, "unsure")
    assert not renew_if_stale(database, "unsure")


def test_whoever_comes_while_another_process_makes_an_order_waits_for_it(database, filled, monkeypatch):
    go_on, begun, looked, found = threading.Event(), threading.Event(), threading.Event(), []
    store, is_under_way = making_orders._store, making_orders._is_under_way

    def slowly(*arguments):
        begun.set()
        assert go_on.wait(30)
        return store(*arguments)

    def come(*, wanted=lambda: True):
        with open_database(database.path) as other:
            found.append(renew_if_stale(other, "month", wanted=wanted))

    def look(*arguments):
        looked.set()
        return is_under_way(*arguments)

    monkeypatch.setattr(making_orders, "_store", slowly)
    monkeypatch.setattr(making_orders, "_is_under_way", look)
    first, second = threading.Thread(target=come), threading.Thread(target=come)
    first.start()
    assert begun.wait(30)
    come(wanted=lambda: False)
    assert found == [False], "nobody waits for what is not wanted any more"
    looked.clear()
    second.start()
    assert looked.wait(30)
    go_on.set()
    first.join(30)
    second.join(30)
    assert found[1:] == [True, True]
    assert order_of(database, "month") != filled


def test_nobody_waits_for_a_process_that_was_killed(database, filled):
    here, no_number_of_any = socket.gethostname(), 2**30
    named = {
        f"{here} {no_number_of_any} 1": True,
        f"elsewhere {no_number_of_any} 1": False,
        f"{here} {os.getpid()} 1": False,
        # What is damaged is waited for as long as its lease.
        f"{here} {10**30}": True,
        f"{here} one": False,
        here: False,
        "": False,
    }
    until = timestamp(datetime.now(UTC) + timedelta(minutes=5))
    for process, is_made in named.items():
        with database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO order_renewals VALUES ('month', ?, ?)", [process, until])
        assert renew_order(database, "month") is is_made, process


@pytest.mark.parametrize(
    ("part", "data"),
    [("numbers", packed([1, 1])), ("numbers", b"abc"), ("places", packed([0])), ("members", BitMap([1]).serialize())],
)
def test_what_is_no_order_is_told_and_forgotten_by_a_repair(database, filled, part, data):
    renew_order(database, "unsure")
    with database.write() as connection:
        put_block(connection, "unsure", order_in(connection, "unsure").generation, part, 0, data)
    (line,) = wrong(database)
    assert "the order unsure is damaged" in line
    with database.read() as connection:
        try:
            numbers_in_queue(connection, "li", QueueFilter(sort="unsure", published_from="2021-01-01"))
            queue_page(connection, "li", QueueFilter(sort="unsure"), limit=5)
        except DamageError as error:
            assert "zhupi order unsure" in str(error)  # noqa: PT017  # where what is left can be read, it is
    list(repair(database, ME))
    assert wrong(database) == []
    assert order_of(database, "unsure") == filled
    assert renew_order(database, "unsure")
    assert sorted(order_of(database, "unsure")) == filled


def arms(database, number):
    return {each.annotator: each.arm for each in notice_reviews(database.connection, number)}


def test_a_review_says_how_its_notice_came_and_keeps_that_through_undo_export_and_merge(database, filled, tmp_path):
    renew_order(database, "unsure")
    with database.read() as connection:
        share = order_in(connection, "unsure")
        ids = dict(connection.execute("SELECT number, id FROM notices").fetchall())
    drawn = [number for number in filled if Chances(share.seed, share.share).is_random(ids[number])]
    here, there = drawn[0], next(number for number in filled if number not in drawn)
    for number, arm in ((here, "unsure-random"), (there, "unsure")):
        set_review(database, "li", number, Review("li", "done", None, now()), "unsure")
        set_review(database, "wang", number, Review("wang", "done", None, now()), "newest")
        set_review(database, "wu", number, Review("wu", "done", None, now()), "month")  # never made
        assert arms(database, number) == {"li": arm, "wang": None, "wu": None}
    undo(database, "li")
    assert "li" not in arms(database, there)
    redo(database, "li")
    # Looked at again from elsewhere, it keeps its arm; one that was made before gets none.
    for name, order in (("li", "newest"), ("wang", "unsure")):
        set_review(database, name, there, Review(name, "open", None, now()), order)
        set_review(database, name, there, Review(name, "done", None, now()), order)
    assert arms(database, there)["li"] == "unsure"
    # With suggestions hidden on a share of the notices both are told.
    hide_suggestions(database, ME, 0.5)
    with database.read() as connection:
        hidden = stored_set(connection, [HIDDEN])
    for number in filled[20:30]:
        set_review(database, "li", number, Review("li", "done", None, now()), "unsure")
        control, by_order = parted_arm(arms(database, number)["li"])
        assert control == ("hidden" if number in hidden else "shown")
        assert by_order == ("unsure-random" if number in drawn else "unsure")
        set_notice_attributes(database, "wu", number, "wu", {})
    # What came later than the order has no arm of it.
    with database.write() as connection:
        new = put(connection, words(700, 40), [0.5])
    set_review(database, "li", new, Review("li", "done", None, now()), "unsure")
    assert parted_arm(arms(database, new)["li"])[1] is None

    path = tmp_path / "native.jsonl"
    with path.open("wb") as out:
        export(database, out, ExportOptions())
    told = {each["arm"] for line in path.read_text("utf-8").splitlines() for each in json.loads(line)["reviews"]}
    assert {"unsure", "unsure-random", None} < told
    assert any(each and each.startswith("hidden+unsure") for each in told)
    with open_database(tmp_path / "again.db", create=True) as again:
        ingest(again, read_sources([path]), ME, pytest.fail)
        with (tmp_path / "again.jsonl").open("wb") as out:
            export(again, out, ExportOptions())
        assert (tmp_path / "again.jsonl").read_bytes() == path.read_bytes()
    with open_database(tmp_path / "merged.db", create=True) as other:
        merge(other, ME, [database.path], {}, lambda _: None, pytest.fail)
        assert [arms(other, number) for number in filled] == [arms(database, number) for number in filled]
        assert wrong(other) == []
    assert wrong(database) == []


def test_arms_are_compared_by_pace_acceptance_and_gold(database, filled, capsys):
    with database.read() as connection:
        assert compare_order_arms(connection, WorkLog()) == []
    renew_order(database, "unsure")
    hide_suggestions(database, ME, 1.0)
    with database.read() as connection:
        which = {number: arm_in_order(connection, "unsure", number) for number in filled}
    golden = [next(number for number in filled if which[number] == arm) for arm in ("unsure", "unsure-random")]
    for number in filled:
        status = "accepted" if which[number] == "unsure-random" else "rejected"
        for item in notice_annotations(database.connection, number):
            add_annotation(database, "li", number, decided(item, "li", status))
        set_review(database, "li", number, Review("li", "done", None, now()), "unsure")
    for number in golden:
        with database.write() as connection:
            raw = connection.execute("SELECT raw FROM texts WHERE notice = ?", [number]).fetchone()[0]
            for start in (0, 1, 20):
                item = replace(annotation_of(raw, start, start + 1, annotator="gold"), status="gold")
                record(connection, "importer", "import", annotation_change(number, None, item))
            change = Change(number, "review", "gold", None, Review("gold", "done", None, now()))
            record(connection, "importer", "import", change)
    # What somebody was checked with did not come by the order, and how they did it is for admins.
    for number, arm in which.items():
        if number not in golden and arm == "unsure":
            with database.write() as connection:
                change = Change(number, "review", "gold", None, Review("gold", "done", None, now()))
                record(connection, "importer", "import", change)
                checked = TrainingResult("li", "check", 3, 0, 0, 0, now())
                record(connection, "li", TRAIN, Change(number, "training", "li", None, checked))
            break
    found = stats(database)
    by_order, drawn = found.order_arms
    assert (by_order.arm, drawn.arm) == ("unsure", "unsure-random")
    assert by_order.reviews + drawn.reviews == len(filled)
    assert (by_order.accepted, drawn.accepted) == (0.0, 1.0)
    assert (by_order.decisions, drawn.decisions) == (3 * by_order.reviews, 3 * drawn.reviews)
    assert (by_order.golden, drawn.golden) == (1, 1)
    # Two of three spans are gold, and one of gold is not tagged.
    assert (by_order.f1, drawn.f1) == (0.0, round(4 / 6, 3))
    assert (by_order.spans_per_notice, drawn.spans_per_notice) == (0.0, 3.0)
    # The other experiment counts them all.
    assert [each.reviews for each in found.arms] == [len(filled), 0]
    put_order_arms(found.order_arms)
    _, head, one, other = capsys.readouterr().out.rstrip().split("\n")[:4]
    assert head.split()[:2] == ["came", "by"]
    assert (one.split()[0], other.split()[0]) == ("unsure", "unsure-random")


@pytest.mark.parametrize("statement", [arms_read._SPANS, arms_read._DECISIONS, arms_read._GOLDEN])
def test_each_review_is_looked_up_by_its_notice(database, statement):
    # Else all given numbers would be gone through for each review, and for each annotation in it.
    first, second, *_ = database.connection.execute(f"EXPLAIN QUERY PLAN {statement}", ["[1]", "li"]).fetchall()
    assert "SCAN given" in first["detail"]
    assert "SEARCH reviews USING PRIMARY KEY (notice=? AND annotator=?)" in second["detail"]
