"""``zhupi export``: annotations out of the database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from annotations.annotation import ANNOTATION_STATUSES, AnnotationStatus
from annotations.formats.registry import FORMATS, NATIVE
from tui.cli.options import database_option, given_database, text
from tui.cli.output import escaped_json, progress_bar, say


@click.command("export", short_help="Export annotations as JSONL.")
@click.option(
    "--format", "format_", type=click.Choice([*FORMATS]), default=NATIVE,
    help="; ".join(f"{name}: {known.line}" for name, known in FORMATS.items()) + ".",
)  # fmt: skip
@click.option(
    "--layer", type=text, default="all", metavar="NAME",
    help="Annotations of one annotator, or gold, suggested or all (the default).",
)  # fmt: skip
@click.option("--label", type=text, metavar="LABEL", help="Annotations with this label only.")
@click.option("--status", type=click.Choice(ANNOTATION_STATUSES), help="Annotations with this status only.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write FILE, whole or not at all, and FILE.manifest.json; else to stdout.",
)  # fmt: skip
@database_option
def command(format_: str, layer: str, label: str | None, status: AnnotationStatus | None, output: Path | None) -> None:
    """Export annotations as JSONL: one consistent state, whatever others save meanwhile.

    Filters choose annotations; every notice stays.

    \b
    Example:
      zhupi export -o annotations.jsonl
      zhupi export --format spans --label DATE
    """
    from store.index.sets import count_notices
    from store.output.export import export, export_file
    from store.output.manifest import ExportOptions
    from tui.cli.version import zhupi_version

    options = ExportOptions(format_, layer, label, status)
    with given_database(reading=True) as database:
        if output is None or str(output) == "-":
            export(database, _Terminal() if sys.stdout.isatty() else sys.stdout.buffer, options)
            sys.stdout.buffer.flush()
            return
        with progress_bar("exporting", count_notices(database.connection)) as show:
            report = export_file(database, output, options, zhupi_version(), show)
    say(f"{report.notices} notices, {report.annotations} annotations: {output}")


class _Terminal:
    """Stdout on a terminal: the same JSON, with whatever a terminal would obey escaped."""

    def write(self, line: bytes) -> int:
        return sys.stdout.buffer.write(escaped_json(line))
