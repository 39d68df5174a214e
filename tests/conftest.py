"""What many tests need: the shared pages, a database, a workplace; and no skipped test on CI without leave."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from idle import know_when_idle
from textual.app import App
from workplace import SAMPLES, Workplace

from store.db.database import Database
from store.open import open_database

for name in ("ZHUPI_DB", "ZHUPI_CONFIG", "COLORTERM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM"):
    os.environ.pop(name, None)
# Pictures are compared, wherever the tests run.
os.environ["TERM"] = "xterm-256color"

# A slow disk or a busy machine is no failure.
hypothesis.settings.register_profile("zhupi", deadline=None)
hypothesis.settings.load_profile("zhupi")

know_when_idle()

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real pages and gold, where a checkout has them beside it; tests that use it skip without."""


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("needs the shared pages beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "zhupi.db"
    open_database(path, create=True).close()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    """A new database; a copy, since making one takes longer than most tests."""
    with open_database(Path(shutil.copy(empty_database, tmp_path))) as opened:
        yield opened


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    place = Workplace(tmp_path)
    yield place
    for screen in place.screens:
        screen.close()


@pytest.fixture(scope="session")
def samples_imported(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A workplace with all samples, to be copied."""
    place = Workplace(tmp_path_factory.mktemp("samples"))
    place.run("import", SAMPLES)
    place.imported = place.export()
    return place


@pytest.fixture
def sampled(workplace: Workplace, samples_imported: Workplace) -> Workplace:
    """A workplace with all samples, and nothing done yet."""
    shutil.copy(samples_imported.folder / "zhupi.db", workplace.folder)
    workplace.imported = samples_imported.imported
    return workplace


@pytest.fixture
def snap_compare(snap_compare, monkeypatch):
    """As the plugin's, but pictures fetch no font from elsewhere."""
    drawn = App.export_screenshot

    def export_screenshot(app, **options):
        return re.sub(r"@font-face \{.*?\}\s*", "", drawn(app, **options), flags=re.DOTALL)

    monkeypatch.setattr(App, "export_screenshot", export_screenshot)
    return snap_compare


ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """On CI a test that skips without leave fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("ZHUPI_NO_SKIPS") or reporter is None:
        return
    lines = ALLOWED_SKIPS.read_text(encoding="utf-8").split("\n")
    allowed = tuple(name for name in (line.partition("#")[0].strip() for line in lines) if name)
    for report in reporter.stats.get("skipped", []):
        _, _, reason = report.longrepr
        if not (report.nodeid.startswith(allowed) or f"reason: {reason.removeprefix('Skipped: ')}".startswith(allowed)):
            reporter.write_line(f"skipped without leave: {report.nodeid}: {reason}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            # So that it fails again where what failed is run once more.
            failed = session.config.cache.get("cache/lastfailed", {})
            session.config.cache.set("cache/lastfailed", {**failed, report.nodeid: True})
