"""A second look: what it finds in the database, what becomes of that, and who sees and decides it."""

from __future__ import annotations

import shutil

import hypothesis
import pytest
from finished import finished_database
from hypothesis import strategies as st
from making import annotation_of, notice_of, stored_notice, wrong
from msgspec.structs import replace

from annotations.annotation import GOLD, Review, now
from annotations.calibration import Curve
from annotations.labels import default_labels
from annotations.origins import adjudicated, decided, suggested
from annotations.second_look import unseen
from annotations.spans import raw_span
from annotations.suspects import Reason, Suspect, sentence, suspect_id
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.hide import hide_suggestions
from store.edits.keep import keep
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.edits.undo import redo, undo
from store.errors import RoleError
from store.index import suspects
from store.index.filters import QueueFilter
from store.intake import second_look
from store.intake.learning import Steps
from store.intake.second_look import look_again
from store.log.events import Change, ConflictError, annotation_change
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.read.notices import load_notice, notice_annotations
from store.read.queue import count_queue, next_in_queue, numbers_in_queue, queue_page
from store.read.suspects import last_look, listed_suspects, open_suspects, suspect_stats, weigher
from store.write.record import record
from store.write.suspects import put_suspects

ME = current_reviewer()
SENTENCE = "副县长林知远出席会议。"
SUSPECTS = QueueFilter(suspects="any", sort="suspects")


def seen(database, layer=ME):
    """The open suspects of a layer, by rank: what each is about and its first reason."""
    return [
        (
            each.doc,
            each.suspect.label,
            each.suspect.start,
            each.suspect.annotation is None,
            each.suspect.reasons[0].form,
        )
        for each in listed_suspects(database.connection, layer)
    ]


def names_tagged(database, annotator=ME, count=8):
    """Notices in each of which the name is tagged, but one where it has another label, and one where it has none."""
    for at in range(count):
        raw = f"第{at}号通知。\n{SENTENCE}\n"
        number = stored_notice(database, raw, f"page-{at}")
        start = raw.index("副县长")
        label = "DATE" if at == 2 else "OFFICIAL"
        if at != 5:
            add_annotation(database, annotator, number, annotation_of(raw, start, start + 6, label, annotator))
        set_review(database, annotator, number, Review(annotator, "done", None, now()))


def test_the_same_text_tagged_otherwise_elsewhere_or_not_at_all_is_found(database):
    names_tagged(database)
    look = look_again(database, ME, models=False)
    assert (look.notices, look.layers, look.suspects, look.kinds) == (8, 8, 2, {"elsewhere": 2})
    assert seen(database) == [("page-2", "DATE", 7, False, "label"), ("page-5", "OFFICIAL", 7, True, "missing")]
    (wrong_label, missing) = [each.suspect for each in listed_suspects(database.connection)]
    assert (wrong_label.reasons[0].right, wrong_label.reasons[0].of) == (6, 6)
    assert (missing.reasons[0].right, missing.reasons[0].of) == (6, 7)
    assert wrong(database) == []
    assert last_look(database.connection) == look


def test_what_a_model_that_has_not_seen_a_notice_finds_otherwise_is_found(database):
    pytest.importorskip("pycrfsuite")
    finished_database(database, ME, finished=30, others=0)
    rows = database.connection.execute("SELECT number FROM notices ORDER BY number").fetchall()
    first, second = (notice_annotations(database.connection, rows[at][0]) for at in (3, 7))
    delete_annotation(database, ME, rows[3][0], first[1])
    moved = replace(second[0], end=second[0].end - 1, text=second[0].text[:-1], updated_at=now())
    change_annotation(database, ME, rows[7][0], second[0], moved)
    look = look_again(database, ME)
    assert look.models == ("TOOL",)
    found = [
        (each.number, each.suspect.start, each.suspect.reasons[0].kind) for each in listed_suspects(database.connection)
    ]
    assert (rows[3][0], first[1].start, "model") in found[:3]
    assert (rows[7][0], second[0].start, "model") in found[:3]
    assert wrong(database) == []


def test_models_are_left_out_where_too_few_notices_are_finished(database):
    pytest.importorskip("pycrfsuite")
    names_tagged(database, count=4)
    assert look_again(database, ME).models == ()


