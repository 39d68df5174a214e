"""The list of annotations: one a row, as wide as the list, whatever the quotes and values say."""

from __future__ import annotations

import pytest
from making import RAW, annotation_of
from msgspec.structs import replace
from textual import on
from textual.app import App

from annotations.labels import default_labels
from tui.widgets.annotation_list import AnnotationList, AnnotationRow

HOSTILE = "\x1b[2J[/b][@click=app.quit]x[/]\u202e"


class ListApp(App[None]):
    """A list of the given rows."""

    def __init__(self, rows, current=None, cursor=0):
        super().__init__()
        self.rows = rows
        self.current = current
        self.cursor = cursor
        self.chosen = []

    def compose(self):
        yield AnnotationList(default_labels())

    def on_mount(self):
        self.query_one(AnnotationList).show(self.rows, self.current, self.cursor, "nothing yet")

    @on(AnnotationList.Chosen)
    def take(self, message):
        self.chosen.append(message.annotation_id)


def row(quote="临江县", **changes):
    return AnnotationRow(replace(annotation_of(RAW, 0, 3), **changes), quote)


@pytest.mark.parametrize("size", [(120, 10), (80, 10), (20, 5)])
async def test_every_row_is_as_wide_as_the_list_and_safe(size):
    rows = [
        row("临" * 200),
        row(HOSTILE, attributes={"iso": HOSTILE}),
        row(annotator=None, status="suggested", suggested_by=HOSTILE * 5, score=0.5),
        row(label="NOSUCH"),
    ]
    app = ListApp(rows)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = app.query_one(AnnotationList)
        for y in range(4):
            strip = shown.render_line(y)
            assert strip.cell_length == shown.size.width
            assert not set(strip.text) & {"\x1b", "\u202e"}


async def test_a_row_tells_value_gap_suggestion_and_doubt():
    rows = [
        row(attributes={"iso": "2023-04-12", "approx": True}),
        row(),
        row(annotator=None, status="suggested", suggested_by="dates/day@7"),
        row(unsure=True),
        row(annotator=None, status="suggested", suggested_by="dates/day@7", score=0.925),
        row(comment="看照片"),
    ]
    app = ListApp(rows)
    async with app.run_test(size=(120, 10)) as pilot:
        await pilot.pause()
        texts = [app.query_one(AnnotationList).render_line(y).text for y in range(6)]
    assert "2023-04-12 · approx" in texts[0]
    assert "▁▁▁" in texts[1]
    assert texts[1].rstrip().endswith("▁▁▁")
    assert texts[2].lstrip().startswith("D?")
    assert texts[2].rstrip().endswith(" day")
    assert texts[3].startswith("  D   ? 临江县")
    assert texts[4].rstrip().endswith((" day 0.93", " day 0.92"))
    assert "▁▁▁ · “看照片”" in texts[5]
    assert texts[5].startswith("  D   “ 临江县")


REQUIREMENT = {"addressee": "各乡镇", "cue": "要", "modality": "must", "deadline": "2023-04-30", "item": "二"}
OFFICIAL = {
    "name": "林知远", "title": "副县长", "organisation": None, "organisation_inferred": "临江县", "mention": "full",
}  # fmt: skip
DATE = {"iso": "2023-04-30", "part": None, "mod": "before", "role": None, "approx": None}


@pytest.mark.parametrize(("width", "cut"), [(120, False), (80, True)])
async def test_what_decides_first_stands_first_and_what_was_inferred_in_brackets(width, cut):
    rows = [
        row(label="REQUIREMENT", attributes=REQUIREMENT, unsure=True, comment="看照片"),
        row(label="OFFICIAL", attributes=OFFICIAL, annotator=None, suggested_by="officials/title-name@1", score=0.9),
        row(attributes=DATE, annotator=None, suggested_by="learned/DATE@1", score=0.5),
        AnnotationRow(annotation_of(RAW, 0, 3), "临江县", is_contested=True),
    ]
    app = ListApp(rows)
    async with app.run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        shown = app.query_one(AnnotationList)
        texts = [shown.render_line(y).text for y in range(4)]
        assert all(shown.render_line(y).cell_length == shown.size.width for y in range(4))
    assert "2023-04-30 · must · " + ("…" if cut else "各乡镇 · 二 · 要 ·…") in texts[0]
    assert ("林知远 · 副县长" if cut else "林知远 · 副县长 · (临江县) · full") in texts[1]
    assert "2023-04-30 · before" in texts[2]
    # Signs have a column of their own, as wide as they need.
    assert [text[6:9] for text in texts] == ["?“ ", "   ", "   ", "≠  "]
    assert [text[9:12] for text in texts] == ["临江县"] * 4
    assert [text.split()[-2:] for text in texts[1:3]] == [["title-name", "0.90"], ["learned", "0.50"]]


async def test_a_column_of_signs_that_nothing_needs_takes_no_room():
    app = ListApp([row(), row()])
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert app.query_one(AnnotationList).render_line(0).text.startswith("  D   临江县")


async def test_the_current_row_is_marked_brought_into_sight_and_a_click_chooses():
    rows = [row() for _ in range(40)]
    app = ListApp(rows, rows[30][0].id)
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        shown = app.query_one(AnnotationList)
        texts = [shown.render_line(y).text for y in range(shown.size.height)]
        assert sum(text.startswith("▌") for text in texts) == 1
        await pilot.click(AnnotationList, offset=(5, 0))
        assert app.chosen == [rows[shown.scroll_offset.y][0].id]


async def test_the_list_follows_the_cursor_where_it_is_in_no_annotation():
    rows = [row(f"{at}", start=10 * at, end=10 * at + 3) for at in range(40)]
    app = ListApp(rows)
    async with app.run_test(size=(80, 10)) as pilot:
        shown = app.query_one(AnnotationList)
        for cursor, seen in ((395, 39), (0, 0), (158, 15), (9_999, 39)):
            shown.show(rows, None, cursor, "")
            await pilot.pause()
            top = shown.scroll_offset.y
            assert top <= seen < top + shown.size.height
        # Another notice begins at its top, whatever was in sight of the one before.
        shown.show([row("甲"), *(row("乙", start=500) for _ in range(30))], None, 0, "")
        await pilot.pause()
        assert shown.scroll_offset.y == 0


async def test_an_empty_list_says_what_to_do():
    app = ListApp([])
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert "nothing yet" in app.query_one(AnnotationList).render_line(0).text


async def test_the_text_of_an_empty_list_stands_on_the_ground_of_the_list():
    app = ListApp([])
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        shown = app.query_one(AnnotationList)
        [told] = shown.render_line(0)
        assert told.text.strip() == "nothing yet"
        assert told.style.bgcolor is not None
        assert told.style.bgcolor == shown.rich_style.bgcolor
