"""Muting on the command line: the options of ``zhupi suggest`` that mute, and what is muted, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annotations.proportion import in_percent
from tui.cli.options import acting, given_database
from tui.cli.output import put, say
from tui.cli.table import put_table
from tui.terminal.display import line

if TYPE_CHECKING:
    from annotations.labels import LabelSet
    from annotations.muting import Mute, Muting
    from store.db.database import Database
    from store.read.muting import MutingFigures

_RULE: Final = 28
"""Cells of the name of a rule."""


def mute_by_bar(below: float) -> int:
    """Mute what lies below a bar, and say what that is; 0 ends all muting."""
    from store.edits.mute import mute_below
    from store.project.settings import labels_of

    with given_database() as database:
        muting, changed = mute_below(database, acting(database, "change the project"), below)
        labels = labels_of(database)
    if not below:
        say(f"nothing is muted{'' if changed else ' already'}: {database.path}")
        return 0
    found = counted_rules(muting) if muting.muted else "no rule yet; it takes 30 decisions on one, and no doubt"
    say(f"muted below {in_percent(below)}: {found}{'' if changed else ', as before'}: {database.path}")
    _say_each(labels, muting.muted)
    return 0


def mute_by_name(rule: str, label: str, *, muted: bool) -> int:
    """Mute one rule for one label, or have it shown."""
    from store.edits.mute import mute

    with given_database() as database:
        muting, changed = mute(database, acting(database, "change the project"), rule, label, muted=muted)
    told = f"{rule} {label} is {'muted' if muted else 'shown'}"
    say(f"{told}{'' if changed else ' already'}; in all {counted_rules(muting)}: {database.path}")
    return 0


def say_renewed(database: Database, actor: str) -> None:
    """Mute by what people have decided by now, where there is a bar, and say what is muted."""
    from store.edits.mute import renew_muting
    from store.project.muting import muting_in
    from store.project.settings import labels_of

    before = muting_in(database.connection)
    muting, _ = renew_muting(database, actor)
    labels = labels_of(database)
    for pairs, told in (
        (muting.pairs - before.pairs, "muted from now on"),
        (before.pairs - muting.pairs, "shown again"),
    ):
        if pairs:
            say(f"{told}: {', '.join(f'{rule} {labels.present_name_of(label)}' for rule, label in sorted(pairs))}")
    if muting.muted:
        say(f"{counted_rules(muting)} muted: `zhupi stats` tells which, and how often people accepted them")


def counted_rules(muting: Muting) -> str:
    """How many rules are muted, in words."""
    from annotations.counts import counted

    return counted(len(muting.muted), "rule")


def put_muted(found: MutingFigures) -> None:
    """Print what is muted, for people; nothing where nothing is, and nothing was chosen."""
    if not found.rules and not found.below and not found.kept:
        return
    bar = in_percent(found.below)
    put_table(
        ("muted", "label", "by", "not shown", "decided", "accepted"),
        [
            (
                line(each.rule, _RULE), each.label, "name" if each.by_name else f"below {bar}",
                each.suggestions, each.decisions, _share(each.accepted),
            )
            for each in found.rules
        ],
        f"nothing is muted: no rule lies below {bar} for certain",
    )  # fmt: skip
    if found.kept:
        put(f"shown whatever the bar: {', '.join(' '.join(pair) for pair in found.kept)}")
    if not found.is_counted:
        put("the counts of the queue do not follow the last change yet: `zhupi suggest` goes on with it")


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _say_each(labels: LabelSet, muted: tuple[Mute, ...]) -> None:
    for each in muted:
        share = "nobody has decided" if each.acceptance is None else f"{each.acceptance:.0%} of {each.decisions:,}"
        say(f"  {each.rule} {labels.present_name_of(each.label)}: {share}{', by name' if each.by_name else ''}")
