"""A form stands where the list is: what it is about stays in sight above it, at every size."""

from __future__ import annotations

import pytest
from idle import idle
from making import annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import app_on, said
from textual.color import Color

from annotations.notice_attributes import NoticeAttribute
from store.edits.annotate import add_annotation
from store.edits.labels import change_labels
from store.project.reviewers import current_reviewer
from store.project.settings import labels_of
from store.read.notices import notice_reviews
from tui.app import ZhupiApp
from tui.forms.form import FormScreen
from tui.terminal.width import cells

QUOTE = "各乡镇要于4月底前完成全部排查,并把问题清单报县水务局汇总后公示"
RAW = (
    "临江县召开河长制工作会\n"
    + "会议要求抓实日常巡查,做好台账登记。\n" * 12
    + f"{QUOTE}。\n"
    + "副县长林知远出席。\n" * 8
)
AT = RAW.index(QUOTE)


def lines(app):
    return ["".join(segment.text for segment in line) for line in app.screen._compositor.render_strips()]


def visible_text(pane):
    rows = [pane.rows[number] for number in pane._view]
    return "".join(pane.rows.source[row.start : row.end] for row in rows if row.kind == "text")


@pytest.fixture
def app(database):
    declared = (NoticeAttribute("topic", "choice", ("水", "大气")), NoticeAttribute("in_force", "date"))
    wanted = replace(labels_of(database), notice=declared)
    change_labels(database, current_reviewer(), wanted, [], [], "labels.toml", lambda _: None)
    number = stored_notice(database, RAW)
    add_annotation(database, "lin", number, annotation_of(RAW, AT, AT + len(QUOTE), "REQUIREMENT"))
    return app_on(database, number)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 12)])
async def test_what_a_form_is_about_stays_in_sight_and_bright_above_it(app, size):
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        view = app.screen.desk.view
        await pilot.press("n")
        await idle(pilot)
        before = lines(app)
        keys = {"e": "esc leave", "c": "enter comment", "T": "enter save for all", "f": "enter flag", "M": "enter save"}
        for key, told in keys.items():
            await pilot.press(key)
            await idle(pilot)
            form = app.screen
            assert isinstance(form, FormScreen)
            box = form.query_one("Vertical")
            assert (box.region.x, box.region.width, box.region.bottom) == (0, size[0], size[1]), key
            assert told in lines(app)[-1] or size[0] == 40, key
            # The texts end where the form begins, and nothing dims them.
            assert view.query_one("#panes").region.bottom == box.region.y, key
            assert form.styles.background == Color(0, 0, 0, 0), key
            for pane in (each for each in view.panes.values() if each.size.height):
                shown = visible_text(pane)
                assert shown[:10] in RAW
                assert QUOTE[: 10 if size[1] == 12 else len(QUOTE)] in shown, (key, pane.id)
            await pilot.press("escape")
            await idle(pilot)
            assert lines(app)[-1] == before[-1], key
            assert "1 yours" in "".join(lines(app)), key


async def test_a_form_keeps_to_its_place_when_the_window_changes(app):
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("n", "e")
        await idle(pilot)
        view = app.screen_stack[0].desk.view
        for size in ((80, 24), (20, 5), (60, 20), (40, 12), (100, 30)):
            await pilot.resize_terminal(*size)
            await idle(pilot)
            # The room of the form is not missing: the terminal is as large as before it was shown.
            assert view.has_class("-tiny") == (size == (20, 5)), size
            box = app.screen.query_one("Vertical")
            assert box.region.bottom == size[1]
            assert box.region.height <= size[1]
            assert all(cells(line) == size[0] for line in lines(app))
        assert visible_text(app.screen_stack[0].desk.pane).count(QUOTE) == 1


async def test_two_forms_one_on_the_other_leave_the_room_that_the_higher_one_needs(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        view = app.screen.desk.view
        one, other = object(), object()
        for form, rows, room in ((one, 9, 9), (other, 4, 9), (one, 0, 4), (other, 0, 0)):
            view.make_room(form, rows)
            assert view.styles.padding.bottom == room
            assert view.has_class("-asked") == bool(room)


async def test_in_the_queue_a_form_stands_below_the_list(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("q")
        await idle(pilot)
        queue = app.screen
        for key, told in {"F": "enter flag", "A": "enter assign"}.items():
            await pilot.press(key)
            await idle(pilot)
            box = app.screen.query_one("Vertical")
            assert told in lines(app)[-1]
            assert queue.listing.notices.region.bottom == box.region.y
            assert any("▌" in line for line in lines(app)[: box.region.y])
            await pilot.press("escape")
            await idle(pilot)
            assert "q quit" in lines(app)[-1]


async def test_what_is_half_typed_survives_ctrl_q_and_is_told(database, tmp_path):
    number = stored_notice(database, RAW)
    path = tmp_path / "drafts.json"

    def app():
        return ZhupiApp(database, reviewer="lin", drafts_path=path)

    async with (here := app()).run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("enter", "c")
        # Typed ahead, as by a script.
        for key in ("半", "句", "话", "ctrl+q"):
            here.simulate_key(key)
        await idle(pilot)
        assert "what you were typing is kept: c goes on with it" in said(here)
        await pilot.press("c")
        await idle(pilot)
        assert here.screen.first.value == "半句话"
        await pilot.press("ctrl+q", "ctrl+q", "ctrl+q")
        await idle(pilot)
    async with (here := app()).run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "what you were typing is kept in “page”" in "".join(lines(here))
        await pilot.press("enter")
        await idle(pilot)
        assert "what you were typing is kept: c goes on with it" in said(here)
        await pilot.press("c")
        await idle(pilot)
        assert "what you were typing is back, esc drops it" in "".join(lines(here))
        await pilot.press("了", "enter")
        await idle(pilot)
        assert [each.comment for each in notice_reviews(database.connection, number)] == ["半句话了"]
        # A form that nobody typed into, or that was left with esc, keeps nothing; nor does one that was answered.
        await pilot.press("c", "ctrl+q")
        await idle(pilot)
        assert "kept" not in said(here)
        await pilot.press("c", "x", "escape", "ctrl+q")
        await idle(pilot)
        # From the queue, the reason of a flag.
        await pilot.press("F", *"why", "ctrl+q")
        await idle(pilot)
        assert "what you were typing is kept" in "".join(lines(here))
        await pilot.press("enter", "f")
        await idle(pilot)
        assert here.screen.first.value == "半句话了why"
        await pilot.press("escape")
        await idle(pilot)
    assert not path.exists()
