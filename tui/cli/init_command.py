"""``zhupi init``: make the database."""

from __future__ import annotations

from pathlib import Path

import click

from tui.cli.options import acting, database_option, database_path, given_database, text
from tui.cli.output import say


@click.command("init", short_help="Make the database.")
@click.option(
    "--labels",
    "labels_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A label set in TOML instead of REQUIREMENT, OFFICIAL, DATE; `zhupi labels --toml` prints one to start from.",
)
@click.option(
    "--group", type=text, metavar="NAME", help="Share it with this Unix group: a folder of its own, open to the group.",
)  # fmt: skip
@database_option
def command(labels_file: Path | None, group: str | None) -> None:
    """Make the database; whoever does is its first admin.

    With --group its folder becomes 2770 and the database 0660, so that everybody in the group works with it, whatever
    their umask.

    \b
    Example:
      zhupi init --db coast.db --labels labels.toml
      zhupi init --db /srv/zhupi/coast.db --group annotators
    """
    from store.db.database import is_there
    from store.edits.labels import declare_labels
    from store.edits.patterns import set_patterns
    from store.errors import DatabaseError
    from tui.cli.labels_command import read_labels

    path = database_path()
    labels, patterns = (None, ()) if labels_file is None else read_labels(labels_file)
    if is_there(path) and path.stat().st_size:
        raise DatabaseError(f"{path}: already there; import into it, or name another with --db")
    number = None
    if group is not None:
        from store.db.filesystem import make_shared_folder

        number = make_shared_folder(path.absolute().parent, group)
    with given_database(create=True, group=number) as database:
        if labels is not None:
            declare_labels(database, actor := acting(database, "change the project"), labels)
            if patterns:
                set_patterns(database, actor, patterns)
    shared = f", shared with the group {group}" if group is not None else ""
    say(f"made {path}{shared}; next: zhupi import PATH")
