"""``zhupi import --into``: what people marked with other tools, into the layer of somebody here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from annotations.counts import counted
from annotations.errors import LabelError
from tui.cli.options import acting, given_database
from tui.cli.output import after_saving, progress_bar, put_json, say
from tui.terminal.display import visible


def into_layer(
    paths: Sequence[str],
    into: str,
    format_: str | None,
    *,
    names: Mapping[str, str],
    annotator: str | None,
    new: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Import annotations of other tools into a layer.

    Args:
        paths: files, folders, archives, ``-``.
        into: whose layer it is.
        format_: the format; None for what each file looks like.
        names: labels of the files, each with its name here.
        annotator: only what they said, as the files call them; None takes all.
        new: whether ``into`` is added where nobody here has that name.
        dry_run: whether nothing is stored.
        as_json: whether the report is printed as JSON.

    Returns:
        The exit status.
    """
    import msgspec

    from store.edits.people import require_person
    from store.intake.foreign import read_foreign
    from store.intake.layers import LayerImport, import_layer
    from store.intake.sources import Remarks
    from store.project.settings import labels_of

    refused: list[str] = []
    remarks = Remarks()

    def refuse(line: str) -> None:
        refused.append(visible(line))
        say(f"refused {line}")

    with given_database(create=new) as database, progress_bar("importing", None, "documents") as show:
        actor = acting(database, "add notices")
        labels = labels_of(database)
        try:
            for name in names.values():
                labels.usable(name)
        except LabelError as error:
            raise click.UsageError(f"--map: {error}") from error
        require_person(database, actor, into, new=new, dry_run=dry_run)
        wanted = LayerImport(annotator=into, labels=names, said_by=annotator, dry_run=dry_run)
        documents = read_foreign(paths, format_, remarks.pass_over)
        report = import_layer(database, documents, actor, wanted, refuse, show)
    ours = ", ".join(label.name for label in labels.shown)
    for label, count in report.unknown_labels.items():
        refuse(f"label {label}: {counted(count, 'span')}; --map {label}=LABEL takes them as one of {ours}")
    for line in report.not_taken.lines():
        say(f"not taken {line}")
    if report.near_copies.count:
        say(f"new, though nearly the text of a notice: {report.near_copies}; `zhupi check --near` lists near-copies")
    if report.unused_names:
        say(f"--map: no label {', '.join(report.unused_names)} in what was imported")
    if remarks.passed_over:
        say("passed over: " + ", ".join(f"{count:,} {ending}" for ending, count in remarks.passed_over.items()))
    if as_json:
        counts = ("documents", "matched", "added", "annotations", "existing", "reviews")
        told = {
            "unknown_labels": {visible(label): count for label, count in report.unknown_labels.items()},
            "refused": refused,
            "not_taken": {
                kind: {"count": found.count, "first": [visible(each) for each in found.first]}
                for kind, found in report.not_taken.kinds.items()
            },
            "near_copies": report.near_copies.count,
            "passed_over": remarks.passed_over,
            "dry_run": dry_run,
        }
        with after_saving():
            put_json(msgspec.json.encode({name: getattr(report, name) for name in counts} | told))
    unknown = sum(report.unknown_labels.values())
    say(
        f"{'would be: ' if dry_run else ''}{counted(report.documents, 'document')}, {report.added:,} of them new; "
        f"{counted(report.annotations, 'annotation added')} to {into}, {report.existing:,} already there, "
        f"{report.refused + unknown:,} refused; {counted(report.reviews, 'review')}: {database.path}"
    )
    return 1 if report.refused or unknown else 0
