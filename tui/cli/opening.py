"""Opens the app for the commands that do so: on which terminal, in which colours, with whose settings."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from annotations.counts import counted
from tui.cli.options import acting, given_name
from tui.cli.output import say
from tui.garbage import collect_later

if TYPE_CHECKING:
    from store.db.database import Database


def _theme(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from tui.keys.config import THEME_NAMES  # `--version` must not wait for what it imports

        click.Choice(THEME_NAMES).convert(value, param, ctx)
    return value


def app_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that open the app: ``--theme`` and ``--no-mouse``."""
    function = click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")(function)
    return click.option(
        "--theme",
        metavar="NAME",
        callback=_theme,
        help="Colours: dark, light, high-contrast, or terminal for the terminal's own.",
    )(function)


def open_app(
    database: Database,
    notice: int | None = None,
    *,
    adjudicate: bool = False,
    importing: bool = False,
    theme: str | None = None,
    mouse: bool = True,
    hints: bool = False,
) -> int:
    """Run the app until it is left; returns its exit status.

    Args:
        database: the open database.
        notice: the number of the notice to open first; None opens the queue.
        adjudicate: whether that notice is opened to be adjudicated.
        importing: whether the form that imports is shown first.
        theme: a key of ``THEMES``; None takes the theme of the config file, else the one that was chosen last.
        mouse: whether the app uses the mouse.
        hints: whether the first acts have a hint each.

    Raises:
        RoleError: the reviewer may not annotate here.
        CrashError: the app stopped on an unexpected error.
        ConfigError: the config file cannot be used.
    """
    # Other commands that open the app have begun to collect.
    collect_later()
    reviewer, confined = acting(database), given_name() is not None
    if os.environ.get("TERM", "").lower() in ("dumb", "unknown"):
        # textual would write true colours where rich says that the terminal has none.
        os.environ["NO_COLOR"] = "1"
        theme = theme or "terminal"
    _draw_in_256_colours()
    from tui.keys import config
    from tui.session import state
    from tui.terminal import width

    # No file is read under --as, and those who share an account share no config.
    settings = config.Config() if confined else config.load()
    width.set_ambiguous(settings.ambiguous_width)
    from tui.app import ZhupiApp  # textual is slow to import, and only the app needs it
    from tui.keys.keymap import KeymapError

    # People of a service account share its home, but not the place where they left off.
    name = reviewer if confined else None
    kept_state, save_state = state.load(database.path, name), partial(state.save, database.path, name=name)
    try:
        app = ZhupiApp(
            database,
            reviewer=reviewer,
            confined=confined,
            notice=notice,
            adjudicate=adjudicate,
            importing=importing,
            theme=theme or settings.theme,
            state=kept_state,
            save_state=save_state,
            keys=settings.keys,
            drafts_path=state.drafts_path(database.path, name),
            hints=hints,
        )
    except KeymapError as error:
        raise settings.error(error.binding_id, str(error)) from error
    try:
        app.run(mouse=mouse and settings.mouse)
    except Exception:  # noqa: BLE001  # whatever it is, it is reported
        app.crashed = app.crashed or traceback.format_exc()
    if app.session.lost:
        say(f"{counted(app.session.lost, 'change')} not saved: somebody else held the database")
    if app.crashed is not None:
        from tui.crash import report

        raise report(app.crashed)
    return app.return_code or int(app.session.lost > 0)


def _draw_in_256_colours() -> None:
    """Use 256 colours where the terminal can do more: they look the same and are shorter to write.

    To be called before textual is imported.
    """
    if os.environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")


def require_terminal() -> None:
    """Refuse to open the app without a terminal.

    Raises:
        click.UsageError: standard input, output or error is no terminal.
    """
    # textual draws on stderr.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            "the app needs a terminal for input, output and messages; use `zhupi export` or `zhupi normalize` in a pipe"
        )
