"""``zhupi tag``: one annotation from a script."""

from __future__ import annotations

import re

import click

from tui.cli.options import acting, as_option, database_option, given_database, text
from tui.cli.output import after_saving, put_json, say

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _id(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """An id that a client gives; with a dot in it, it could be that of a decision (``annotations.decisions``)."""
    if value is not None and not _ID.fullmatch(value):
        raise click.BadParameter(f"{value}: letters, digits, - and _, 64 at most")
    return value


@click.command("tag", short_help="Tag a span from a script.")
@click.argument("notice", type=text)
@click.argument("label", type=text)
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.option(
    "--attr", "pairs", type=text, multiple=True, metavar="NAME=VALUE",
    help="An attribute; may be repeated; `NAME=` leaves it unset.",
)  # fmt: skip
@click.option(
    "--id", "given_id", type=text, callback=_id, metavar="ID",
    help="An id of your own for the annotation: letters, digits, - and _, 64 at most.",
)  # fmt: skip
@as_option
@database_option
def command(notice: str, label: str, start: int, end: int, pairs: tuple[str, ...], given_id: str | None) -> None:
    """Tag raw[START:END] of NOTICE (an id or a doc) with LABEL; offsets are code points of the raw text.

    Values that are not given are read from the text where the label has a reader.  Prints the annotation as JSON.

    With --id the same call may be made again when its answer was lost: what was stored under that id is printed, and
    nothing is stored twice.

    \b
    Example:
      zhupi tag 01-river-chief-meeting DATE 120 130 --attr iso=2021-09-26
      zhupi tag 01-river-chief-meeting DATE 120 130 --id "$(uuidgen)"
    """
    from annotations.annotation import guideline_warnings
    from annotations.formats import native_record
    from annotations.origins import tagged
    from annotations.spans import annotated_span
    from annotations.values import read_values
    from store.edits.annotate import add_annotation, add_annotation_once
    from store.project.settings import labels_of
    from store.read.notices import find_notice, load_notice, notice_annotations

    with given_database() as database:
        actor = acting(database)
        stored = load_notice(database.connection, find_notice(database.connection, notice))
        labels = labels_of(database)
        declared = labels.usable(label)
        span = annotated_span(start, end, stored.notice.raw)
        given = declared.parse(pairs)
        layer = [each for each in notice_annotations(database.connection, stored.number) if each.annotator == actor]
        values = read_values(declared, stored.notice, span, labels.lexicon, layer)
        names = [pair.partition("=")[0] for pair in pairs]
        values |= {name: given[name] for name in names}
        annotation = tagged(stored.notice.raw, span, declared.name, values, actor, given_id)
        if given_id is None:
            add_annotation(database, actor, stored.number, annotation)
        else:
            kept = add_annotation_once(database, actor, stored.number, annotation, names)
            if kept is None:
                say(f"{given_id}: stored before, and deleted since; nothing was changed")
                return
            annotation = kept
    layer = [each for each in layer if each.id != annotation.id]
    if stored.notice.alignment.snap(span, stored.notice.raw) != span:
        say("saved, but an edge falls inside a reading: it belongs to the character before it")
    for warning in guideline_warnings(annotation, layer, stored.notice.normalized, stored.notice.alignment):
        say(f"saved, but {warning}")
    with after_saving():
        put_json(native_record.encode(native_record.native_annotation(annotation, stored.notice)))
