"""``zhupi export``: annotations out of the database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from annotations.annotation import ANNOTATION_STATUSES
from annotations.counts import counted
from annotations.formats.base import FileFormat, Scheme, Sink, Sort, TextKind
from annotations.formats.registry import FORMATS, NATIVE, format_names, format_of
from tui.cli.options import database_option, database_path, given_database, text
from tui.cli.output import escaped_json, progress_bar, say
from tui.terminal.display import visible

if TYPE_CHECKING:
    from store.output.export import ExportReport


def known_format(_: click.Context, __: click.Parameter, name: str) -> str:
    """The name of a format, once it is known that there is one.

    Raises:
        click.BadParameter: there is none.
    """
    if name not in FORMATS and name not in format_names():
        raise click.BadParameter(f"{name!r} is not one of {', '.join(format_names())}.")
    return name


@click.command("export", short_help="Export annotations, in the formats of many tools.")
@click.option(
    "--format", type=text, metavar="NAME", default=NATIVE, callback=known_format,
    help="; ".join(f"{name}: {known.holds}" for name, known in FORMATS.items()) + ".",
)  # fmt: skip
@click.option(
    "--layer", type=text, metavar="NAME",
    help="Annotations of one annotator, or gold, suggested or all; else what people said, in jsonl all.",
)  # fmt: skip
@click.option("--label", type=text, metavar="LABEL", help="Annotations with this label only.")
@click.option("--status", type=click.Choice(ANNOTATION_STATUSES), help="Annotations with this status only.")
@click.option(
    "--without-bulk",
    is_flag=True,
    help="Leave out what was made many in one step, and not looked at since.",
)
@click.option(
    "--sort", type=click.Choice(get_args(Sort)), default="import",
    help="Notices in the order in which they came (import, the default), or by their ids.",
)  # fmt: skip
@click.option("--all-notices", is_flag=True, help="Also the notices that nobody has said anything about.")
@click.option(
    "--text", type=click.Choice(get_args(TextKind)),
    help="The text that is written, and that offsets are of, where a format has one text; else the normalized one.",
)  # fmt: skip
@click.option("--scheme", type=click.Choice(get_args(Scheme)), help="How tokens are labelled in conll; else bio.")
@click.option(
    "--split", type=text, metavar="PARTS",
    help="Parts of training data and their shares, such as train=0.8,dev=0.1,test=0.1: a file or folder a part in -o.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
    help="Write the file or the folder PATH, whole or not at all, and its manifest; else to stdout.",
)  # fmt: skip
@database_option
def command(output: Path | None, **choice: Any) -> None:  # noqa: ANN401  # fields of ExportOptions, which checks them
    """Export annotations: one consistent state, whatever others save meanwhile.

    Format jsonl is complete: filters choose annotations, and every notice stays.  Every other format holds what people
    said: gold where a notice has gold, else what was accepted and tagged, and only notices with gold, a done review or
    such an annotation.  What a format cannot carry is counted on stderr and in the manifest.

    With --split a notice stays in its part when others are added.  Near-copies are in one part, that of the earliest;
    the manifest names those that a later notice has moved.

    \b
    Example:
      zhupi export -o annotations.jsonl
      zhupi export --format spans --layer suggested
      zhupi export --format doccano --text raw --label DATE
      zhupi export --format conll --split train=0.8,dev=0.1,test=0.1 -o dataset
    """
    from annotations.formats.choice import ExportOptions
    from store.index.numbers import count_notices
    from store.output.export import export, export_file, stranger_of
    from store.output.workers import sharing
    from tui.cli.version import zhupi_version

    options = ExportOptions(**choice)
    file = None if output is None or str(output) == "-" else output
    if options.split is not None and file is None:
        raise click.UsageError("--split writes a folder; name one with -o")
    # Workers come before the database: it must not be open where they are forked.
    with sharing(database_path(), options) as workers, given_database(reading=True) as database:
        if file is None:
            report = export(
                database, _stdout(options.format), options, leave_out=say_left_out, version=zhupi_version(),
                workers=workers,
            )  # fmt: skip
            sys.stdout.buffer.flush()
        else:
            with progress_bar("exporting", count_notices(database.connection), "notices") as show:
                report = export_file(database, file, options, zhupi_version(), show, say_left_out, workers=workers)
        stranger = stranger_of(database, options.layer)
    tell(report, options.layer)
    if stranger is not None:
        say(f"nobody who annotates here is called {stranger}")
    say(f"{counted(report.notices, 'notice')}, {report.counts}" + ("" if file is None else f": {file}"))


def _stdout(format_: str) -> Sink:
    """Stdout, for the lines of a format.

    Raises:
        click.UsageError: the format writes a folder, or bytes that no terminal takes.
    """
    found = format_of(format_)
    if not isinstance(found, FileFormat):
        raise click.UsageError(f"{format_} writes a folder; name one with -o")
    if not sys.stdout.isatty():
        return sys.stdout.buffer
    if found.content == "binary":
        raise click.UsageError(f"{format_} writes bytes that are no text; name a file with -o")
    return _JsonOnTerminal() if found.content == "json" else _TextOnTerminal()


def tell(report: ExportReport, layer: str | None, keeps: str = "--all-notices keeps them") -> None:
    """Say on stderr what an export leaves out, what its format cannot carry, what it warns of, and its parts.

    Args:
        report: what the export has done.
        layer: the layer that was asked for.
        keeps: how the notices that nobody has said anything about come into the export.
    """
    if report.left_out.unsaid:
        say(f"left out {counted(report.left_out.unsaid, 'notice')} {_unsaid(layer)}; {keeps}")
    for line in report.losses.lines():
        say(f"not carried {line}")
    for line in report.warnings.lines():
        say(f"found {line}")
    for name, part in (report.parts or {}).items():
        say(f"{name}: {counted(part.notices, 'notice')}, {counted(part.annotations, 'annotation')}")
    if report.moved:
        moved = counted(len(report.moved), "notice")
        say(f"moved {moved} to the part of a near-copy that came later; the manifest names them")


def say_left_out(line: str) -> None:
    """Say on stderr which notice an export leaves out."""
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


class _JsonOnTerminal:
    """Stdout on a terminal: the same JSON, with whatever a terminal would obey escaped."""

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        return sys.stdout.buffer.write(escaped_json(bytes(data)))


class _TextOnTerminal:
    """Stdout on a terminal: the same lines and columns, with whatever a terminal would obey made visible."""

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        columns = bytes(data).decode().split("\t")
        return sys.stdout.buffer.write("\t".join(visible(each, keep_newlines=True) for each in columns).encode())
