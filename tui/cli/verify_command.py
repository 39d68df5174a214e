"""``zhupi verify``: prove an export without the database that made it."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.output import put, say


@click.command("verify", short_help="Prove an export: schema, digests, runs, regions, every quote.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.jsonl")
def command(file: Path) -> int:
    """Prove an export: schema, sha256 of the raw text, runs and regions, every raw and normalized quote.

    A manifest beside the file is held against it too.  Prints a line with the line number for each failure.  Takes
    `.gz` and a byte order mark as `import` does, and `-` for standard input.

    \b
    Example:
      zhupi verify annotations.jsonl
      zhupi verify annotations.jsonl.gz
    """
    from store.output.verify import verify

    notices = findings = 0
    for finding in verify(file):
        if isinstance(finding, int):
            notices = finding
        else:
            findings += 1
            put(finding)
    say(f"{file}: {notices} notices, {findings} findings" if findings else f"{file}: {notices} notices, all proved")
    return 1 if findings else 0
