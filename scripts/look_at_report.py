"""Draw the report of an invented week in headless Chromium, narrow and wide, light and dark: ``make report``.

The week is that of the tests.  Look at each picture; nothing here judges them.
"""

from __future__ import annotations

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

from store.open import open_database
from tui.cli import run

WIDTHS: Final = (400, 1400)
SCHEMES: Final = {"light": "1", "dark": "0"}
"""The schemes, by what Chromium calls them."""
_HEIGHT: Final = 3600


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
        run(["stats", "--db", str(path), "--report", str(page)])
    for width in WIDTHS:
        for scheme, number in SCHEMES.items():
            picture = folder / f"report-{width}-{scheme}.png"
            subprocess.run(  # noqa: S603  # the browser, on our own page
                [
                    chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    f"--blink-settings=preferredColorScheme={number}", f"--window-size={width},{_HEIGHT}",
                    f"--screenshot={picture}", page.resolve().as_uri(),
                ],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
            sys.stdout.write(f"{picture}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
