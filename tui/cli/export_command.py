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
    "--layer", type=text, metavar="NAME",
    help="Annotations of one annotator, or gold, suggested or all; else what people said, in jsonl all.",
)  # fmt: skip
@click.option("--label", type=text, metavar="LABEL", help="Annotations with this label only.")
@click.option("--status", type=click.Choice(ANNOTATION_STATUSES), help="Annotations with this status only.")
@click.option("--all-notices", is_flag=True, help="Also the notices that nobody has said anything about.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write FILE, whole or not at all, and FILE.manifest.json; else to stdout.",
)  # fmt: skip
@database_option
def command(
    format_: str, layer: str | None, label: str | None, status: AnnotationStatus | None, output: Path | None, *,
    all_notices: bool,
) -> None:  # fmt: skip
    """Export annotations as JSONL: one consistent state, whatever others save meanwhile.

    Format jsonl is complete: filters choose annotations, and every notice stays.  Every other format holds what people
    said: gold where a notice has gold, else what was accepted and tagged, and only notices with gold, a done review or
    such an annotation.

    \b
    Example:
      zhupi export -o annotations.jsonl
      zhupi export --format spans --label DATE
      zhupi export --format spans --layer suggested
    """
    from annotations.formats.choice import ExportOptions
    from store.index.sets import count_notices
    from store.output.export import export, export_file
    from tui.cli.version import zhupi_version

    try:
        options = ExportOptions(format_, layer, label, status, all_notices)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    file = None if output is None or str(output) == "-" else output
    with given_database(reading=True) as database:
        if file is None:
            out = _Terminal() if sys.stdout.isatty() else sys.stdout.buffer
            report = export(database, out, options, leave_out=_leave_out)
            sys.stdout.buffer.flush()
        else:
            with progress_bar("exporting", count_notices(database.connection)) as show:
                report = export_file(database, file, options, zhupi_version(), show, _leave_out)
    if report.left_out.unsaid:
        say(f"left out {report.left_out.unsaid} notices {_unsaid(layer)}; --all-notices keeps them")
    say(f"{report.notices} notices, {report.counts}" + ("" if file is None else f": {file}"))


def _leave_out(line: str) -> None:
    say(f"left out {line}")


def _unsaid(layer: str | None) -> str:
    """What notices are like that hold nothing of a layer."""
    match layer:
        case None | "all":
            return "that nobody has said anything about"
        case "gold":
            return "without gold"
        case "suggested":
            return "without a suggestion to decide on"
        case _:
            return f"that {layer} has said nothing about"


class _Terminal:
    """Stdout on a terminal: the same JSON, with whatever a terminal would obey escaped."""

    def write(self, line: bytes) -> int:
        return sys.stdout.buffer.write(escaped_json(line))