def one(database, layer=ME):
    """A suspect on a tag, and one of a missing one, in a notice of their own."""
    raw = f"通知。\n{SENTENCE}\n"
    number = stored_notice(database, raw, "one")
    item = annotation_of(raw, 0, 2, "DATE", layer)
    add_annotation(database, layer, number, item)
    notice = notice_of(raw).id
    found = [
        Suspect(
            suspect_id(notice, layer, key, label, start, end), layer, key, label, start, end, False,
            (Reason(kind, form, rank, "OFFICIAL"),), rank,
        )
        for key, label, start, end, kind, form, rank in (
            (item.id, "DATE", 0, 2, "model", "label", 0.9), (None, "OFFICIAL", 4, 10, "elsewhere", "missing", 0.8),
        )
    ]  # fmt: skip
    with database.write() as connection:
        put_suspects(connection, number, found, now())
    return raw, number, item, found


def states(database, number, layer=ME):
    """Which suspects of a notice are open, by what they are about."""
    return [each.annotation is None for each in open_suspects(database.connection, number, layer)]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"label": "OFFICIAL"}, "changed"), ({"start": 1, "text": "知"}, "changed"), ({"comment": "看"}, None),
        ({"unsure": True}, None), (None, "deleted"),
    ],
)  # fmt: skip
def test_a_tag_that_is_changed_or_deleted_is_no_suspect_until_that_is_undone(database, change, outcome):
    _, number, item, _ = one(database)
    if change is None:
        delete_annotation(database, ME, number, item)
    else:
        values = (
            {
                "attributes": {
                    "name": None,
                    "title": None,
                    "organisation": None,
                    "organisation_inferred": None,
                    "mention": None,
                }
            }
            if "label" in change
            else {}
        )
        change_annotation(database, ME, number, item, replace(item, **change, **values, updated_at=now()))
    counts = {each.reason: each for each in suspect_stats(database.connection)}["model"]
    assert states(database, number) == ([True] if outcome else [False, True])
    assert [name for name in ("kept", "changed", "deleted", "tagged") if getattr(counts, name)] == (
        [outcome] if outcome else []
    )
    assert numbers_in_queue(database.connection, ME, SUSPECTS) == [number]
    assert numbers_in_queue(database.connection, ME, replace(SUSPECTS, suspects="model")) == (
        [] if outcome else [number]
    )
    undo(database, ME)
    assert states(database, number) == [False, True]
    redo(database, ME)
    assert states(database, number) == ([True] if outcome else [False, True])
    assert wrong(database) == []


def test_what_is_tagged_where_a_tag_was_missing_is_no_suspect(database):
    raw, number, _, _ = one(database)
    add_annotation(database, ME, number, annotation_of(raw, 4, 7, "DATE", ME))
    assert states(database, number) == [False, True]
    add_annotation(database, ME, number, annotation_of(raw, 4, 9, "OFFICIAL", ME))
    assert states(database, number) == [False]
    assert {each.reason: each.tagged for each in suspect_stats(database.connection)}["elsewhere"] == 1
    assert wrong(database) == []


def test_what_is_kept_does_not_come_again_until_that_is_undone(database):
    _, number, _, (on_tag, missing) = one(database)
    keep(database, ME, number, on_tag)
    keep(database, ME, number, missing)
    assert states(database, number) == []
    assert count_queue(database.connection, ME, SUSPECTS) == 0
    nearly = replace(missing, id="nearly", end=missing.end + 1)
    elsewhere = replace(missing, id="elsewhere", start=11, end=13)
    with database.write() as connection:
        there = put_suspects(connection, number, [on_tag, missing, nearly, elsewhere], now())
    assert [each.id for each in there] == ["elsewhere"]
    with pytest.raises(ConflictError, match="kept already"):
        keep(database, ME, number, on_tag)
    assert undo(database, ME).event.action == "keep"
    assert states(database, number) == [True, True]
    undo(database, ME)
    assert states(database, number)[0] is False
    redo(database, ME)
    assert states(database, number) == [True, True]
    with database.write() as connection:
        # Of a tag that has changed since, it comes again.
        other = replace(on_tag, id="other", label="OFFICIAL")
        assert put_suspects(connection, number, [other], now()) == []
    assert wrong(database) == []


