"""Versions beside each other: as wide and as high as their room, whatever they say."""

from __future__ import annotations

import pytest
from idle import idle
from textual import on
from textual.app import App

from tui.adjudicate.versions import Place, Version, Versions
from tui.terminal.display import visible
from tui.terminal.width import cells
from tui.widgets.difference_list import DifferenceList, DifferenceRow
from tui.widgets.pane_paint import PaneSpan

from annotations.labels import default_labels  # isort: skip

TEXT = "会议召开。各镇要在月底前完成排查,村干部要逐户登记。"
HOSTILE = "\x1b[2J[/b][@click=app.quit]x[/]\u202e\n"
AT = TEXT.index("月底")


def version(name, start=AT, end=AT + 3, value="2023", same=""):
    return Version(((f"{name} ", "strong"),), (PaneSpan(start, end, "blue", "D"),), (start, end),
                   ((("D  ", "blue text"), (value, "plain")),), same)  # fmt: skip


NOTHING = Version((("zhao", "strong"),), (), None, ())


class VersionsApp(App[None]):
    def __init__(self, versions, text=TEXT):
        super().__init__()
        self.versions = versions
        self.text = text
        self.pressed = []

    def compose(self):
        yield Versions()

    def on_mount(self):
        self.query_one(Versions).show(Place(self.text, (AT, AT + 3), (AT, AT + 3), AT), tuple(self.versions))

    @on(Versions.Pressed)
    def take(self, message):
        self.pressed.append(message.index)


def lines(app):
    widget = app.query_one(Versions)
    return [widget.render_line(y).text for y in range(widget.size.height)]


@pytest.mark.parametrize("size", [(80, 12), (40, 12), (22, 3), (5, 2), (120, 30)])
@pytest.mark.parametrize("count", [1, 2, 3, 9, 12])
async def test_each_row_is_as_wide_as_the_widget(size, count):
    app = VersionsApp([version(f"li{n}") for n in range(count - 1)] + [NOTHING, version("gold")])
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        assert {cells(row) for row in lines(app)} == {size[0]}


async def test_columns_stand_side_by_side_with_the_same_rows():
    app = VersionsApp([version("li"), version("wang", AT, AT + 4), NOTHING])
    async with app.run_test(size=(90, 12)) as pilot:
        await idle(pilot)
        rows = lines(app)
        assert [part.strip(" ─") for part in rows[0].split("│")] == ["li", "wang", "zhao"]
        assert rows[1].startswith("D  各镇要在月底前完成排查")
        assert rows[1].count("各镇要在月底前完成") == 3


async def test_where_columns_have_no_room_versions_stand_below_each_other():
    app = VersionsApp([version("li"), version("wang", same="1 li"), NOTHING, version("gold")])
    async with app.run_test(size=(60, 12)) as pilot:
        await idle(pilot)
        rows = [row.rstrip() for row in lines(app)]
        assert rows[0] == " li   D  2023"
        assert "月底前" in rows[1]
        assert rows[2] == " wang   as 1 li"
        assert rows[3] == " zhao  —"
        assert rows[4].startswith(" gold")


async def test_what_has_no_room_at_all_is_counted():
    app = VersionsApp([version(f"li{n}", value=str(n)) for n in range(9)])
    async with app.run_test(size=(60, 4)) as pilot:
        await idle(pilot)
        assert "more: a larger window shows all" in lines(app)[-1]


@pytest.mark.parametrize("size", [(90, 12), (40, 12)], ids=["columns", "below each other"])
async def test_hostile_names_values_and_texts_are_made_safe(size):
    app = VersionsApp([version(HOSTILE, 0, 3, HOSTILE), version("gold", 0, 3)], HOSTILE * 4 + TEXT)
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        for row in lines(app):
            assert row == visible(row)


async def test_only_rows_that_change_are_drawn_again(monkeypatch):
    app = VersionsApp([version("li"), version("gold")])
    async with app.run_test(size=(80, 12)) as pilot:
        await idle(pilot)
        widget, drawn = app.query_one(Versions), []
        monkeypatch.setattr(widget, "refresh", lambda *regions, **_: drawn.extend(regions))
        other = version("gold", value="2024")
        widget.show(Place(TEXT, (AT, AT + 3), (AT, AT + 3), AT), (version("li"), other))
        assert [region.height for region in drawn] == [1]


async def test_a_click_tells_the_version_in_columns_and_below_each_other():
    app = VersionsApp([version("li"), version("wang", AT, AT + 4), version("gold")])
    async with app.run_test(size=(90, 12)) as pilot:
        await idle(pilot)
        await pilot.click(Versions, offset=(45, 2))
        await pilot.resize_terminal(40, 12)
        await idle(pilot)
        await pilot.click(Versions, offset=(5, 1))
        assert app.pressed == [1, 0]


class DifferencesApp(App[None]):
    def __init__(self, rows):
        super().__init__()
        self.rows = rows
        self.chosen = []

    def compose(self):
        yield DifferenceList(default_labels())

    def on_mount(self):
        self.query_one(DifferenceList).show(self.rows, 1, "nothing")

    @on(DifferenceList.Chosen)
    def take(self, message):
        self.chosen.append(message.index)


def row(sign="≠", quote="临江县", remark="li, wang"):
    return DifferenceRow(sign, "edge", "warn", ("DATE", "UNKNOWN"), quote, remark)


@pytest.mark.parametrize("size", [(120, 6), (60, 4), (24, 3), (5, 2)])
async def test_each_difference_is_a_row_as_wide_as_the_list(size):
    app = DifferencesApp([row(), row(quote=HOSTILE * 20, remark=HOSTILE), row(quote="长" * 300)])
    async with app.run_test(size=size) as pilot:
        await idle(pilot)
        widget = app.query_one(DifferenceList)
        for y in range(size[1]):
            text = widget.render_line(y).text
            assert cells(text) == size[0]
            assert text == visible(text)


async def test_the_list_keeps_the_row_at_the_cursor_in_sight_and_a_click_tells_it():
    app = DifferencesApp([row(quote=str(n)) for n in range(50)])
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        widget = app.query_one(DifferenceList)
        widget.show(app.rows, 40, "nothing")
        await idle(pilot)
        shown = [widget.render_line(y).text for y in range(6)]
        at = next(y for y, text in enumerate(shown) if text.startswith("▌"))
        assert " 40 " in shown[at]
        await pilot.click(DifferenceList, offset=(5, at))
        assert app.chosen == [40]


async def test_an_empty_list_says_why():
    app = DifferencesApp([])
    async with app.run_test(size=(60, 6)) as pilot:
        await idle(pilot)
        assert app.query_one(DifferenceList).render_line(0).text.strip() == "nothing"


async def test_values_that_are_too_long_for_a_column_are_broken_between_two():
    values = (("O  ", "green text"), *(part for n in "甲乙丙" for part in ((" · ", "dim"), (n * 7, "dim"))))
    told = Version((("li", "strong"),), (), (AT, AT + 3), ((values[0], *values[2:]),))
    app = VersionsApp([told, told])
    async with app.run_test(size=(60, 12)) as pilot:
        await idle(pilot)
        rows = [row.partition("│")[0].rstrip() for row in lines(app)]
        assert rows[3:6] == ["O  甲甲甲甲甲甲甲", "   乙乙乙乙乙乙乙", "   丙丙丙丙丙丙丙"]
