"""The review screen: what its keys make of annotations and suggestions, and what is told."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, head, said

from annotations.annotation import Review, now
from annotations.spans import raw_span
from store.edits.annotate import add_annotation
from store.edits.assign import assign
from store.edits.review import set_review, set_reviews
from store.index.filters import QueueFilter
from store.log.events import annotation_change
from store.read.notices import notice_annotations, notice_reviews
from store.write.record import record

HOSTILE = "\x1b[2J\x1b]0;owned\x07[/b][@click=app.quit]x[/]\u202e\u2028"


def suggest(database, number, *spans, label="DATE"):
    """Suggestions of a rule on raw spans."""
    made = [
        replace(annotation_of(RAW, *span, label), annotator=None, status="suggested", suggested_by="hand 1", score=0.5)
        for span in spans
    ]
    with database.write() as connection:
        for item in made:
            record(connection, "hand", "import", annotation_change(number, None, item))
    return made


def own(database, number=1):
    return [item for item in notice_annotations(database.connection, number) if item.annotator == "lin"]


@pytest.fixture
def number(database):
    return stored_notice(database)


async def test_accept_goes_to_the_next_suggestion_and_says_when_none_is_left(database, number):
    first, second = suggest(database, number, (0, 3), (17, 19))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "2 to accept" in said(app)
        await pilot.press("a")
        await idle(pilot)
        assert "accepted: DATE" in said(app)
        assert app.screen.desk.model.current == second
        await pilot.press("a")
        await idle(pilot)
        assert "no suggestion is left: m marks the notice done" in said(app)
        await pilot.press("a")
        await idle(pilot)
        assert "no suggestion is left" in said(app)
    assert [(item.id, item.status) for item in own(database)] == [
        (f"{first.id}.lin", "accepted"),
        (f"{second.id}.lin", "accepted"),
    ]
    assert [item for item in notice_annotations(database.connection, number) if item.annotator is None] == [
        first,
        second,
    ]


async def test_a_rejected_suggestion_is_gone_and_undo_brings_it_back(database, number):
    [suggestion] = suggest(database, number, (0, 3))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("x")
        await idle(pilot)
        assert app.screen.desk.model.items == []
        assert [(item.id, item.status) for item in own(database)] == [(f"{suggestion.id}.lin", "rejected")]
        await pilot.press("u")
        await idle(pilot)
        assert "undone: reject DATE" in said(app)
        assert app.screen.desk.model.items == [suggestion]
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert "redone: reject DATE" in said(app)
        assert app.screen.desk.model.items == []


async def test_whoever_changes_a_suggestion_accepts_what_it_becomes(database, number):
    suggestions = suggest(database, number, (0, 3), (12, 14), (17, 19))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("greater_than_sign")
        await idle(pilot)
        assert "accepted, end moved: DATE" in said(app)
        await pilot.press("n", "2")
        await idle(pilot)
        assert "accepted, relabelled: OFFICIAL" in said(app)
        await pilot.press("n", "U")
        await idle(pilot)
        assert "accepted, unsure: DATE" in said(app)
    made = {item.id: item for item in own(database)}
    assert {item.status for item in made.values()} == {"accepted"}
    first, second, third = (made[f"{item.id}.lin"] for item in suggestions)
    assert (first.text, first.label) == (RAW[0:4], "DATE")
    assert (second.text, second.label) == (RAW[12:14], "OFFICIAL")
    assert third.unsure


async def test_the_form_of_a_suggestion_accepts_it_as_it_is_or_with_changes(database, number):
    first, second = suggest(database, number, (0, 3), (17, 19))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("n", "e")
        await idle(pilot)
        assert "enter accept" in app.screen.query_one("#form-keys").render_line(0).text
        await pilot.press("enter")
        await idle(pilot)
        assert "accepted as it is: DATE" in said(app)
        await pilot.press("n", "e", *"2023", "enter")
        await idle(pilot)
        assert "it is 2021-09-26" in app.screen.query_one("#form-hint").text
        await pilot.press(*"-04-30", "enter")
        await idle(pilot)
        assert "accepted with changes: DATE" in said(app)
        await pilot.press("e")
        await idle(pilot)
        assert "enter save" in app.screen.query_one("#form-keys").render_line(0).text
        await pilot.press("enter")
        await idle(pilot)
        assert "nothing was changed: DATE" in said(app)
    assert [(item.id, item.status, item.attributes["iso"]) for item in own(database)] == [
        (f"{first.id}.lin", "accepted", "2023-04-30"),
        (f"{second.id}.lin", "accepted", None),
    ]


async def test_a_comment_on_a_suggestion_says_that_it_accepts_it(database, number):
    (item,) = suggest(database, number, (0, 3))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("n", "c")
        await idle(pilot)
        assert "a comment accepts the suggestion" in "".join(
            strip.text for strip in app.screen._compositor.render_strips()
        )
        await pilot.press("enter")
        await idle(pilot)
        assert own(database) == []
        await pilot.press("c", *"看一下", "enter")
        await idle(pilot)
        assert "accepted, commented: DATE" in said(app)
    assert [(each.id, each.status, each.comment) for each in own(database)] == [
        (f"{item.id}.lin", "accepted", "看一下")
    ]


async def test_a_value_that_somebody_set_stays_when_an_edge_moves(database, number):
    at = RAW.index("4月底")
    item = replace(annotation_of(RAW, at, at + 3), attributes={**annotation_of(RAW, 0, 1).attributes, "part": "PM"})
    add_annotation(database, "lin", number, item)
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("n", "greater_than_sign")
        await idle(pilot)
    [after] = own(database)
    assert after.text == "4月底前"
    assert after.attributes["part"] == "PM"


async def test_a_hit_of_a_search_is_tagged_without_a_selection(database, number):
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("slash", *"林知远", "enter")
        await idle(pilot)
        assert "1 of 1: 林知远" in said(app)
        await pilot.press("2")
        await idle(pilot)
        assert [(item.label, item.text) for item in own(database)] == [("OFFICIAL", "林知远")]
        await pilot.press("3")
        await idle(pilot)
        assert [(item.label, item.text) for item in own(database)] == [("DATE", "林知远")]


async def test_the_notice_is_commented_flagged_and_opened_again(database, number):
    stored_notice(database, RAW + "第二页\n", "other")
    app = app_on(database, number)

    def reviews():
        return [(each.status, each.comment) for each in notice_reviews(database.connection, number)]

    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("c", *"缺附件", "enter")
        await idle(pilot)
        assert reviews() == [("open", "缺附件")]
        await pilot.press("m")
        await idle(pilot)
        assert app.screen.notice == 2
        assert reviews() == [("done", "缺附件")]
        await pilot.press("K", "f", "tab", "tab", "enter")
        await idle(pilot)
        assert reviews()[0][0] in ("skipped", "open")


async def test_the_next_notice_is_that_of_the_queue_the_reviewer_came_from(database, number):
    others = [stored_notice(database, RAW + f"第{page}页\n", f"page-{page}") for page in range(2, 6)]
    set_reviews(database, "lin", [others[0], others[2]], "flagged")
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        app.open_notice(others[0], QueueFilter(status="flagged"))
        await idle(pilot)
        await pilot.press("J")
        await idle(pilot)
        assert app.screen.notice == others[2]
        await pilot.press("J")
        await idle(pilot)
        assert "this is the last notice" in said(app)
        await pilot.press("K")
        await idle(pilot)
        assert app.screen.notice == others[0]
        await pilot.press("m")
        await idle(pilot)
        assert app.screen.notice == others[2]


async def test_what_cannot_be_copied_to_a_file_goes_to_the_terminal_alone(database, number, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tui.terminal.clipboard.copied_path", lambda: tmp_path / "file" / "copied.txt")
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l", "y")
        await idle(pilot)
        assert "copied 2 characters" in said(app)
        assert app.clipboard == RAW[:2]
        monkeypatch.setattr("tui.terminal.clipboard.MOST_BY_TERMINAL", 3)
        await pilot.press("y")
        await idle(pilot)
        assert "not copied" in said(app)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_hostile_comments_reviewers_and_rules_reach_no_line(database, size):
    raw = f"标题{HOSTILE}\n{RAW}"
    number = stored_notice(database, raw, HOSTILE.replace("\x07", ""))
    item = replace(
        annotation_of(raw, 0, 12), comment=HOSTILE, attributes={**annotation_of(raw, 0, 1).attributes, "iso": None}
    )
    add_annotation(database, "lin", number, item)
    made = replace(annotation_of(raw, 3, 9), annotator=None, status="suggested", suggested_by=HOSTILE)
    with database.write() as connection:
        record(connection, "hand", "import", annotation_change(number, None, made))
    app = app_on(database, number)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        for keys in (["n"], ["a"], ["u"], ["i"], ["y"], ["slash", *"标题", "enter"], ["c", "escape"], ["e", "escape"]):
            await pilot.press(*keys)
            await idle(pilot)
            for strip in app.screen._compositor.render_strips():
                text = "".join(segment.text for segment in strip)
                assert not set(text) & {"\x1b", "\x07", "\u202e", "\u2028"}
        assert head(app).rstrip().endswith("saved ✓")


async def test_all_suggestions_of_a_rule_are_decided_in_one_step_and_taken_back_in_one(database, number):
    suggest(database, number, (0, 3), (17, 19), (20, 22))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("X")
        await idle(pilot)
        assert "reject 3 of hand 1: X again rejects them" in said(app)
        # Another key between the two presses, and another act, ask anew.
        await pilot.press("A")
        await idle(pilot)
        assert "accept 3 of hand 1: A again takes them" in said(app)
        await pilot.press("l", "X")
        await idle(pilot)
        assert own(database) == []
        await pilot.press("X")
        await idle(pilot)
        assert "rejected: 3 of hand 1; u takes them back" in said(app)
        assert app.screen.desk.model.suggestions == []
        assert {item.status for item in own(database)} == {"rejected"}
        await pilot.press("u")
        await idle(pilot)
        assert len(app.screen.desk.model.suggestions) == 3
        assert own(database) == []
        await pilot.press("A", "A")
        await idle(pilot)
        assert {item.status for item in own(database)} == {"accepted"}
        await pilot.press("A")
        await idle(pilot)
        assert "no suggestion" in said(app)


async def test_a_tag_on_what_is_suggested_there_accepts_it(database, number):
    (item,) = suggest(database, number, (0, 3))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l", "l", "3")
        await idle(pilot)
    assert [(each.id, each.status) for each in own(database)] == [(f"{item.id}.lin", "accepted")]


async def test_undo_of_an_assignment_leaves_the_review_of_the_notice_alone(database, number):
    set_review(database, "lin", number, Review("lin", "flagged", "看不清", now()))
    assign(database, "lin", [number], "lin")
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("u")
        await idle(pilot)
        assert "undone: assign to lin" in said(app)
        assert "⚑" in head(app)
        assert (app.screen.desk.review, app.screen.desk.comment) == ("flagged", "看不清")


@pytest.mark.parametrize(
    ("keys", "done"),
    [
        (["3"], "relabelled: DATE “江县”"),
        (["e", "shift+tab", *"看一下", "enter"], "changed: OFFICIAL “江县”"),
        (["U"], "unsure: OFFICIAL “江县”"),
        (["c", *"看一下", "enter"], "commented: OFFICIAL “江县”"),
    ],
)
async def test_what_the_guideline_has_against_a_change_is_said_before_what_was_done(database, number, keys, done):
    for item in (annotation_of(RAW, 0, 2), annotation_of(RAW, 0, 2, "OFFICIAL"), annotation_of(RAW, 1, 3, "OFFICIAL")):
        add_annotation(database, "lin", number, item)
    app = app_on(database, number)
    async with app.run_test(size=(140, 40)) as pilot:
        await idle(pilot)
        model = app.screen.desk.model
        app.screen.desk.go_to(next(item for item in model.items if item.start == 1))
        await pilot.press(*keys)
        await idle(pilot)
        label = done.partition(": ")[2].split()[0]
        assert f" it overlaps another {label}, “临江”; {done} " in said(app)


async def test_a_place_in_the_other_copy_that_is_tagged_already_is_not_said_to_be_tagged_now(database, monkeypatch):
    raw = "4月底前完成。\n4月底前完成。\n"
    number = stored_notice(database, raw)
    for start in (0, 8):
        add_annotation(database, "lin", number, annotation_of(raw, start, start + 3))
    monkeypatch.setattr("annotations.locate.finding.Finder.in_copy", lambda *_: raw_span(8, 11))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("n", "D")
        await idle(pilot)
        assert "this is DATE already" in said(app)
        assert app.screen.desk.model.current.start == 8


async def test_moves_of_the_edges_of_one_span_are_one_step_of_undo(database, number):
    suggest(database, number, (0, 3), (12, 14))
    app = app_on(database, number)
    async with app.run_test(size=(120, 40)) as pilot:

        async def press(*keys):
            await pilot.press(*keys)
            await idle(pilot)
            model = app.screen.desk.model
            assert [item for item in own(database) if item.status != "rejected"] == model.own
            return said(app)

        def ends():
            return [(item.start, item.end) for item in app.screen.desk.model.own]

        await idle(pilot)
        await press(*["greater_than_sign"] * 3, "right_square_bracket")
        assert ends() == [(1, 6)]
        assert "undone: accept DATE" in await press("u")
        assert ends() == []
        assert "redone: accept DATE" in await press("ctrl+r")
        assert ends() == [(1, 6)]
        # Another change between two moves parts them, and so does another span.
        await press("less_than_sign", "less_than_sign", "U", "greater_than_sign")
        await press("n", "less_than_sign")
        assert ends() == [(1, 5), (12, 13)]
        assert "undone: accept DATE" in await press("u")
        said_last = await press("u")
        assert "undone: change DATE" in said_last
        assert "more" not in said_last
        assert ends() == [(1, 4)]
        await press("u", "u")
        assert ends() == [(1, 6)]
        assert "redone: change DATE" in await press("ctrl+r")
        assert ends() == [(1, 4)]