def test_who_may_keep_what(database):
    for name, role in (("lin", "reviewer"), ("wu", "adjudicator")):
        add_reviewer(database, ME, name, role)
    _, number, _, (on_tag, missing) = one(database)
    with pytest.raises(RoleError):
        keep(database, "lin", number, on_tag)
    keep(database, "wu", number, on_tag)
    assert states(database, number) == [True]
    others = QueueFilter(suspects="others", sort="suspects")
    assert numbers_in_queue(database.connection, "wu", others) == [number]
    assert numbers_in_queue(database.connection, "lin", others) == []
    assert numbers_in_queue(database.connection, "wu", SUSPECTS) == []
    gold = replace(missing, id="gold", layer=GOLD)
    with database.write() as connection:
        put_suspects(connection, number, [gold], now())
    with pytest.raises(RoleError):
        keep(database, "lin", number, gold)
    keep(database, "wu", number, gold)


def test_gold_is_looked_at_in_the_place_of_layers_and_hidden_notices_not_at_all(database):
    names_tagged(database)
    raw = load_notice(database.connection, 3).notice.raw
    attributes = annotation_of(raw, 0, 1, "DATE").attributes
    with database.write() as connection:
        gold = adjudicated(raw, raw_span(7, 13), "DATE", attributes)
        record(connection, ME, "adjudicate", annotation_change(3, None, gold))
        record(connection, ME, "adjudicate", Change(3, "review", GOLD, None, Review(GOLD, "done", None, now())))
    look_again(database, ME, models=False)
    assert [each[0] for each in seen(database)] == ["page-5"]
    assert seen(database, GOLD) == [("page-2", "DATE", 7, False, "label")]
    hide_suggestions(database, ME, 1.0)
    assert look_again(database, ME, models=False).suspects == 0
    assert seen(database, "") == []
    assert wrong(database) == []


def test_a_rule_that_is_nearly_always_right_and_was_passed_over_or_rejected(database):
    """A hundred suggestions are accepted; then one is left, one rejected, and one rejected and tagged again."""
    for at in range(103):
        raw = f"{at}号。{SENTENCE}"
        number = stored_notice(database, raw, f"page-{at}")
        start = raw.index("副")
        label = default_labels()["OFFICIAL"]
        item = suggested(
            notice_of(raw), raw_span(start, start + 6), label, label.attributes({}), "officials/x@1", 0.9, now()
        )
        with database.write() as connection:
            record(connection, ME, "suggest", annotation_change(number, None, item))
        if at != 100:
            decision = decided(item, ME, "rejected" if at > 100 else "accepted")
            add_annotation(database, ME, number, decision)
        if at == 102:
            add_annotations(database, ME, number, [replace(annotation_of(raw, start, start + 6, "OFFICIAL", ME))])
        set_review(database, ME, number, Review(ME, "done", None, now()))
    look_again(database, ME, models=False)
    forms = {
        each.doc: {reason.form for reason in each.suspect.reasons if reason.kind == "rules"}
        for each in listed_suspects(database.connection)
    }
    assert forms["page-100"] == {"undecided"}
    assert forms["page-101"] == {"rejected"}
    assert forms["page-102"] == {"twin"}
    assert wrong(database) == []


def test_what_reviewers_did_tells_how_far_a_reason_is_believed(database):
    """Nothing is known at first; after many that were kept the same strength says less."""
    strong = Reason("model", "label", 0.9, "DATE")
    assert weigher(database.connection)(strong) == pytest.approx(Curve()(0.9))
    for at in range(40):
        raw = f"第{at}号通知。"
        number = stored_notice(database, raw, f"page-{at}")
        item = annotation_of(raw, 0, 2, "DATE", ME)
        add_annotation(database, ME, number, item)
        suspect = Suspect(f"s{at}", ME, item.id, "DATE", 0, 2, False, (strong,), 0.9)
        with database.write() as connection:
            put_suspects(connection, number, [suspect], now())
        keep(database, ME, number, suspect)
    assert weigher(database.connection)(strong) < 0.4
    assert suspect_stats(database.connection)[0].right == 0


