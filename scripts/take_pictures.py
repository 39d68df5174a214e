"""Take the pictures of the README and ``docs/`` from the real app, on the bundled sample notices.

Every picture is an SVG that needs no font from elsewhere; look at each after taking it.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
import week
from clock import set_clock
from making import notice_of
from msgspec.structs import replace
from textual.pilot import Pilot

from annotations.annotation import Review, new_id, now, timestamp
from annotations.origins import tagged
from annotations.spans import normalized_span, raw_span
from annotations.suggest import RULES, suggester_of
from annotations.values import read_values
from store.db.database import Database
from store.edits.annotate import add_annotation
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.intake.ingest import ingest
from store.intake.second_look import look_again
from store.intake.sources import read_sources
from store.intake.suggest import suggest_stored
from store.open import open_database
from store.project.presence import announce
from store.project.reviewers import current_reviewer
from store.project.settings import labels_of
from store.read import waiting
from store.read.notices import load_notice, notice_annotations
from store.write.notices import add_notice
from tui.app import ZhupiApp
from tui.forms.conflict import ConflictScreen
from tui.progress import board
from tui.terminal.width import cells

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures"
SAMPLES = ROOT / "store" / "samples"

FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', 'Sarasa Mono SC', monospace"

PAGE = 2
"""Number of the notice in the pictures: Traditional, full of readings, its body repeated before its title."""

TAGGED: tuple[tuple[str, str], ...] = (
    ("DATE", "10月10日上午"),
    ("OFFICIAL", "县政府副县长、县生态环境保护委员会副主任鄢启澜"),
    ("OFFICIAL", "枫澜市生态环境局青笠分局局长储亦农"),
    ("OFFICIAL", "郏明溪"),
    ("REQUIREMENT", "各镇要在10月25日前完成散煤复烧排查,村干部要逐户登记,不得以抽查代替普查"),
    ("DATE", "10月25日前"),
)
"""What a reviewer has tagged in it: label and normalized quote."""


def tag(database: Database, reviewer: str) -> None:
    """Make the annotations of the pictures, as the app would."""
    stored = load_notice(database.connection, PAGE)
    notice, labels = stored.notice, labels_of(database)
    for label, quote in TAGGED:
        at = notice.normalized.index(quote)
        span = notice.alignment.to_raw(normalized_span(at, at + len(quote)))
        values = read_values(labels[label], notice, span, labels.lexicon)
        add_annotation(database, reviewer, stored.number, tagged(notice.raw, span, label, values, reviewer))
    set_review(database, reviewer, 1, Review(reviewer, "done", None, now()))


SCREENS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("queue", ()),
    ("filter", ("f",)),
    ("review", ("j", "enter", "n", "n", "n", "escape", *["h"] * 4, "v", *["l"] * 2)),
    ("suggestions", ("j", "j", "enter", "n")),
    ("search", ("j", "enter", "slash", *"生态", "enter")),
    ("order", ("S",)),
    ("accept-many", ("plus", *["down"] * 3, "enter", "enter", "a", "a", "x", "a", "a")),
    ("everywhere", ("E", *"生态环境局", "enter", "j", "j", "space", "j", "space", "k")),
    ("attributes", ("j", "enter", *["n"] * 6, "e")),
    ("help", ("j", "enter", "question_mark")),
    ("palette", ("j", "enter", "ctrl+p")),
)
"""Each picture and the keys that lead to it from the queue."""

TOGETHER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("together", ()),
    ("layers", ("j", "enter", "n", "n", "L")),
    ("conflict", ("j", "enter", "n", "disagree")),
)
"""The same where others are there; ``disagree`` is no key."""

DIFFERENT: tuple[tuple[str, str], ...] = (
    ("OFFICIAL", "佘向晴"),
    ("REQUIREMENT", "各镇要在10月25日前完成散煤复烧排查"),
    ("REQUIREMENT", "村干部要逐户登记"),
    ("DATE", "10月25日"),
)
"""What wang has tagged otherwise, in the picture of the adjudicate screen."""

ADJUDICATING: dict[tuple[int, int], tuple[str, ...]] = {(120, 40): ("1", "2"), (80, 24): ("k",)}
"""The keys that lead to that picture from its first open difference, by its size; the second goes on from the first."""

IN_A_WEEK: tuple[tuple[str, tuple[str, ...]], ...] = (("progress", ("P", "j", "j", "j")), ("stuck", ("P", "5")))
"""Each picture of the progress screen after the week of the tests, and the keys that lead to it from the queue."""

AT_FAULT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("suspects", ("f", "w", "enter")),
    ("second-look", ("f", "w", "enter", "enter", "exclamation_mark")),
)
"""Each picture of what a second look finds, and the keys that lead to it from the queue."""
FINISHED = (
    ("关于开展河道清淤的通知", "各村要在汛期之前清完排水沟,把垃圾运走。"),
    ("学校食堂检查情况通报", "检查组走访了十二所学校,对留样和消毒提出意见。"),
    ("县里召开森林防火会议", "林场新添了两辆消防车,护林员每天巡山。"),
    ("老旧小区改造开工", "改造的是电梯、管网和停车位,工期半年。"),
    ("春耕农资供应座谈会", "化肥和种子已经运到乡镇,价格与去年持平。"),
    ("乡村公路养护培训班", "养护工学习了路面灌缝和边沟清理。"),
    ("饮用水水源地巡查", "巡查队沿库区走了一圈,没有发现新的排污口。"),
    ("图书馆分馆揭牌", "分馆有三万册书,晚上开到九点。"),
)
"""Title and first sentence of finished notices."""
FAULTY = 4
"""The number of the first of two notices in which something is wrong."""

AWHILE = timedelta(minutes=3)


async def take(folder: Path) -> None:
    """Write every picture into ``folder``."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        open_database(Path(temporary) / "demo.db", create=True) as database,
    ):
        ingest(database, read_sources(sorted(SAMPLES.glob("*.txt"))), "demo", lambda _: None)
        tag(database, "lin.wei")
        suggest_stored(database, "demo", [suggester_of(name) for name in RULES], [1, PAGE + 1], print)
        for name, keys in SCREENS:
            for size in ((120, 40), (80, 24)):
                await picture(database, folder / f"{name}-{size[0]}x{size[1]}.svg", size, keys)
        for theme in ("light", "high-contrast"):
            await picture(database, folder / f"review-{theme}.svg", (120, 40), dict(SCREENS)["review"], theme)
        invite(database)
        for name, keys in TOGETHER:
            for size in ((120, 40), (80, 24)):
                await picture(database, folder / f"{name}-{size[0]}x{size[1]}.svg", size, keys, others=True)
        differ(database)
        for size in ((120, 40), (80, 24)):
            path = folder / f"adjudicate-{size[0]}x{size[1]}.svg"
            await picture(database, path, size, ADJUDICATING.get(size, ()), adjudicating=True)
    await take_of_week(folder)


