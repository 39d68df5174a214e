"""``zhupi adjudicate``: what layers agree on becomes gold."""

from __future__ import annotations

import click

from tui.cli.options import acting, as_option, database_option, given_database
from tui.cli.output import after_saving, progress_bar, put_json, say


@click.command("adjudicate", short_help="Make gold of what layers agree on.")
@click.option(
    "--auto", "rule", type=click.Choice(("all", "majority")), required=True, metavar="RULE",
    help="Take what all who finished a notice say, or what more than half of them say: all, majority.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on stdout.")
@as_option
@database_option
def command(rule: str, *, dry_run: bool, as_json: bool) -> int:
    """Take into gold what layers agree on, in all notices that two people or more have finished.

    What the rule does not take stays open, for an adjudicator to decide; where nothing stays open, the gold of the
    notice is done.  What an adjudicator has decided stays.  All is one step, which undo in the app takes back whole;
    running this again adds nothing.

    \b
    Example:
      zhupi adjudicate --auto all --dry-run
      zhupi adjudicate --auto majority
    """
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
    parts = [f"{outcome.notices:,} notices", f"{outcome.taken:,} annotations into gold"]
    if outcome.taken_back:
        parts.append(f"{outcome.taken_back:,} taken back")
    parts += [f"{outcome.open:,} differences stay open", f"{outcome.completed:,} notices done"]
    if outcome.refused:
        parts.append(f"{len(outcome.refused):,} refused")
    say(f"{'would be: ' if dry_run else ''}{', '.join(parts)}: {database.path}")
    return 1 if outcome.refused else 0
