"""``zhupi patterns``: dictionaries and expressions of a project that are suggesters of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotations.counts import counted
from tui.cli.options import acting, database_option, given_database, text
from tui.cli.output import put, put_text, say

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from annotations.suggest.pattern import Pattern
    from store.db.database import Database


@click.command("patterns", short_help="Show the dictionaries and expressions of the project, or change them.")
@click.option(
    "--set", "file", type=click.Path(path_type=Path), metavar="FILE",
    help="Take over the patterns of a TOML file; one of the same name is replaced, the others stay.",
)  # fmt: skip
@click.option(
    "--remove", "removed", type=text, multiple=True, metavar="NAME",
    help="Take a pattern out, and what it suggests where nobody has decided; may be repeated.",
)  # fmt: skip
@click.option("--toml", "as_toml", is_flag=True, help="As a TOML file, which --set takes.")
@database_option
def command(file: Path | None, removed: tuple[str, ...], *, as_toml: bool) -> None:
    """Show the patterns of the database; with --set or --remove, change them.

    `zhupi suggest` looks for them in the normalized text, and either script finds the other. `zhupi suggest --try FILE`
    shows what they would find before anything is stored. For admins.

    \b
    Example:
      zhupi patterns
      zhupi suggest --try chiefs.toml
      zhupi patterns --set chiefs.toml
      zhupi patterns --remove river-chiefs
    """
    from annotations.suggest.pattern import to_toml
    from store.edits.patterns import remove_patterns, withdraw_removed
    from store.project.patterns import patterns_in
    from store.project.settings import labels_of
    from tui.cli.pattern_files import read_patterns

    if file is None and not removed:
        with given_database(reading=True) as database:
            patterns, labels = patterns_in(database.connection), labels_of(database)
        if as_toml:
            put_text(to_toml(patterns).rstrip("\n"))
        else:
            _show(patterns, labels)
        return
    if as_toml:
        raise click.UsageError("--toml shows the patterns; it does not go with a change")
    with given_database() as database:
        wanted = () if file is None else read_patterns(file, labels_of(database))
        actor = acting(database, "change the project")
        if removed:
            remove_patterns(database, actor, removed)
            say(f"removed: {', '.join(removed)}")
        # Also where nothing is removed: an earlier call may have been interrupted.
        withdrawn = withdraw_removed(database, actor)
        if withdrawn:
            say(f"{counted(withdrawn, 'suggestion')} of removed patterns withdrawn, which nobody had decided")
        if file is not None:
            keep_patterns(database, actor, wanted)


def keep_patterns(database: Database, actor: str, wanted: tuple[Pattern, ...]) -> None:
    """Keep patterns in the database, and say what that has changed."""
    from store.edits.patterns import set_patterns

    changed = set_patterns(database, actor, wanted)
    if changed:
        say(f"these patterns are new or changed: {', '.join(changed)}; next: zhupi suggest --only patterns")
    else:
        say(f"the patterns are so already: {database.path}")


def _show(patterns: tuple[Pattern, ...], labels: LabelSet) -> None:
    for each in patterns:
        what = counted(len(each.words), "word") if each.words else each.expression
        around = "".join(f"  {name}: {part}" for name, part in (("before", each.before), ("after", each.after)) if part)
        put(f"{each.name}  {labels.present_name_of(each.label)}  {what}{around}  {each.reason}".rstrip())
    if not patterns:
        say("no patterns; `zhupi patterns --set FILE` takes some, see docs/suggestions.md")