async def take_of_week(folder: Path) -> None:
    """Write the pictures of the progress screen into ``folder``."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        open_database(Path(temporary) / "week.db", create=True) as database,
    ):
        with pytest.MonkeyPatch.context() as clock:
            week.a_week(database, lambda moment: set_clock(clock, moment))
        # The days of the plot end today.
        with pytest.MonkeyPatch.context() as clock:
            set_clock(clock, week.MONDAY + timedelta(days=4, hours=18), board)
            for name, keys in IN_A_WEEK:
                for size in ((120, 40), (80, 24)):
                    await picture(database, folder / f"{name}-{size[0]}x{size[1]}.svg", size, keys)
    with (
        tempfile.TemporaryDirectory() as temporary,
        open_database(Path(temporary) / "faults.db", create=True) as database,
    ):
        add_reviewer(database, current_reviewer(), week.FAST, "reviewer")
        make_errors(database)
        for name, keys in AT_FAULT:
            for size in ((120, 40), (80, 24)):
                await picture(database, folder / f"{name}-{size[0]}x{size[1]}.svg", size, keys, reviewer=week.FAST)


def make_errors(database: Database) -> None:
    """Finished notices, in one of which a label is another one, and in one a tag is missing; then a second look."""
    for number, (title, sentence) in enumerate(FINISHED, 1):
        raw = f"{title}\n{sentence}副县长林知远出席并讲话。\n"
        with database.write() as connection:
            add_notice(connection, week.FAST, notice_of(raw, f"notice-{number}"))
        labels = labels_of(database)
        notice = load_notice(database.connection, number).notice
        at = raw.index("副县长")
        span = raw_span(at, at + len("副县长林知远"))
        if number != FAULTY + 1:
            label = labels["DATE" if number == FAULTY else "OFFICIAL"]
            values = read_values(label, notice, span, labels.lexicon)
            add_annotation(database, week.FAST, number, tagged(raw, span, label.name, values, week.FAST))
        set_review(database, week.FAST, number, Review(week.FAST, "done", None, now()))
    look_again(database, current_reviewer(), models=False)


def invite(database: Database) -> None:
    """Two others who have the app open, one of whom has tagged what lin.wei tagged, in part."""
    add_reviewer(database, current_reviewer(), "lin.wei", "adjudicator")
    mine = [item for item in notice_annotations(database.connection, PAGE) if item.annotator == "lin.wei"]
    for item in mine[1:4]:
        add_annotation(database, "wang", PAGE, replace(item, id=new_id(), annotator="wang"))
    with database.write() as connection:
        announce(connection, "1", "wang", PAGE)
        announce(connection, "2", "chen", 4)
        connection.execute("UPDATE presence SET since = ? WHERE session = '1'", [timestamp(datetime.now(UTC) - AWHILE)])


def differ(database: Database) -> None:
    """Two who have finished the notice, and differ; a third who decides."""
    add_reviewer(database, current_reviewer(), "chen", "adjudicator")
    stored = load_notice(database.connection, PAGE)
    notice, labels = stored.notice, labels_of(database)
    for label, quote in DIFFERENT:
        at = notice.normalized.index(quote)
        span = notice.alignment.to_raw(normalized_span(at, at + len(quote)))
        values = read_values(labels[label], notice, span, labels.lexicon)
        add_annotation(database, "wang", PAGE, tagged(notice.raw, span, label, values, "wang"))
    for name in ("lin.wei", "wang"):
        set_review(database, name, PAGE, Review(name, "done", None, now()))


def disagree(app: ZhupiApp, database: Database) -> None:
    """Two states of one annotation, as two sessions of one person may leave them."""
    item = next(each for each in notice_annotations(database.connection, PAGE) if each.annotator == "lin.wei")
    mine = replace(item, comment="再看一遍", attributes={**item.attributes, "iso": "2022-10-11"})
    app.push_screen(ConflictScreen(item.id, replace(item, unsure=True), mine))


async def picture(
    database: Database,
    path: Path,
    size: tuple[int, int],
    keys: tuple[str, ...],
    theme: str = "dark",
    *,
    others: bool = False,
    adjudicating: bool = False,
    reviewer: str = "lin.wei",
) -> None:
    """Press keys in a fresh app and save what is shown; with others, once they are seen."""
    app = ZhupiApp(database, reviewer=reviewer, theme=theme)
    if adjudicating:
        app = ZhupiApp(database, reviewer="chen", notice=PAGE, adjudicate=True, theme=theme)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        while others and not app.session.others:
            await pilot.pause(0.1)
        for key in keys:
            if key == "disagree":
                disagree(app, database)
            else:
                await pilot.press(key)
            await settle(pilot)
        save(app, path)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way."""
    for _ in range(3):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def save(app: ZhupiApp, path: Path) -> None:
    """Save the screen, with fonts that are at hand."""
    svg = app.export_screenshot(title="zhupi")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    # The exporter counts characters where cells are meant, and squeezes Chinese into half its room.
    svg = re.sub(r'<text ([^>]*?)x="([0-9.]+)"([^>]*?)textLength="([0-9.]+)"([^>]*)>([^<]*)</text>', _by_cells, svg)
    svg = re.sub(r"font-family: ?Fira Code, ?monospace", f"font-family: {FONTS}", svg)
    path.write_text(svg, encoding="utf-8")


def _by_cells(match: re.Match[str]) -> str:
    """One text as several, each of characters of one width, each where its cells are."""
    before, x, between, length, behind, text = match.groups()
    plain = html.unescape(text)
    cell = float(length) / max(1, len(plain))
    parts, at = [], float(x)
    for _, group in groupby(plain, cells):
        run = "".join(group)
        wide = cells(run) * cell
        parts.append(
            f'<text {before}x="{at:.1f}"{between}textLength="{wide:.1f}"{behind}>{html.escape(run, quote=False)}</text>'
        )
        at += wide
    return "".join(parts)


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    # What a terminal shows, wherever the pictures are taken.
    os.environ.pop("NO_COLOR", None)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": ""}
    # A sample is the same each time.
    waiting.SystemRandom = partial(Random, 1)  # type: ignore[assignment, attr-defined]
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
