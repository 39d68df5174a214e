"""``zhupi normalize``: the normalizer as a filter for other people's pipelines, and for what is stored."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database
from tui.cli.output import after_saving, progress_bar, put, put_json, put_text, say

Punctuation = Literal["keep", "full"]
Work = tuple[str, Punctuation, bool]
"""A raw page, what to do with its punctuation, and whether JSON is wanted."""


@click.command("normalize", short_help="Normalize text: a filter from pages to clean Simplified text.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document, with runs and regions.")
@click.option(
    "--punctuation", type=click.Choice(["keep", "full"]), default="keep",
    help="keep: as the page has it (the default); full: full width, 1:1.",
)  # fmt: skip
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Processes to share the work, one a processor at most.",
)
@click.option("--stored", is_flag=True, help="Redo the notices of the database that an older normalizer made.")
@database_option
def command(file: Path, *, as_json: bool, punctuation: Punctuation, workers: int, stored: bool) -> int:
    """Normalize text: title and body only, artefacts removed, Simplified, one paragraph a line.

    Reads text, JSONL, CSV or HTML, from FILE or standard input.  Several documents are parted by an empty line.  With
    --stored, notices of the database that another version of the normalizer made are normalized again: annotations
    stay where they are, and the notices of which text or fields changed are listed.

    \b
    Example:
      zhupi normalize page.txt
      zhupi normalize --json --workers 4 pages.jsonl > normalized.jsonl
      zhupi normalize --stored --db coast.db
    """
    from store.intake.pool import spread

    if stored:
        _renormalize_stored()
        return 0
    refused = 0

    def refuse(line: str) -> None:
        nonlocal refused
        refused += 1
        say(f"refused {line}")

    work: Iterator[Work] = ((raw, punctuation, as_json) for raw in _pages(file, refuse))
    for number, result in enumerate(spread(_normalized, work, workers)):
        if isinstance(result, bytes):
            put_json(result)
        else:
            put_text(("\n" if number else "") + result)
    return 1 if refused else 0


def _pages(file: Path, refuse: Callable[[str], None]) -> Iterator[str]:
    """The raw pages of a file; ``refuse`` is called with each that cannot be read."""
    import msgspec

    from store.intake.sources import Record, Refusal, read_sources

    for item in read_sources([file], stdin=sys.stdin.buffer):
        if isinstance(item, Refusal):
            refuse(f"{item.where}: {item.reason}")
        else:
            yield msgspec.json.decode(item.line)["raw"] if isinstance(item, Record) else item.raw


def _normalized(work: Work) -> str | bytes:
    """The normalized text of one page, or a JSON object with its text, runs and regions."""
    import msgspec

    from annotations.formats.native_record import native_regions
    from annotations.normalize import normalize

    raw, punctuation, as_json = work
    found = normalize(raw, punctuation=punctuation)
    if not as_json:
        return found.normalized
    document = {
        "title": found.title,
        "source": found.source,
        "published": found.published,
        "normalized": found.normalized,
        "runs": found.alignment.values,
        "regions": native_regions(found.regions),
        "flags": found.flags,
    }
    return msgspec.json.encode(document)


def _renormalize_stored() -> None:
    """Normalize stored notices of an older normalizer again; those that changed go to stdout, one a line."""
    from store.intake.renormalize import renormalize_older

    done = changed = 0
    with given_database() as database, progress_bar("normalizing", None) as show:
        actor = acting(database, "change the project")
        for notice in renormalize_older(database, actor):
            done += 1
            show(done)
            if notice.changed:
                changed += 1
                with after_saving():
                    put(f"{notice.id}  {notice.doc}")
    say(f"{counted(done, 'notice')} normalized again, {changed:,} changed")
