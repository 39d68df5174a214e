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

from store.database import Database
from store.ingest import ingest
from store.sources import read_sources
from tui.app import ZhupiApp
from tui.width import cells

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures"
SAMPLES = ROOT / "store" / "samples"

FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', 'Sarasa Mono SC', monospace"

# Keys that tag a few spans of the second sample, an artefact page, as a reviewer would.
TAGGING = ("enter", "right_parenthesis", "v", "right_parenthesis", "h", "1")


async def take(folder: Path) -> None:
    """Write every picture into ``folder``."""
    with tempfile.TemporaryDirectory() as temporary, Database(Path(temporary) / "demo.db", create=True) as database:
        ingest(database, read_sources(sorted(SAMPLES.glob("*.txt"))), "demo", lambda _: None)
        for size, name in (((120, 40), "120x40"), ((80, 24), "80x24")):
            app = ZhupiApp(database)
            app.reviewer = "lin.wei"
            async with app.run_test(size=size) as pilot:
                await settle(pilot)
                save(app, folder / f"queue-{name}.svg")
                await pilot.press("j")
                await pilot.press(*TAGGING)
                await settle(pilot)
                await pilot.press("right_parenthesis", "v", *["l"] * 6)
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
