"""The progress screen: what its tables show, where its keys lead, and that it follows what others do."""

from __future__ import annotations

import pytest
from clock import set_clock
from idle import idle, press, until
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from week import FAST, LEFT, NEW, SLOW, a_week

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation
from store.edits.mute import mute
from store.edits.review import set_review
from store.errors import DamageError
from store.log.seen_layers import load_seen_layers
from store.project.reviewers import current_reviewer
from store.read.disagreements import disagreements, finished_by_two
from store.read.stats import stats
from tui.app import ZhupiApp
from tui.progress import reader as reading
from tui.progress.figures import FigureList
from tui.progress.plot import DayPlot
from tui.progress.screen import ProgressScreen
from tui.queue.screen import QueueScreen
from tui.review.screen import ReviewScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine


@pytest.fixture
def week(database, monkeypatch):
    with monkeypatch.context() as patch:
        a_week(database, lambda moment: set_clock(patch, moment))
    return database


def table(app):
    """The rows of the table that is shown, as they are on the screen."""
    shown = app.screen.query_one("#progress-list", FigureList)
    return ["".join(segment.text for segment in shown.render_line(y)).split() for y in range(shown.size.height)]


def rows(app):
    return [row for row in table(app) if row]


def quoted(example, side):
    """What one side of an example marked."""
    return " + ".join(example.text[start:end] for start, end in example.sides[side].marks)


def text(app, name):
    return app.screen.query_one(f"#progress-{name}", StatusLine).text


def keys(app):
    left, _ = app.screen.query_one(KeyBar).fitting(200)
    return "".join(part for part, _ in left)


