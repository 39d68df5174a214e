"""The command line: one module per command, imported when the command is called.

Errors become one line on stderr and an exit status here and nowhere else: 1 where some inputs were refused, 2 for wrong
usage or an unusable database.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from annotations.errors import ZhupiError
from tui.cli.opening import app_options
from tui.cli.options import as_option, database_option, given_name
from tui.cli.output import drop, fail, no_stream
from tui.ending import Ended, ended
from tui.garbage import collect

COMMANDS = (
    "demo",
    "init",
    "import",
    "merge",
    "review",
    "export",
    "release",
    "diff",
    "verify",
    "tag",
    "suggest",
    "patterns",
    "learn",
    "suspects",
    "find",
    "accept",
    "stats",
    "order",
    "assign",
    "adjudicate",
    "training",
    "normalize",
    "prepare",
    "check",
    "backup",
    "restore",
    "reviewers",
    "labels",
    "guideline",
    "config",
)
"""The commands, in the order in which a newcomer needs them; each is a module of this package."""


_UNDER_A_NAME = (None, "review", "tag", "assign", "adjudicate")
"""The commands that ``--as`` is allowed with: those that read and write no files and need no admin."""


_APP = (None, "review")
"""What opens the app, which collects garbage from its first paint on."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called: the app must not wait for the exporter."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names of all commands."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name; click knows no names of commands that are not imported yet.

        Raises:
            click.UsageError: there is none; the message has the name that comes closest.
        """
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches  # slow to import, and only needed here

            near = get_close_matches(name, COMMANDS, 1)
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {near[0]}?" if near else ""))
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """The command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tui.cli.{cmd_name}_command").command
        return command


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, help="Print the version and leave.")
@app_options
@as_option
@database_option
@click.pass_context
def cli(ctx: click.Context, *, version: bool, theme: str | None, no_mouse: bool) -> int | None:
    """Review and annotate scraped Chinese government notices.

    Without a command, zhupi opens the app (`zhupi review`).

    \b
    Example:
      zhupi import pages/
      zhupi
      zhupi export -o annotations.jsonl
    """
    if ctx.invoked_subcommand not in _APP:
        collect()
    if given_name() is not None and ctx.invoked_subcommand not in _UNDER_A_NAME:
        raise click.UsageError(f"--as goes with review, tag, assign and adjudicate, not with {ctx.invoked_subcommand}")
    if version:
        from tui.cli.version import zhupi_version  # package metadata is slow to read

        click.echo(f"zhupi {zhupi_version()}")
    elif ctx.invoked_subcommand is None:
        status: int = ctx.invoke(cli.get_command(ctx, "review"), theme=theme, no_mouse=no_mouse)  # type: ignore[arg-type]  # it is there
        return status
    elif theme is not None or no_mouse:
        raise click.UsageError("--theme and --no-mouse go behind `review` or `demo`")
    return None


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    try:
        status = cli.main(list(arguments), prog_name="zhupi", standalone_mode=False)
    except (click.ClickException, click.Abort, KeyboardInterrupt, ZhupiError, MemoryError, OSError) as error:
        return _failed(error)
    return status if isinstance(status, int) else 0


def _failed(error: BaseException) -> int:
    """Tell in one line why a command ended; returns its exit status."""
    status = 1
    error = ended() or error
    match error:
        case click.exceptions.NoArgsIsHelpError():
            with suppress(OSError):
                click.echo(error.ctx.get_help() if error.ctx else "", err=True)
            status = 2
        case click.ClickException():
            message = error.format_message().rstrip(".")
            # Whoever is told what they mean needs no help.
            told = message.endswith(("?", "?)"))
            if isinstance(error, click.UsageError) and error.ctx and not told:
                message += f"; try `{error.ctx.command_path} --help`"
            fail(message)
            status = 2
        case click.Abort() | KeyboardInterrupt():
            signalled = error if isinstance(error, Ended) else Ended(signal.SIGINT)
            fail(signalled.message)
            status = signalled.exit_code
        case ZhupiError():
            fail(str(error))
            status = error.exit_code
        case MemoryError():
            fail("there is not enough memory; what was finished is kept")
        case OSError():
            drop(sys.stdout)
            # If the reader of the pipe has gone, there is nobody to read a message.
            if not isinstance(error, BrokenPipeError):
                fail(f"{error.filename}: {error.strerror or error}" if error.filename else no_stream(error))
    return status
