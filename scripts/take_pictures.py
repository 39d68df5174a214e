"""Take the pictures of the README and ``docs/`` from the real app, on the bundled sample notices.

Every picture is an SVG that needs no font from elsewhere; look at each after taking it.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from pathlib import Path

from annotations.annotation import Annotation, Review, new_id, now
from annotations.spans import normalized_span
from store import edits
from store.database import Database
from store.ingest import ingest
from store.notices import load_notice
from store.sources import read_sources
from tui.app import ZhupiApp
from tui.width import cells

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures"
SAMPLES = ROOT / "store" / "samples"

FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', 'Sarasa Mono SC', monospace"

PAGE = 2
"""Number of the notice in the pictures: Traditional, full of readings, its body repeated before its title."""

TAGGED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("DATE", "10月10日上午", {"iso": "2022-10-10", "part": "AM"}),
    ("OFFICIAL", "县政府副县长、县生态环境保护委员会副主任鄢启澜",
     {"name": "鄢启澜", "title": "副县长、县生态环境保护委员会副主任", "organisation": "县政府", "mention": "full"}),
    ("OFFICIAL", "枫澜市生态环境局青笠分局局长储亦农",
     {"name": "储亦农", "title": "局长", "organisation": "枫澜市生态环境局青笠分局", "mention": "full"}),
    ("OFFICIAL", "郏明溪", {"name": "郏明溪", "title": "县领导", "mention": "list"}),
    ("REQUIREMENT", "各镇要在10月25日前完成散煤复烧排查,村干部要逐户登记,不得以抽查代替普查",
     {"addressee": "各镇;村干部", "cue": "要", "modality": "must", "deadline": "2022-10-25", "item": "二"}),
    ("DATE", "10月25日前", {"iso": "2022-10-25", "mod": "before"}),
)  # fmt: skip
"""What a reviewer has tagged in it: label, normalized quote, attributes."""


def tag(database: Database, reviewer: str) -> None:
    """Make the annotations of the pictures, as ``zhupi tag`` would."""
    stored = load_notice(database.connection, PAGE)
    notice = stored.notice
    for label, quote, attributes in TAGGED:
        at = notice.normalized.index(quote)
        span = notice.alignment.to_raw(normalized_span(at, at + len(quote)))
        made = now()
        annotation = Annotation(
            id=new_id(), label=label, start=span.start, end=span.end, text=span.of(notice.raw),
            attributes=database.labels[label].attributes(attributes), annotator=reviewer, status="manual",
            unsure=False, comment=None, created_at=made, updated_at=made,
        )  # fmt: skip
        edits.add_annotation(database, reviewer, stored.number, annotation)
    edits.set_review(database, reviewer, 1, Review(reviewer, "done", None, now()))


async def take(folder: Path) -> None:
    """Write every picture into ``folder``."""
    with tempfile.TemporaryDirectory() as temporary, Database(Path(temporary) / "demo.db", create=True) as database:
        ingest(database, read_sources(sorted(SAMPLES.glob("*.txt"))), "demo", lambda _: None)
        tag(database, "lin.wei")
        for size, name in (((120, 40), "120x40"), ((80, 24), "80x24")):
            app = ZhupiApp(database)
            app.reviewer = "lin.wei"
            async with app.run_test(size=size) as pilot:
                await settle(pilot)
                save(app, folder / f"queue-{name}.svg")
                await pilot.press("j", "enter")
                await settle(pilot)
                await pilot.press("n", "n", "n", "escape", *["h"] * 4, "v", *["l"] * 2)
                await settle(pilot)
                save(app, folder / f"review-{name}.svg")
                await pilot.press("question_mark")
                await settle(pilot)
                save(app, folder / f"help-{name}.svg")


async def settle(pilot) -> None:  # noqa: ANN001  # Pilot[None] of this app
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
    svg = re.sub(r'textLength="([0-9.]+)"([^>]*)>([^<]*)<', _by_cells, svg)
    svg = re.sub(r"font-family: ?Fira Code, ?monospace", f"font-family: {FONTS}", svg)
    path.write_text(svg, encoding="utf-8")


def _by_cells(match: re.Match[str]) -> str:
    length, rest, text = float(match[1]), match[2], match[3]
    plain = html.unescape(text)
    return f'textLength="{length * cells(plain) / max(1, len(plain)):.1f}"{rest}>{text}<'


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET))
