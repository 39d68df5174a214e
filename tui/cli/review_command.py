"""``zhupi review``: the app."""

from __future__ import annotations

import click

from tui.cli.opening import app_options, open_app, require_terminal
from tui.cli.options import as_option, database_option, database_path, given_database, given_name, text


@click.command("review", short_help="Open the app (also plain `zhupi`).")
@click.option("--notice", type=text, metavar="NOTICE", help="Open this notice, an id or a doc.")
@app_options
@as_option
@database_option
def command(notice: str | None = None, theme: str | None = None, *, no_mouse: bool = False) -> int:
    """Open the app: the queue of notices, and the two texts of one side by side.

    Where there is no database yet, it offers the demo and an import.

    \b
    Example:
      zhupi review --notice 01-river-chief-meeting
    """
    from store.db.database import is_there

    require_terminal()
    path = database_path()
    if notice is None and given_name() is None and not is_there(path):
        from tui.cli.beginning import how_to_begin

        way = how_to_begin(path)
        if way == "demo":
            from tui.cli.demo_command import command as demo

            status: int = click.get_current_context().invoke(demo, theme=theme, no_mouse=no_mouse)
            return status
        if way == "import":
            with given_database(create=True) as database:
                return open_app(database, importing=True, theme=theme, mouse=not no_mouse)
    with given_database() as database:
        number = None
        if notice is not None:
            from store.read.notices import find_notice

            number = find_notice(database.connection, notice)
        return open_app(database, number, theme=theme, mouse=not no_mouse)
