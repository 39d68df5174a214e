"""``zhupi adjudicate``: the app at the first notice that is ready, or what layers agree on becomes gold by a rule."""

from __future__ import annotations

import click

from annotations.counts import counted
from tui.cli.opening import app_options, open_app, require_terminal
from tui.cli.options import acting, as_option, database_option, given_database
from tui.cli.output import after_saving, progress_bar, put_json, say


@click.command("adjudicate", short_help="Decide what is gold where layers differ.")
@click.option(
    "--auto", "rule", type=click.Choice(("all", "majority")), metavar="RULE",
    help="Take what all who finished a notice say, or what more than half of them say: all, majority.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout.")
@app_options
@as_option
@database_option
def command(rule: str | None, *, dry_run: bool, as_json: bool, theme: str | None, no_mouse: bool) -> int:
    """Open the app at the next notice that two people or more have finished, their layers beside each other.

    With --auto no app is opened: what layers agree on becomes gold, in all notices that are ready.

    What the rule does not take stays open, for an adjudicator to decide; where nothing stays open, the gold of the
    notice is done.  What an adjudicator has decided stays.  All is one step, which undo in the app takes back whole;
    running this again adds nothing.

    \b
    Example:
      zhupi adjudicate
      zhupi adjudicate --auto all --dry-run
      zhupi adjudicate --auto majority
    """
    if rule is not None:
        if theme is not None or no_mouse:
            raise click.UsageError("--theme and --no-mouse are for the app, which --auto does not open")
        return _by_rule(rule, dry_run=dry_run, as_json=as_json)
    if dry_run or as_json:
        raise click.UsageError("--dry-run and --json go with --auto")
    require_terminal()
    from store.edits.leases import take_next_ready

    with given_database() as database:
        number = take_next_ready(database, acting(database, "adjudicate"))
        if number is None:
            say("no notice is ready: two people mark one done before it is adjudicated")
            return 0
        return open_app(database, number, adjudicate=True, theme=theme, mouse=not no_mouse)


def _by_rule(rule: str, *, dry_run: bool, as_json: bool) -> int:
    """Take into gold what a rule takes, and report it."""
    import msgspec

    from store.edits.adjudicate_by_rule import Outcome, adjudicate_by_rule
    from store.read.adjudication import ready

    with given_database() as database:
        actor = acting(database, "adjudicate")
        with database.read() as connection:
            numbers = ready(connection)
        outcome = Outcome()
        with progress_bar("adjudicating", len(numbers), "notices") as show:
            for turn in adjudicate_by_rule(database, actor, numbers, rule, dry_run=dry_run):  # type: ignore[arg-type]  # click's choice
                outcome += turn
                for line in turn.refused:
                    say(f"refused {line}")
                show(outcome.notices + len(outcome.refused))
    if as_json:
        with after_saving():
            put_json(msgspec.json.encode({"rule": rule, "dry_run": dry_run, **msgspec.structs.asdict(outcome)}))
    parts = [counted(outcome.notices, "notice"), f"{counted(outcome.taken, 'annotation')} into gold"]
    if outcome.taken_back:
        parts.append(f"{outcome.taken_back:,} taken back")
    parts += [f"{counted(outcome.open, 'difference')} left open", counted(outcome.completed, "notice done")]
    if outcome.refused:
        parts.append(f"{len(outcome.refused):,} refused")
    say(f"{'would be: ' if dry_run else ''}{', '.join(parts)}: {database.path}")
    return 1 if outcome.refused else 0