def test_a_look_that_ends_before_its_time_leaves_all_whole_and_the_next_one_goes_on(database, monkeypatch):
    names_tagged(database)
    monkeypatch.setattr(second_look, "_AT_ONCE", 2)

    def stop(done):
        if done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look_again(database, ME, models=False, steps=Steps(progress=stop))
    assert [each[0] for each in seen(database)] == ["page-2"]
    assert last_look(database.connection) is None
    assert wrong(database) == []
    # Nobody is locked out by that.
    assert look_again(database, ME, models=False).suspects == 2
    assert [each[0] for each in seen(database)] == ["page-2", "page-5"]


def test_another_look_takes_the_place_of_the_last_one(database):
    names_tagged(database)
    look_again(database, ME, models=False)
    set_review(database, ME, 3, Review(ME, "open", None, now()))
    look_again(database, ME, models=False)
    assert [each[0] for each in seen(database)] == ["page-5"]
    assert wrong(database) == []


@hypothesis.settings(max_examples=20, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(
    st.lists(st.tuples(st.sampled_from([0.5, 0.6, 0.7]), st.sampled_from(["lin", "wu"])), min_size=1, max_size=12),
    st.sets(st.integers(0, 11)),
    st.sampled_from([0, 1_024]),
)
def test_pages_by_rank_are_those_of_all_ranks_sorted(tmp_path_factory, empty_database, ranks, done, few):
    """Forwards and back, from any notice, also from one whose suspects were settled; few are looked up and sorted."""
    path = shutil.copy(empty_database, tmp_path_factory.mktemp("ranks") / "ranks.db")
    with open_database(path) as database, pytest.MonkeyPatch.context() as patch:
        patch.setattr(suspects, "_FEW", few)
        by_notice = {}
        for at, (rank, layer) in enumerate(ranks):
            raw = f"第{at}号通知。"
            number = stored_notice(database, raw, f"page-{at}")
            item = annotation_of(raw, 0, 2, "DATE", layer)
            add_annotation(database, layer, number, item)
            suspect = Suspect(
                f"s{at}", layer, item.id, "DATE", 0, 2, False, (Reason("model", "label", rank, ""),), rank
            )
            with database.write() as connection:
                put_suspects(connection, number, [suspect], now())
            if at in done:
                delete_annotation(database, layer, number, item)
            elif layer == "lin":
                by_notice[number] = rank
        wanted = sorted(by_notice, key=lambda number: (-by_notice[number], number))
        assert numbers_in_queue(database.connection, "lin", SUSPECTS) == wanted
        page = queue_page(database.connection, "lin", SUSPECTS, limit=3)
        walked = [row.number for row in page.rows]
        while page.next is not None:
            page = queue_page(database.connection, "lin", SUSPECTS, page.next, limit=3)
            walked += [row.number for row in page.rows]
        assert walked == wanted
        back = queue_page(database.connection, "lin", SUSPECTS, last=True, limit=3)
        walked = [row.number for row in back.rows]
        while back.previous is not None:
            back = queue_page(database.connection, "lin", SUSPECTS, before=back.previous, limit=3)
            walked = [row.number for row in back.rows] + walked
        assert walked == wanted
        settled = {at + 1: rank for at, (rank, layer) in enumerate(ranks) if layer == "lin"}
        for number, rank in settled.items():
            behind = [each for each in wanted if (-by_notice[each], each) > (-rank, number)]
            assert next_in_queue(database.connection, "lin", SUSPECTS, number, 1) == next(iter(behind), None)
        assert wrong(database) == []


def test_parts_hold_near_copies_together_and_all_of_them_are_used():
    assert {unseen.part_of(f"{at:08x}") for at in range(100)} == set(range(unseen.PARTS))


def test_a_damaged_reason_is_left_out(database):
    number = stored_notice(database, SENTENCE, "page")
    lawful = Reason("model", "missing", 0.9, "OFFICIAL", "林知远")
    found = Suspect("a", ME, None, "OFFICIAL", 3, 6, False, (Reason("rules", "edges", 0.9, "", ""), lawful), 0.9)
    with database.write() as connection:
        put_suspects(connection, number, [found], now())
        (suspect,) = open_suspects(connection, number, ME)
        assert suspect.reasons == (lawful,)
        assert sentence(lawful, "OFFICIAL", str)
        connection.execute("UPDATE suspects SET reasons = '[{]'")
        assert open_suspects(connection, number, ME)[0].reasons == ()
