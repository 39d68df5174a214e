"""``zhupi diff``: what differs between two exports, releases or databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli.options import database_option, given_database, opened, text
from tui.cli.output import put_json, say

if TYPE_CHECKING:
    from annotations.formats.native_differences import Difference
    from annotations.labels import LabelSet
    from store.output.differences import Refuse, Side

_NOW = "now"


@click.command("diff", short_help="Tell what differs between two exports, releases or databases.")
@click.argument("before", type=click.Path(path_type=Path, allow_dash=True), metavar="A")
@click.argument("after", type=click.Path(path_type=Path, allow_dash=True), metavar="B")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a difference, a line each.")
@click.option("--label", type=text, metavar="LABEL", help="Annotations that have this label, or had it, only.")
@click.option("--layer", type=text, metavar="NAME", help="What this annotator said only, or gold, or suggested.")
@click.option("--counts", "counts_only", is_flag=True, help="Only the counts.")
@database_option
def command(
    before: Path, after: Path, label: str | None, layer: str | None, *, as_json: bool, counts_only: bool
) -> int:
    """Tell what differs from A to B: native exports, the folders of releases, databases; `now` is the database.

    Notices, annotations and reviews that were added, removed or changed: counted by layer and label, then one by one,
    gold first, then people, then suggestions.  Times are not compared.  A span that was deleted and tagged anew has
    changed.  A label that has another name is told once, where a manifest or a database tells its first name.

    The exit status is 0 whether or not something differs, and 1 where a line could not be read: it is named, and its
    notice is passed over.

    \b
    Example:
      zhupi diff coast-v1.0 coast-v1.1
      zhupi diff coast-v1.0 now --layer gold
      zhupi diff before.jsonl after.jsonl.gz --json
    """
    from annotations.labels import default_labels
    from store.output.differences import compared
    from tui.cli.painting import painter

    if as_json and counts_only:
        raise click.UsageError("--counts goes with the table, not with --json")
    if str(before) == str(after) == "-":
        raise click.UsageError("A and B cannot both be standard input")
    refused = 0

    def refuse(told: str) -> None:
        nonlocal refused
        refused += 1
        say(told)

    with ExitStack() as stack:
        labels = default_labels()
        sides = []
        for path in (before, after):
            side, own = stack.enter_context(_side(path, refuse))
            sides.append(side)
            if own is not None and label is not None and label not in own.by_any_name:
                say(f"--label: {path} has no label {label}; it has {', '.join(own.by_any_name)}")
            labels = own or labels
        found = (each for each in compared(sides[0], sides[1], refuse) if _wanted(each, label, layer))
        if as_json:
            import msgspec

            encoder = msgspec.json.Encoder()
            for each in found:
                put_json(encoder.encode(each))
        else:
            from tui.cli.differences import Report

            hues = {name: each.hue for each in labels for name in each.names}
            report = Report(stack, painter(), hues, counts_only=counts_only)
            for each in found:
                report.add(each)
            report.put(_name(before), _name(after))
    return 1 if refused else 0


@contextmanager
def _side(path: Path, refuse: Refuse) -> Iterator[tuple[Side, LabelSet | None]]:
    """One of the two, and the label set where it has one."""
    from store.db.files import is_database
    from store.output.differences import side_of_database, side_of_export
    from store.project.settings import labels_of

    if str(path) != _NOW and not is_database(path):
        with side_of_export(path, refuse) as side:
            yield side, None
        return
    with (
        given_database(reading=True) if str(path) == _NOW else opened(path, reading=True) as database,
        side_of_database(database) as side,
    ):
        yield side, labels_of(database)


def _wanted(difference: Difference, label: str | None, layer: str | None) -> bool:
    """Whether a difference is one that was asked for."""
    if difference.kind == "label":
        return label is None or label in {difference.label, *(each.before for each in difference.fields)}
    if layer is not None and difference.layer != layer:
        return False
    if label is None:
        return True
    had = next((each.before for each in difference.fields if each.field == "label"), difference.label)
    return difference.kind == "annotation" and label in (difference.label, had)


def _name(path: Path) -> str:
    """What one of the two is called, with its tag where it is a release."""
    from store.output.folder import release_tag

    tag = release_tag(path)
    return str(path) if tag is None else f"{path} ({tag})"
