"""Draw the report of an invented week in headless Chromium, narrow and wide, light and dark: ``make report``.

The week is that of the tests.  Look at each picture; nothing here judges them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
import week
from clock import set_clock
from making import annotation_of, notice_of
from msgspec.structs import replace

from annotations.annotation import Review, now
from store.db.database import Database
from store.edits.annotate import add_annotation
from store.edits.review import set_review
from store.open import open_database
from store.write.notices import add_notice
from tui.cli import run

WIDTHS: Final = (400, 1400)
SCHEMES: Final = {"light": "1", "dark": "0"}
"""The schemes, by what Chromium calls them."""
_HEIGHT: Final = 3600
HOSTILE: Final = "</td><script>document.title = 'obeyed'</script><img src=x onerror=\"document.title='obeyed'\">\x1b[2J"


def main(folder: Path) -> None:
    """Write the page and its pictures into ``folder``."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("needs chromium")
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
        path = Path(temporary) / "week.db"
        friday = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        patch.setattr(week, "MONDAY", friday - timedelta(days=5))
        with open_database(path, create=True) as database, pytest.MonkeyPatch.context() as clock:
            week.a_week(database, lambda moment: set_clock(clock, moment))
            _be_hostile(database)
        run(["stats", "--db", str(path), "--report", str(page)])
    shown = _drawn(chromium, page, "--dump-dom").decode()
    if "obeyed</title>" in shown or re.search("<(script|img)", shown):
        sys.exit(f"{page}: what a notice says was obeyed")
    for width in WIDTHS:
        for scheme, number in SCHEMES.items():
            picture = folder / f"report-{width}-{scheme}.png"
            options = (f"--blink-settings=preferredColorScheme={number}", f"--window-size={width},{_HEIGHT}")
            _drawn(chromium, page, *options, f"--screenshot={picture}")
            sys.stdout.write(f"{picture}\n")


def _drawn(chromium: str, page: Path, *options: str) -> bytes:
    """What Chromium prints once it has drawn the page."""
    always = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    done = subprocess.run(  # noqa: S603  # the browser, on our own page
        [chromium, *always, *options, page.resolve().as_uri()], check=True, capture_output=True, timeout=120
    )
    return done.stdout


def _be_hostile(database: Database) -> None:
    """Let one notice say what no page should obey, in its title, in a span, and in the reason of a flag."""
    raw = f"{week.text_of(99)}{HOSTILE}\n"
    with database.write() as connection:
        number = add_notice(connection, "importer", replace(notice_of(raw, HOSTILE), title=HOSTILE))
    if number is None:
        raise RuntimeError("the notice is there already")
    for name, end in ((week.FAST, len(raw) - 1), (week.SLOW, len(raw) - 9)):
        add_annotation(database, name, number, annotation_of(raw, len(week.text_of(99)), end, "REQUIREMENT", name))
        set_review(database, name, number, Review(name, "done", None, now()))
    set_review(database, week.NEW, number, Review(week.NEW, "flagged", HOSTILE, now()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
