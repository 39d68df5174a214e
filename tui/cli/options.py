"""Options that commands share: the database, the name to work under, and how both are used."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tui.cli.output import said_if_slow

if TYPE_CHECKING:
    from store.db.database import Database
    from store.project.reviewers import Task

_DATABASE: Final = "zhupi.database"
_NAME: Final = "zhupi.as"
"""The keys under which click keeps the path of ``--db`` and the name of ``--as``."""


def text(value: str) -> str:
    """A parameter type for text that is stored or searched for.

    Raises:
        click.BadParameter: its bytes are not UTF-8.
    """
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise click.BadParameter(f"{value}: not UTF-8") from error
    return value


def published_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--from`` and ``--until``: days as ``2021-09-26``, typed as in the filter of the queue."""
    function = click.option(
        "--until", "published_to", type=_last_day, metavar="DAY",
        help="Notices published until DAY, such as 2021-09-26; of 2021 or 2021-09 until the end.",
    )(function)  # fmt: skip
    return click.option(
        "--from", "published_from", type=_first_day, metavar="DAY",
        help="Notices published since DAY, such as 2021-09-26; of 2021 or 2021-09 since the beginning.",
    )(function)  # fmt: skip


def _first_day(typed: str) -> str:
    return _day(typed, last=False)


def _last_day(typed: str) -> str:
    return _day(typed, last=True)


def _day(typed: str, *, last: bool) -> str:
    from tui.forms.days import DayError, first_day, last_day

    try:
        day = last_day(typed) if last else first_day(typed)
    except DayError as error:
        raise click.BadParameter(str(error)) from error
    if day is None:
        raise click.BadParameter("it is empty: write 2021, 2021-09 or 2021-09-26")
    return day


def _keep(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    """Keep the path of ``--db``, which may stand before or after the command; the later one wins, but under ``--as``.

    Raises:
        click.UsageError: a forced command with ``--as`` has named another database already.
    """
    meta = ctx.find_root().meta
    if value is not None:
        if _NAME in meta and meta.get(_DATABASE, value) != value:
            raise click.UsageError("--db: the database has been named, and --as keeps to it")
        meta[_DATABASE] = value


def database_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--db``."""
    return click.option(
        "--db",
        type=click.Path(path_type=Path),
        metavar="PATH",
        expose_value=False,
        callback=_keep,
        help="The database; else $ZHUPI_DB, else one in your data directory.",
    )(function)


def _keep_name(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Keep the name of ``--as``, and from then on nothing else of whoever calls.

    Raises:
        click.UsageError: a forced command has given another name already.
    """
    if value is not None:
        from tui.cli.confinement import confine

        confine()
        if ctx.find_root().meta.setdefault(_NAME, value) != value:
            raise click.UsageError("--as: the name has been given, and nobody takes another")


def as_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--as``, which stands before or after the command like ``--db``."""
    return click.option(
        "--as",
        "as_name",
        type=text,
        metavar="NAME",
        expose_value=False,
        # Before all others, which it binds.
        is_eager=True,
        callback=_keep_name,
        help="Work under this name: for service accounts, in the forced command of an SSH key.",
    )(function)


def given_name() -> str | None:
    """The name of ``--as``; None without the option."""
    name: str | None = click.get_current_context().find_root().meta.get(_NAME)
    return name


class ReadFile(click.Path):
    """A parameter type for a file that is read; under ``--as``, where nothing reads files, it is standard input."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, allow_dash=True)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path of the file; ``-`` is standard input.

        Raises:
            click.UsageError: no file is read under ``--as``.
        """
        if value != "-" and ctx is not None and _NAME in ctx.find_root().meta:
            raise click.UsageError(f"{param.opts[0] if param else 'FILE'}: no file is read under --as, but `-`")
        return super().convert(value, param, ctx)


def acting(database: Database, task: Task = "annotate") -> str:
    """The name of the reviewer who runs this command, once their role is known to allow the task.

    Raises:
        RoleError: the role does not allow it, or the reviewer was removed.
    """
    from store.db.lock import Work
    from store.edits.people import identify
    from store.project.reviewers import require

    name = identify(database, given_name())
    database.work = Work(name, click.get_current_context().info_name or "zhupi")
    require(database.connection, name, task)
    return name


def database_path(name: str = "zhupi.db") -> Path:
    """The path of the database: from ``--db``, else from ``$ZHUPI_DB``, else in the platform's data directory.

    Args:
        name: the file name in the data directory.
    """
    given: Path | None = click.get_current_context().find_root().meta.get(_DATABASE)
    if given is None and os.environ.get("ZHUPI_DB"):
        given = Path(os.environ["ZHUPI_DB"])
    if given is None:
        from platformdirs import user_data_path  # slow to import, and only needed here

        given = user_data_path("zhupi", appauthor=False) / name
    return given


def given_database(*, create: bool = False, group: int | None = None, reading: bool = False) -> Database:
    """Open the database of this command.

    Args:
        create: whether to make it where there is none.
        group: the id of the Unix group that a new database is shared with.
        reading: whether the command only reads: people who may not write the database can run it too.

    Raises:
        DatabaseError: it cannot be used.
    """
    return opened(database_path(), create=create, group=group, reading=reading)


def opened(path: Path, *, create: bool = False, group: int | None = None, reading: bool = False) -> Database:
    """Open a database; on a terminal it is said that an older one takes long to be brought up to date.

    Args:
        path: the file.
        create: whether to make it where there is none.
        group: the id of the Unix group that a new database is shared with.
        reading: whether the command only reads.

    Raises:
        DatabaseError: it cannot be used.
    """
    from store.open import open_database  # `--help` needs no database

    told = f"{path}: made by an older zhupi; bringing it up to date takes a while, once (ctrl+c leaves it as it was)"
    upgrading = partial(said_if_slow, told)
    return open_database(path, create=create, group=group, reading=reading, upgrading=upgrading)


class Share(click.ParamType[float]):
    """A share of a whole, as ``5%`` or ``0.05``."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share, from 0 to 1."""
        given = str(value).strip()
        try:
            share = float(given.removesuffix("%")) / (100 if given.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            self.fail(f"{given}: give a share as 5% or 0.05", param, ctx)
        return share
