"""Real pages that nobody annotated: titles, dates, sources, sentences kept and links left out, as text and as HTML."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Options
from synthetic import folder

from annotations.formats.choice import ExportOptions
from store.intake.ingest import ingest
from store.intake.sources import read_sources
from store.open import open_database
from store.output.export import export
from store.project.reviewers import current_reviewer

_SHARED = Path(__file__).resolve().parents[2] / "shared"
_WANTED = {
    "text": {"title": 0.95, "published": 0.95, "source": 0.89, "prose": 0.99, "clean": 0.97},
    "html": {"title": 0.95, "published": 0.95, "source": 0.89, "prose": 0.98, "clean": 0.99},
}


def bars(_: Options) -> Iterator[Bar]:
    """What ``score_pages.py`` says of both kinds, where the pages are at hand."""
    pages, scorer = _SHARED / "pages", _SHARED / "score_pages.py"
    if not scorer.exists():
        print(f"pages: no real pages beside this repository ({pages.name}/, {scorer.name})", file=sys.stderr)
        return
    with folder() as place:
        for kind, wanted in _WANTED.items():
            exported = _exported(pages / kind, place / kind)
            command = [sys.executable, str(scorer), str(pages / "truth.json"), str(exported)]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            for what, least in wanted.items():
                found = re.search(rf"^{what} +(\d+/\d+) = ([\d.]+)$", said, re.MULTILINE)
                if found is None:
                    raise RuntimeError(f"score_pages.py says nothing of {what}")
                yield Bar(f"real pages as {kind}: {what}", float(found[2]), least, "", found[1], at_least=True)


def _exported(pages: Path, place: Path) -> Path:
    """A native export of the pages of a folder."""
    path = place.with_suffix(".jsonl")
    with open_database(place.with_suffix(".db"), create=True) as database, path.open("wb") as out:
        ingest(database, read_sources([pages]), current_reviewer(), _refuse)
        export(database, out, ExportOptions())
    return path


def _refuse(line: str) -> None:
    raise RuntimeError(line)
