"""``zhupi demo``: the bundled sample notices, then the app."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.opening import app_options, open_app, require_terminal
from tui.cli.options import acting, database_option, database_path, opened
from tui.cli.output import say

if TYPE_CHECKING:
    from store.db.database import Database


@click.command("demo", short_help="Look around: sample notices, then the app.")
@app_options
@database_option
def command(*, theme: str | None, no_mouse: bool) -> int:
    """Look around: a database of invented sample notices that show every artefact, then the app.

    The database is kept, so that a second call goes on where the first one ended.

    \b
    Example:
      zhupi demo
    """
    from store.intake.ingest import ingest
    from store.intake.sources import read_sources

    path = database_path("demo.db")
    with opened(path, create=True) as database:
        with resources.as_file(resources.files("store").joinpath("samples")) as folder:
            pages = sorted(folder.glob("*.txt"))
            report = ingest(database, read_sources(pages), acting(database, "add notices"), say)
        say(f"{counted(report.added, 'sample')} added, {report.existing:,} already there: {path}")
        _suggest(database)
        require_terminal()
        return open_app(database, theme=theme, mouse=not no_mouse, hints=True)


def _suggest(database: Database) -> None:
    """Run the rules on the samples that they have not seen, so that there is something to accept."""
    from annotations.suggest import RULES, suggesters
    from store.intake.suggest import notices_to_suggest, suggest_stored

    using = suggesters(RULES)
    suggest_stored(database, acting(database), using, notices_to_suggest(database.connection, using), say)
