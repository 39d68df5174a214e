"""``zhupi training``: what people are trained and checked with, and how they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from annotations.counts import counted
from tui.cli.options import Share, acting, database_option, given_database, text
from tui.cli.output import put, put_json, say
from tui.terminal.display import line

if TYPE_CHECKING:
    from store.db.database import Database
    from store.log.training_results import TrainingKind
    from store.project.training import Training

_DOC: Final = 40
"""Cells of the doc of a notice."""


@click.group(
    "training", short_help="Train new reviewers with gold, and check people unseen.", invoke_without_command=True
)
@database_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """Train new reviewers with notices whose gold is done, and check people with others that nobody can tell.

    Reviewers who join once there is training get its notices first from `n`, and see after each what gold says.  Hidden
    checks come at a share among the notices that are handed out; nobody is told of them, and no export tells.  F1 is
    that of exact spans as somebody first finished a notice.  For admins.

    \b
    Example:
      zhupi training add 01-river-chief-meeting 02-air-quality-campaign
      zhupi training add --check 04-inspection-follow-up
      zhupi training terms --share 5% --bar 0.8
      zhupi training list
    """  # fmt: skip
    if ctx.invoked_subcommand is None:
        ctx.invoke(_list)


@command.command("list", short_help="Show what people are trained and checked with, and how they do.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@database_option
def _list(*, as_json: bool = False) -> None:
    """Show what people are trained and checked with, and how they do.

    \b
    Example:
      zhupi training list
    """
    import msgspec

    from store.project.reviewers import current_reviewer, require
    from store.project.training import training_in
    from store.read.queue import rows_of
    from store.read.training import people_in_training
    from tui.cli.pace import put_training

    with given_database(reading=True) as database, database.read() as connection:
        require(connection, me := current_reviewer(), "change the project")
        training, people = training_in(connection), people_in_training(connection)
        rows = rows_of(connection, me, (*training.training, *training.checks))
        docs = {row.number: row.doc for row in rows}
    if as_json:
        told = {
            "training": [docs[number] for number in training.training],
            "checks": [docs[number] for number in training.checks],
            "share": training.share,
            "bar": training.bar,
            "people": people,
        }
        put_json(msgspec.json.encode(told))
        return
    for kind, numbers in (("training", training.training), ("hidden check", training.checks)):
        for number in numbers:
            put(f"{kind:<12}  {line(docs[number], _DOC)}")
    _say_terms(training)
    put_training(people, "nobody is trained or checked yet")


@command.command("add", short_help="Train people with notices, or check them unseen.")
@click.argument("notices", type=text, nargs=-1, required=True, metavar="NOTICE…")
@click.option("--check", is_flag=True, help="As hidden checks instead.")
@database_option
def _add(notices: Sequence[str], *, check: bool) -> None:
    """Train new reviewers with each NOTICE (an id or a doc), whose gold is done; with --check it is a hidden check.

    \b
    Example:
      zhupi training add 01-river-chief-meeting
      zhupi training add --check 04-inspection-follow-up
    """
    from store.edits.training import mark

    kind: TrainingKind = "check" if check else "training"
    with given_database() as database:
        _say_terms(mark(database, acting(database), _numbers(database, notices), kind))


@command.command("remove", short_help="Neither train nor check people with notices any more.")
@click.argument("notices", type=text, nargs=-1, required=True, metavar="NOTICE…")
@database_option
def _remove(notices: Sequence[str]) -> None:
    """Neither train nor check people with each NOTICE any more; how they did it stays.

    \b
    Example:
      zhupi training remove 01-river-chief-meeting
    """
    from store.edits.training import unmark

    with given_database() as database:
        _say_terms(unmark(database, acting(database), _numbers(database, notices)))


@command.command("terms", short_help="Say how many checks there are, and which F1 opens the queue.")
@click.option("--share", type=Share(), metavar="SHARE", help="Hidden checks among what is handed out: 5% or 0.05.")
@click.option("--bar", type=click.FloatRange(0, 1), metavar="F1", help="The F1 of exact spans that opens the queue.")
@click.option("--no-bar", is_flag=True, help="Whoever has done all of the training is through.")
@database_option
def _terms(share: float | None, bar: float | None, *, no_bar: bool) -> None:
    """Say which share of the notices are hidden checks, and which F1 opens the queue to whoever is trained.

    \b
    Example:
      zhupi training terms --share 5% --bar 0.8
    """
    from store.edits.training import set_terms

    if share is None and bar is None and not no_bar:
        raise click.UsageError("say --share, --bar or --no-bar")
    if bar is not None and no_bar:
        raise click.UsageError("--bar and --no-bar do not go together")
    with given_database() as database:
        _say_terms(set_terms(database, acting(database), share=share, bar=bar, no_bar=no_bar))


@command.command("require", short_help="Train a reviewer who came before there was training.")
@click.argument("name", type=text)
@database_option
def _require(name: str) -> None:
    """Train the reviewer NAME too, who came before there was training.

    \b
    Example:
      zhupi training require wang
    """
    from store.edits.training import train

    with given_database() as database:
        train(database, acting(database), name, excused=False)
    say(f"{name} gets the training first")


@command.command("excuse", short_help="Let a reviewer do without training.")
@click.argument("name", type=text)
@database_option
def _excuse(name: str) -> None:
    """Let the reviewer NAME do without training, or without reaching the bar.

    \b
    Example:
      zhupi training excuse wang
    """
    from store.edits.training import train

    with given_database() as database:
        train(database, acting(database), name, excused=True)
    say(f"the queue is open to {name}")


@command.command("repeat", short_help="Let a reviewer do the training once more.")
@click.argument("name", type=text)
@database_option
def _repeat(name: str) -> None:
    """Let NAME do the training once more from its first notice on; what they tagged stays, and is open again.

    \b
    Example:
      zhupi training repeat wang
    """
    from store.edits.training import repeat

    with given_database() as database:
        count = repeat(database, acting(database), name)
    say(f"{name}: {counted(count, 'notice')} to be done once more")


def _numbers(database: Database, notices: Sequence[str]) -> list[int]:
    from store.read.notices import find_notice

    with database.read() as connection:
        return list(dict.fromkeys(find_notice(connection, notice) for notice in notices))


def _say_terms(training: Training) -> None:
    bar = f"F1 {training.bar:.2f} opens the queue" if training.bar is not None else "no bar"
    hidden = f"{counted(len(training.checks), 'check')} hidden, at a share of {training.share:.0%}"
    say(f"{counted(len(training.training), 'notice')} to train with, {bar}; {hidden}")
