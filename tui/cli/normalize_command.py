"""``zhupi normalize``: the normalizer as a filter for other people's pipelines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from tui.cli.output import put_json, put_text, say


@click.command("normalize", short_help="Normalize text: a filter from pages to clean Simplified text.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document, with runs and regions.")
@click.option(
    "--punctuation", type=click.Choice(["keep", "full"]), default="keep",
    help="keep: as the page has it (the default); full: full width, 1:1.",
)  # fmt: skip
def command(file: Path, *, as_json: bool, punctuation: Literal["keep", "full"]) -> int:
    """Normalize text: title and body only, artefacts removed, Simplified, one paragraph a line.

    Reads text, JSONL, CSV or HTML, from FILE or standard input.  Several documents are parted by an empty line.

    \b
    Example:
      zhupi normalize page.txt
      zhupi normalize --json pages.jsonl > normalized.jsonl
    """
    import msgspec

    from annotations.formats.native import native_regions
    from annotations.normalize import normalize
    from store.sources import Record, Refusal, read_sources

    refused = documents = 0
    for item in read_sources([file], stdin=sys.stdin.buffer):
        if isinstance(item, Refusal):
            refused += 1
            say(f"refused {item.where}: {item.reason}")
            continue
        raw = msgspec.json.decode(item.line)["raw"] if isinstance(item, Record) else item.raw
        found = normalize(raw, punctuation=punctuation)
        if as_json:
            document = {
                "title": found.title,
                "source": found.source,
                "published": found.published,
                "normalized": found.normalized,
                "runs": found.alignment.runs,
                "regions": native_regions(found.regions),
                "flags": found.flags,
            }
            put_json(msgspec.json.encode(document))
        else:
            put_text(("\n" if documents else "") + found.normalized)
        documents += 1
    return 1 if refused else 0
