"""``zhupi init``: make the database."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import database_option, database_path, open_database
from tui.cli.output import say


@click.command("init", short_help="Make the database.")
@click.option(
    "--labels",
    "labels_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A label set in TOML instead of REQUIREMENT, OFFICIAL, DATE; `zhupi labels --toml` prints one to start from.",
)
@database_option
def command(labels_file: Path | None) -> None:
    """Make the database.

    \b
    Example:
      zhupi init --db coast.db --labels labels.toml
    """
    from annotations.errors import LabelError
    from annotations.labels import LabelSet, default_labels
    from store.errors import DatabaseError

    path = database_path()
    labels = default_labels()
    if labels_file is not None:
        try:
            text = labels_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise LabelError(f"{labels_file}: cannot be read: {reason}") from error
        labels = LabelSet.from_toml(text, str(labels_file))
        from tui.review_keys import label_letters  # textual is slow to import

        try:
            label_letters(labels)
        except LabelError as error:
            raise LabelError(f"{labels_file}: {error}") from error
    if path.exists() and path.stat().st_size:
        raise DatabaseError(f"{path}: already there; import into it, or name another with --db")
    with open_database(create=True) as database:
        database.set_labels(labels)
    say(f"made {path}; next: zhupi import PATH")