async def test_the_tables_show_what_stats_tells_and_rows_lead_to_work(week):  # noqa: PLR0915  # one start of the app
    scored = stats(week).reliability[0]
    mute(week, current_reviewer(), scored.rule, scored.label, muted=True)
    found = stats(week)
    by_name = {one.annotator: one for one in found.reviewers}
    app = ZhupiApp(week)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "P")
        assert isinstance(app.screen, ProgressScreen)
        assert text(app, "summary").startswith(f" {found.reviewed} of {found.notices} notices reviewed")
        everybody, *people = rows(app)
        assert everybody[:4] == ["▌", "all", "people", str(sum(one.done for one in found.reviewers))]
        assert [row[0] for row in people] == [NEW, FAST, SLOW]
        for name, done, minutes, a_notice, *_ in people:
            pace = by_name[name].pace
            assert (done, minutes, a_notice) == (
                str(by_name[name].done), f"{pace.minutes:.1f}", f"{pace.minutes_per_notice:.1f}",
            )  # fmt: skip
        # Figures stand below their heads.
        shown = app.screen.query_one("#progress-list", FigureList)
        row = "".join(segment.text for segment in shown.render_line(1))
        assert len(row.rstrip()) == len(text(app, "heads"))
        # The plot follows the cursor, and turns to minutes.
        assert "all people · 31" in text(app, "summary")
        # The week is long ago, whenever this runs.
        assert "finished a notice in the last 56 days" in app.screen.board.plot.render_line(0).text
        await press(pilot, "j")
        assert f"done by day · {NEW} · 6" in text(app, "summary")
        await press(pilot, "G", "l")
        assert f"active minutes by day · {SLOW}" in text(app, "summary")
        await press(pilot, "enter")
        assert "[2 labels]" in text(app, "tabs")
        assert text(app, "said").startswith(f" {SLOW}: ")
        assert [row[:2] for row in rows(app)][1:] == [["O", "OFFICIAL"], ["D", "DATE"]]
        assert rows(app)[1][2] == str(by_name[SLOW].labels["OFFICIAL"])
        await press(pilot, "l")
        assert text(app, "said").startswith(" all people: ")
        await press(pilot, "tab")
        rule = found.rules[0]
        assert rows(app)[0][1:] == [
            rule.rule, str(rule.suggested), str(rule.open), str(rule.accepted), str(rule.edited), str(rule.rejected),
            f"{rule.acceptance:.0%}",
        ]  # fmt: skip
        # Turned, it tells how far scores can be trusted, and what is muted.
        await press(pilot, "l")
        await until(pilot, lambda: app.screen.board.scores is not None, "the scores are read")
        one, first = found.reliability[0], rows(app)[0]
        assert first[1:6] == [one.rule, one.label, str(one.decisions), f"{one.said:.2f}", f"{one.accepted:.2f}"]
        assert first[-2:] == ["by", "name"]
        assert text(app, "heads").split()[-1] == "muted"
        await press(pilot, "h")
        await press(pilot, "4")
        assert rows(app)[0][:4] == ["▌", "all", "pairs", str(found.agreement.notices)]
        worst = next(row for row in rows(app) if row[:3] == [NEW, "·", FAST])
        assert worst[-2:] == ["0.00", "0.00"]
        await press(pilot, "h")
        assert text(app, "said") == " alpha of units"
        await press(pilot, "5")
        assert "[5 stuck 2]" in text(app, "tabs")
        assert [row[2 if row[0] == "▌" else 1] for row in rows(app)] == ["lease", "flag"]
        assert "enter open" in keys(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen.notice == LEFT
        await press(pilot, "q")
        assert isinstance(app.screen, ProgressScreen)
        await press(pilot, "l", "l")
        assert [row[2] for row in rows(app)] == ["flag"]
        await press(pilot, "l")
        assert rows(app) == [["no", "question", "is", "stuck"]]
        await press(pilot, "l")
        assert rows(app) == [["no", "conflict", "is", "stuck"]]
        # A click on a table shows it, on a row puts the cursor there, once more opens what stands there.
        await pilot.click("#progress-tabs", offset=(3, 0))
        await idle(pilot)
        assert "[1 people]" in text(app, "tabs")
        await pilot.click("#progress-list", offset=(4, 2))
        await idle(pilot)
        assert f"by day · {FAST}" in text(app, "summary")
        await pilot.click("#progress-list", offset=(4, 2))
        await idle(pilot)
        assert "[2 labels]" in text(app, "tabs")
        await press(pilot, "5")
        await press(pilot, "enter", "j", "k", "pagedown", "g", "question_mark")
        assert type(app.screen).__name__ == "HelpScreen"
        await press(pilot, "escape", "q")
        assert isinstance(app.screen, QueueScreen)
        assert app.screen.listing.current == 1


async def test_wide_screens_show_more_and_only_some_may_read_why(week):
    app = ZhupiApp(week)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "P")
        assert text(app, "heads").split()[:3] == ["person", "done", "minutes"]
        assert "rejected" in text(app, "heads")
        assert text(app, "detail-heads").split()[0] == "label"
        await press(pilot, "j")
        detail = app.screen.query_one("#progress-detail", FigureList)
        assert detail.size.height == 3
        official = "".join(segment.text for segment in detail.render_line(1)).split()
        (new,) = (one for one in stats(week).reviewers if one.annotator == NEW)
        assert official[:3] == ["O", "OFFICIAL", str(new.labels["OFFICIAL"])]
        await press(pilot, "5")
        assert any("缺第二页" in row for row in rows(app))
        plot = app.screen.query_one(DayPlot)
        for size in ((60, 18), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await idle(pilot)
            drawn = ["".join(segment.text for segment in plot.render_line(row)) for row in range(plot.size.height)]
            # Rows with an axis, and below them one with dates, which are drawn for no other size.
            assert ["│" in line for line in drawn] == [True] * (len(drawn) - 1) + [False], size
        assert not any("缺第二页" in row for row in rows(app))
        await pilot.resize_terminal(20, 5)
        await idle(pilot)
        assert app.screen.query_one("#progress-list", FigureList).size.height == 2
        assert rows(app)[0][0] == "▌"
    app = ZhupiApp(week, reviewer=SLOW)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "P", "5")
        assert [row[2 if row[0] == "▌" else 1] for row in rows(app)] == ["lease", "flag"]
        assert not any("缺第二页" in row for row in rows(app))
        # Nor what others say where they differ.
        await press(pilot, "6")
        assert " ".join(rows(app)[0]) == "layers are blind: only an adjudicator or an admin sees on what people differ"
        assert text(app, "said").strip() == ""
        await press(pilot, "l", "enter")
        assert isinstance(app.screen, ProgressScreen)


