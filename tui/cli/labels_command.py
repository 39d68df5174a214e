"""``zhupi labels``: the label set of the project."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, database_path, given_database, text
from tui.cli.output import put, put_json, put_text, say

if TYPE_CHECKING:
    from annotations.labels import Attribute, LabelSet
    from annotations.notice_attributes import NoticeAttribute
    from annotations.suggest.pattern import Pattern
    from store.db.database import Database


_KIND: Final = 30
"""Cells of what values an attribute takes."""

_MOST_BYTES = 1_000_000
"""Bytes of a label set at most; it may have long lists of words."""


def _renames(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> list[tuple[str, str]]:
    found = []
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise click.BadParameter(f"{pair}: give OLD=NEW")
        found.append((old, new))
    return found


@click.command("labels", short_help="Show the label set, or change it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option(
    "--toml", "as_toml", is_flag=True,
    help="As TOML, to start your own from; without a database the labels that ship.",
)  # fmt: skip
@click.option(
    "--set", "file", type=click.Path(path_type=Path), metavar="FILE", help="The labels that there shall be, in TOML.",
)  # fmt: skip
@click.option(
    "--rename", "renames", type=text, multiple=True, metavar="OLD=NEW", callback=_renames,
    help="Give a label another name, also in all annotations; may be repeated.",
)  # fmt: skip
@click.option(
    "--hide", "hidden", type=text, multiple=True, metavar="LABEL",
    help="Keep a label and what has it, but tag and suggest it no more; may be repeated.",
)  # fmt: skip
@database_option
def command(
    file: Path | None, renames: list[tuple[str, str]], hidden: tuple[str, ...], *, as_json: bool, as_toml: bool
) -> None:
    """Show the labels of the database, their keys and their attributes; with --set, --rename or --hide, change them.

    Work may have begun: annotations follow a new name, sessions that are open show it at once, and files made before
    are still read.  A label that is in use is renamed or hidden, never lost, and so is a value.  For admins.

    Patterns that the file declares are taken over as by `zhupi patterns --set`.  What it declares under [[notice]] is
    said of a whole notice, with `M` in the app.

    \b
    Example:
      zhupi labels
      zhupi labels --toml > labels.toml
      zhupi labels --set labels.toml --rename DATE=DAY --hide OFFICIAL
    """
    from store.project.settings import labels_of
    from tui.cli.patterns_command import keep_patterns

    if file is not None or renames or hidden:
        if as_json or as_toml:
            raise click.UsageError("--json and --toml show the labels; they do not go with a change")
        wanted, patterns = read_labels(file) if file is not None else (None, ())
        with given_database() as database:
            _change(database, wanted, renames, hidden, "the label set" if file is None else str(file))
            if patterns:
                keep_patterns(database, acting(database, "change the project"), patterns)
        return
    from store.db.database import is_there

    if as_toml and not is_there(database_path()):
        from annotations.labels import default_labels_toml

        put_text(default_labels_toml().rstrip("\n"))
        return
    with given_database(reading=True) as database:
        labels = labels_of(database)
    if as_json:
        put_json(labels.to_json())
    elif as_toml:
        put_text(_toml(labels).rstrip("\n"))
    else:
        _show(labels)


def read_labels(file: Path) -> tuple[LabelSet, tuple[Pattern, ...]]:
    """The label set of a file, and the patterns that it declares beside it.

    Raises:
        LabelError: it cannot be read, is no label set, or has a key that the app needs.
        PatternError: a pattern of it cannot be used.
    """
    from annotations.errors import LabelError
    from annotations.labels import LabelSet, label_tables
    from store.input.opening import READ_ERRORS, read_text, reason

    try:
        toml = read_text(file, _MOST_BYTES)
    except READ_ERRORS as error:
        raise LabelError(f"{file}: {reason(error)}") from error
    tables = label_tables(toml, str(file))
    patterns = tables.pop("pattern", [])
    labels = LabelSet.from_tables(tables, str(file))
    _check_keys(labels, str(file))
    if not patterns:
        return labels, ()
    from tui.cli.pattern_files import declared_patterns

    return labels, declared_patterns(patterns, labels, file)


def _check_keys(labels: LabelSet, where: str) -> None:
    """Prove that the app has the keys of the labels free.

    Raises:
        LabelError: it has not; the message names the label and the key.
    """
    from annotations.errors import LabelError
    from tui.review.keys import label_letters  # textual is slow to import

    try:
        label_letters(labels)
    except LabelError as error:
        raise LabelError(f"{where}: {error}") from error


def _toml(labels: LabelSet) -> str:
    """The label set as TOML; the one that ships with its comments."""
    from annotations.labels import default_labels, default_labels_toml

    return default_labels_toml() if labels == default_labels() else labels.to_toml()


def _show(labels: LabelSet) -> None:
    for digit, label in enumerate(labels.shown, 1):
        put(f"{digit} {label.key or ' '}  {label.name}  {label.description}")
        _show_attributes(label.attribute)
    if labels.notice:
        put("M    the whole notice")
        _show_attributes(labels.notice)
    for label in labels:
        if label.hidden:
            put(f"     {label.name}  hidden: what has it stays, and nothing new gets it")


def _show_attributes(attributes: Sequence[Attribute | NoticeAttribute]) -> None:
    from tui.terminal.width import cells

    for attribute in attributes:
        between = " + " if attribute.type == "several" else " | "
        kind = between.join(attribute.choices) if attribute.choices else attribute.type
        gap = " " * max(0, _KIND - cells(kind))
        put(f"       {attribute.name:<22} {kind}{gap} {attribute.description}")


def _change(
    database: Database,
    wanted: LabelSet | None,
    renames: Sequence[tuple[str, str]],
    hidden: Collection[str],
    where: str,
) -> None:
    from annotations.relabelling import changes, same_suggestions
    from store.edits.labels import change_labels
    from store.edits.withdraw import withdraw_labels

    actor = acting(database, "change the project")
    before, after = change_labels(
        database, actor, wanted, renames, hidden, where, lambda labels: _check_keys(labels, where)
    )
    # Also where nothing changes: an earlier call may have been interrupted.
    withdrawn = withdraw_labels(database, actor, [label.name for label in after if label.hidden])
    found = changes(before, after)
    for what, names in (
        ("added", found.added),
        ("renamed", [f"{old} to {new}" for old, new in found.renamed]),
        ("hidden", found.hidden),
        ("shown again", found.shown),
        ("changed", found.changed),
        ("dropped, since nothing ever had it", found.dropped),
        ("labels of the whole notice added", found.notice.added),
        ("labels of the whole notice changed", found.notice.changed),
        ("labels of the whole notice dropped, since nothing has them", found.notice.dropped),
    ):
        if names:
            say(f"{what}: {', '.join(names)}")
    if withdrawn:
        say(f"{counted(withdrawn, 'suggestion')} of hidden labels withdrawn, which nobody had decided")
    if before == after:
        say(f"the labels are so already: {database.path}")
        return
    say(f"these are the labels now: {database.path}")
    if not same_suggestions(before, after):
        say("next: zhupi suggest, which looks at every notice again")
