"""``zhupi import``: pages and native exports into the database, and work of other tools into a layer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database, text
from tui.cli.output import after_saving, progress_bar, put_json, say
from tui.terminal.display import visible

if TYPE_CHECKING:
    from store.intake.ingest import IngestReport
    from store.intake.sources import Format, Remarks

_PAGES: Final = ("auto", "txt", "jsonl", "csv", "html", "parquet")
"""The formats of pages; ``parquet`` is one of annotations, too."""
LAYER_FORMATS: Final = (
    "auto", "jsonl", "spans", "prodigy", "doccano", "label-studio", "brat", "conll", "webanno", "w3c", "parquet",
    "spacy", "cas",
)  # fmt: skip
"""The formats of annotations; a test holds them to those that the store reads."""


def mapping(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """What ``--field`` names: the field of a notice → the rows' own name of it."""
    from store.intake.sources import ROW_FIELDS

    found = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or ours not in ROW_FIELDS or not theirs:
            raise click.BadParameter(f"{pair}: give FIELD=NAME, where FIELD is one of {', '.join(ROW_FIELDS)}")
        found[ours] = theirs
    return found


def _names(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """The labels of a file, each with its name here."""
    found = dict[str, str]()
    for pair in pairs:
        # A label of a file may have any name, one of ours never a =.
        theirs, equals, ours = pair.rpartition("=")
        if not equals or not theirs or not ours:
            raise click.BadParameter(f"{pair}: give THEIRS=OURS, two labels")
        if found.setdefault(theirs, ours) != ours:
            raise click.BadParameter(f"{theirs}: given twice")
    return found


def _named(_: click.Context, __: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty path: an unset variable in a script must not import the current folder."""
    if "" in paths:
        raise click.BadParameter("an empty path; name a file, a folder or -")
    return paths


@click.command("import", short_help="Import pages: files, folders, standard input, or native exports.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", callback=_named)
@click.option("--format", "format_", type=click.Choice(list(dict.fromkeys((*_PAGES, *LAYER_FORMATS)))), default="auto")
@click.option(
    "--field", "fields", type=text, multiple=True, metavar="FIELD=NAME", callback=mapping,
    help="A field of the rows that has another name there, such as raw=content; may be repeated.",
)  # fmt: skip
@click.option(
    "--replaces", is_flag=True,
    help="A changed page replaces the earlier one of its url or doc, and takes over its annotations.",
)  # fmt: skip
@click.option(
    "--into", type=text, metavar="NAME",
    help="Annotations that somebody made with another tool, into the layer of NAME; new texts become notices.",
)  # fmt: skip
@click.option("--new", is_flag=True, help="With --into: NAME may be new here, and is added as a reviewer.")
@click.option(
    "--map", "names", type=text, multiple=True, metavar="THEIRS=OURS", callback=_names,
    help="With --into: a label of the files that is called otherwise here, such as ORG=OFFICIAL; may be repeated.",
)  # fmt: skip
@click.option(
    "--annotator", type=text, metavar="WHO",
    help="With --into: only what WHO said, where the files have several people; as they call them.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="With --into: say what would happen, and do nothing.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that share the work where there is much of it; one a processor else.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout.")
@database_option
def command(
    paths: tuple[str, ...],
    format_: str,
    fields: dict[str, str],
    into: str | None,
    *,
    replaces: bool,
    workers: int | None,
    as_json: bool,
    **layer: Any,  # noqa: ANN401  # what goes with --into, which into_layer takes
) -> int:
    """Import pages: files, folders, `-` for standard input, `.gz` or `.zst` of any of them, or native exports.

    A page that is there already is left alone, so importing twice is the same as once, and an import that was ended
    goes on where it was.  What cannot be taken is named on stderr, and the rest goes on.  So are the files of a folder
    that are no pages, by their endings, columns that were taken because of their names, and publication dates that
    cannot be read, of each kind the first.

    With --replaces a page that was scraped again with changes takes over the annotations of the earlier one, which
    stays.  Where their place is in doubt they are marked unsure, with the reason, and the page is flagged for whoever
    made them; those that are not found are named.

    With --into annotations of Prodigy, doccano, Label Studio, brat, INCEpTION, spaCy or CoNLL go into the layer of a
    person; their format is recognised, or named with --format.  A text is matched with its notice, or imported as a new
    one.  What cannot be taken is named on stderr, what zhupi has no place for is counted; a second time adds nothing.

    \b
    Example:
      zhupi import pages/ more.jsonl.gz --field raw=content
      zhupi import scraped-again/ --replaces
      zhupi import --into li doccano/all.jsonl --map ORG=OFFICIAL
    """
    if into is not None:
        from tui.cli.layer_import import into_layer

        if fields or replaces or workers is not None or format_ not in LAYER_FORMATS:
            raise click.UsageError(
                f"--into takes annotations: no --field, no --replaces, no --workers, and {', '.join(LAYER_FORMATS)}"
            )
        return into_layer(paths, into, None if format_ == "auto" else format_, as_json=as_json, **layer)
    if any(layer.values()):
        raise click.UsageError("--new, --map, --annotator and --dry-run go with --into NAME")
    if format_ not in _PAGES:
        raise click.UsageError(f"{format_} has annotations: --into NAME says in whose layer they go")
    return _pages(
        paths,
        cast('Literal["auto"] | Format', format_),
        fields,
        replaces=replaces,
        workers=workers,
        as_json=as_json,
    )


def _pages(
    paths: tuple[str, ...],
    format_: Literal["auto"] | Format,
    fields: dict[str, str],
    *,
    replaces: bool,
    workers: int | None,
    as_json: bool,
) -> int:
    """Import pages and native exports."""
    import msgspec

    from store.intake.ingest import ingest
    from store.intake.sources import Remarks, open_sources
    from store.processors import processors

    percent = pages = 0
    refused: list[str] = []
    remarks = Remarks()

    def refuse(line: str) -> None:
        refused.append(visible(line))  # a file name need not be UTF-8, JSON must
        say(f"refused {line}")

    with given_database(create=True) as database, progress_bar("importing", 100, "pages") as show:
        actor = acting(database, "add notices")

        def read(done: int, total: int) -> None:
            nonlocal percent
            percent = 100 * done // total if total else 0
            show(percent, pages)

        def stored(count: int) -> None:
            nonlocal pages
            pages = count
            show(percent, pages)

        items = open_sources(
            paths, format=format_, fields=fields, stdin=sys.stdin.buffer, progress=read, remarks=remarks
        )
        report = ingest(
            database, items, actor, refuse,
            replaces=replaces, workers=workers or processors(), progress=stored,
        )  # fmt: skip
    _say_remarks(report, remarks)
    if as_json:
        names = [
            "added",
            "existing",
            "annotations",
            "reviews",
            *(["replaced", "carried", "questions", "unsure"] if replaces else []),
        ]
        lost = {"lost": [visible(line) for line in report.lost]} if replaces else {}
        told = {
            "refused": refused,
            "unread_dates": [visible(line) for line in remarks.unread_dates],
            "passed_over": remarks.passed_over,
            "strangers": [visible(name) for name in report.strangers],
        }
        with after_saving():
            put_json(msgspec.json.encode({name: getattr(report, name) for name in names} | lost | told))
    parts = [f"{report.added:,} added", f"{report.existing:,} already there", f"{report.refused:,} refused"]
    if report.annotations or report.reviews:
        parts.append(f"{counted(report.annotations, 'annotation')} and {counted(report.reviews, 'review')} added")
    if replaces:
        carried = counted(report.carried, "annotation")
        if report.questions:
            carried = f"{carried} and {counted(report.questions, 'question')}"
        parts.append(
            f"{report.replaced:,} replaced ({carried} carried over, "
            f"{report.unsure:,} unsure, {len(report.lost):,} not found)"
        )
    say(f"{', '.join(parts)}: {database.path}")
    return 1 if report.refused else 0


def _say_remarks(report: IngestReport, remarks: Remarks) -> None:
    """Say what else there is to say of an import."""
    for line in report.lost:
        say(f"not found {line}")
    for line in remarks.columns:
        say(line)
    for line in remarks.unread_dates:
        say(f"not read {line}")
    if remarks.passed_over:
        say("passed over: " + ", ".join(f"{count:,} {ending}" for ending, count in remarks.passed_over.items()))
    if report.on_strangers is not None:
        say(report.on_strangers)
