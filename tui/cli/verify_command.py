"""``zhupi verify``: prove an export without the database that made it."""

from __future__ import annotations

from pathlib import Path

import click

from annotations.counts import counted
from tui.cli.output import put, say


@click.command("verify", short_help="Prove an export: schema, digests, runs, regions, every quote.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="PATH")
def command(file: Path) -> int:
    """Prove an export: schema, sha256 of the raw text, runs and regions, every raw and normalized quote.

    Exports in the formats of other tools are proved as far as these go, folders too; the manifest tells the format, or
    else what the file looks like.  The manifest is held against the export.  Prints a line with the line number for
    each failure.  Takes `.gz` and a byte order mark as `import` does, and `-` for standard input.

    \b
    Example:
      zhupi verify annotations.jsonl
      zhupi verify annotations.jsonl.gz
      zhupi verify brat-folder
    """
    from store.output.verify import Total, verify

    total, findings = Total(0), 0
    for finding in verify(file):
        if isinstance(finding, Total):
            total = finding
        else:
            findings += 1
            put(finding)
    say(f"{file}: {total}, {counted(findings, 'finding')}" if findings else f"{file}: {total}, all proved")
    return 1 if findings else 0