async def test_examples_of_what_people_differ_on_open_at_their_place(week, monkeypatch):  # noqa: PLR0915  # as above
    with week.read() as connection:
        found = disagreements(connection)
        shared = len(finished_by_two(connection))
    edges = next(at for at, each in enumerate(found) if (each.kind, each.labels) == ("edge", ("OFFICIAL",)))
    first, second, *_ = found[edges].examples
    app = ZhupiApp(week)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await press(pilot, "P", "6")
        await until(pilot, lambda: len(rows(app)) == len(found), "the differences are read")
        shown = [row[1:] if row[0] == "▌" else row for row in rows(app)]
        for row, each in zip(shown, found, strict=True):
            what = ["only", "one"] if each.kind == "only" else [each.kind]
            head = [*" / ".join(each.labels).split(), *what, str(each.count), str(each.notices)]
            assert row[: len(head)] == head
        await press(pilot, *["j"] * edges)
        assert f"{quoted(first, 0)} ≠ {quoted(first, 1)}" in " ".join(shown[edges])
        said = text(app, "said")
        assert said.startswith(f" example 1 of {len(found[edges].examples)} · ")
        for at, side in enumerate(first.sides):
            assert f"{side.annotator}: {quoted(first, at)} · " in said
        # Where room is short, digits stand for the other tables; a click finds them all the same.
        await pilot.resize_terminal(60, 20)
        await idle(pilot)
        assert text(app, "tabs").split() == ["1", "2", "3", "4", "5", "[6", "differences]"]
        await pilot.click("#progress-tabs", offset=(6, 0))
        await idle(pilot)
        assert "[2 labels]" in text(app, "tabs")
        await press(pilot, "6")
        await pilot.resize_terminal(120, 40)
        await idle(pilot)
        # The examples go in a circle.
        await press(pilot, "l")
        assert second.title in text(app, "said")
        await press(pilot, "h")
        assert text(app, "said") == said
        assert "enter open" in keys(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)
        assert app.screen.notice == first.number
        assert app.screen.desk.model.hits == [first.span]
        assert app.screen.desk.model.offset == first.span.start
        await press(pilot, "q")
        # The next time the next one is opened.
        await press(pilot, "enter")
        assert app.screen.notice == second.number
        await press(pilot, "q")
        with week.read() as connection:
            seen = load_seen_layers(connection, first.number, app.session.reviewer)
        assert seen is not None
        assert seen.annotators == tuple(sorted(side.annotator for side in first.sides))
        # Names that are hidden elsewhere are not told here.
        app.session.remember(replace(app.session.state, names_hidden=True))
        await press(pilot, "h")
        assert f" · A: {quoted(first, 0)} · B: " in text(app, "said")
        # Where there are too many notices, only the newest are compared, and this is said.
        monkeypatch.setattr(reading, "_MOST_NOTICES", 3)
        monkeypatch.setattr(reading, "FIGURES_DELAY", 0.0)
        monkeypatch.setattr(reading, "_SHARE", 0)
        app.screen._reader.changed()
        await until(pilot, lambda: f"(the newest 3 of {shared} notices)" in text(app, "said"), "some are compared")


async def test_figures_follow_what_others_do_and_nothing_is_said_to_be_nothing(database, monkeypatch, watched):
    monkeypatch.setattr(reading, "FIGURES_DELAY", 0.0)
    monkeypatch.setattr(reading, "_SHARE", 0)
    app = ZhupiApp(database)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        await press(pilot, "P")
        assert rows(app) == [["nobody", "has", "reviewed", "yet"]]
        # What there is no plot of takes one line.
        assert app.screen.board.plot.size.height == 1
        assert "nobody has finished a notice yet" in app.screen.board.plot.render_line(0).text
        for key, told in (
            ("2", "REQUIREMENT"), ("3", "suggestions"), ("4", "finished"), ("5", "stuck"), ("6", "two people"),
        ):  # fmt: skip
            await press(pilot, key)
            assert told in " ".join(rows(app)[0])
        await press(pilot, "1")
        number = stored_notice(database)
        add_annotation(database, "lin", number, annotation_of(RAW, 20, 22))
        set_review(database, "lin", number, Review("lin", "done", None, now()))
        await until(pilot, lambda: any("lin" in row for row in rows(app)), "the figures follow")
        assert rows(app)[1][:2] == ["lin", "1"]
        await until(pilot, lambda: app.screen.board.plot.size.height == 7, "the plot has its place")
        # A name is as hostile as any text.
        add_annotation(database, "[/b]x", number, annotation_of(RAW, 23, 25, annotator="[/b]x"))
        await until(pilot, lambda: any("[/b]x" in row for row in rows(app)), "the figures follow once more")
        # So is the text that people differ on.
        raw = f"{RAW}\x1b[31m[/b]\u202e"
        hostile = stored_notice(database, raw, "hostile")
        for name, end in (("lin", len(raw)), ("[/b]x", len(raw) - 1)):
            add_annotation(database, name, hostile, annotation_of(raw, len(RAW), end, annotator=name))
            set_review(database, name, hostile, Review(name, "done", None, now()))
        await press(pilot, "6")
        await until(pilot, lambda: rows(app)[0][:3] == ["▌", "DATE", "edge"], "the difference is there")
        drawn = " ".join((*rows(app)[0], app.screen.board.said.render_line(0).text))
        assert drawn.count("[/b]") > 1
        assert not set(drawn) & {"\x1b", "\u202e"}


async def test_figures_that_cannot_be_read_are_said(week, monkeypatch):
    def damaged(*_):
        raise DamageError("event 7 of the log is damaged; restore a backup")

    app = ZhupiApp(week)
    async with app.run_test(size=(80, 24)) as pilot:
        await idle(pilot)
        with monkeypatch.context() as patch:
            patch.setattr(reading, "project_progress", damaged)
            await press(pilot, "P")
            assert "event 7 of the log is damaged" in text(app, "said")
        await press(pilot, "q")
        assert isinstance(app.screen, QueueScreen)
