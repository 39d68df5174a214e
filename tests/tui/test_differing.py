"""What merged databases say differently, in the app: counted, shown side by side, decided by one key, found again."""

from __future__ import annotations

import shutil

import pytest
from idle import idle
from making import RAW, annotation_of
from merging import ME, made, merged
from msgspec.structs import replace
from reviewing import app_on, said

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.people import set_role
from store.edits.review import set_review
from store.index.conflicts import conflicts
from store.open import open_database
from store.read.notices import notice_annotations
from tui.app import ZhupiApp
from tui.forms.sides import SideRows
from tui.widgets.text_rows import TextRows


@pytest.fixture
def contested(tmp_path):
    """A database in which li has deleted a date, and flagged the notice, that li elsewhere has moved, and done."""
    path = tmp_path / "one.db"
    with made(path, "li", "wang") as database:
        add_annotation(database, "li", 1, annotation_of(RAW, 3, 6, annotator="li"))
    copy = shutil.copy(path, tmp_path / "copy.db")
    with open_database(path) as database:
        delete_annotation(database, "li", 1, *notice_annotations(database.connection, 1))
        set_review(database, "li", 1, Review("li", "flagged", "\x1b[2J[b]", now()))
    with open_database(copy) as database:
        (item,) = notice_annotations(database.connection, 1)
        moved = replace(item, end=5, text=RAW[3:5], updated_at=now())
        change_annotation(database, "li", 1, item, moved)
        set_review(database, "li", 1, Review("li", "done", None, now()))
    merged(path, copy)
    with open_database(path) as database:
        yield database


def shown_sides(app):
    return ["\n".join(row.text for row in each.query(TextRows)) for each in app.screen.query(SideRows)]


def title(app):
    return str(app.screen.query_one("Vertical").border_title)


async def test_the_owner_decides_what_one_side_has_deleted(contested):
    app = app_on(contested, 1, "li")
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        assert "2 differ elsewhere" in said(app)
        await pilot.press("=")
        await idle(pilot)
        # Below the texts, in place of the list, at every size.
        for size in ((60, 20), (40, 12), (120, 40), (80, 24)):
            await pilot.resize_terminal(*size)
            await idle(pilot)
            box, panes = app.screen.query_one("Vertical").region, app.screen_stack[-2].query_one("#panes").region
            assert (box.width, box.bottom, panes.bottom) == (size[0], size[1], box.y), size
        assert "1 of 2: DATE" in title(app)
        deleted, moved = shown_sides(app) if "nothing" in shown_sides(app)[0] else reversed(shown_sides(app))
        assert "nothing: taken back, or deleted" in deleted
        assert f"DATE 3..5 “{RAW[3:5]}” manual" in moved
        # One side is hostile.
        await pilot.press("n")
        await idle(pilot)
        assert "2 of 2: the review of li" in title(app)
        assert "flagged" in "".join(shown_sides(app))
        await pilot.press("n")
        await idle(pilot)
        await pilot.press(str(1 + next(at for at, each in enumerate(shown_sides(app)) if "3..5" in each)))
        await idle(pilot)
        assert "decided: DATE" in said(app)
        assert "1 yours" in said(app)
        (left,) = conflicts(contested.connection)
        assert left.entity == "review"
        # Whoever takes a decision back has both sides again.
        await pilot.press("u")
        await idle(pilot)
        assert "undone, it differs elsewhere again: decision on" in said(app)
        assert len(list(conflicts(contested.connection))) == 2
        assert len(app.screen.desk.model.contested) == 2
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert "redone: decision on what differs" in said(app)
        assert list(conflicts(contested.connection)) == [left]
        assert len(app.screen.desk.model.contested) == 1
        await pilot.press("=")
        await idle(pilot)
        await pilot.press("enter")
        await idle(pilot)
        assert "decided: the review of li" in said(app)
        assert not list(conflicts(contested.connection))


async def test_others_are_told_only_that_something_differs_and_an_adjudicator_sees_what(contested):
    app = ZhupiApp(contested)
    app.session.reviewer = "wang"
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("f", "e", "enter")
        await idle(pilot)
        assert app.screen.query_one("FilterLine #filter-summary").text.endswith("1 found ")
        await pilot.press("enter")
        await idle(pilot)
        assert "2 differ elsewhere" in said(app)
        await pilot.press("=")
        await idle(pilot)
        assert "they decide it, or an adjudicator" in said(app)
        assert shown_sides(app) == []
        set_role(contested, ME, "wang", "adjudicator")
        await pilot.press("=")
        await idle(pilot)
        assert len(shown_sides(app)) == 2


async def test_where_nothing_differs_the_key_says_so(contested):
    app = app_on(contested, 2, ME)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await pilot.press("=")
        await idle(pilot)
        assert "nothing of this notice differs elsewhere" in said(app)
