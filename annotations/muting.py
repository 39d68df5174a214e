"""Muting: suggestions of rules that are seldom right are not shown, by choice of whoever leads a project.

What is muted is a rule or model with a label.  It is muted by a bar, where people accept so few of its suggestions that
chance does not explain it, or by name.  One suggestion in twenty of a muted rule is shown all the same, so that people
go on deciding on some: a rule that has become better can come back.

A muted suggestion is not to be decided.  Where another rule has found the same span and label it stands beside that
one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec

from annotations.proportion import IN_99, wilson_interval

Pair = tuple[str, str]
"""A rule or model (``rule_of``), and the first name of a label."""

LEAST: Final = 30
"""Decisions below which no bar mutes a rule."""

SHOWN_BELOW: Final = "0d"
"""Suggestions whose ids come before this are shown though they are muted: ids are hex digits, so 13 of 256 do."""


class Mute(msgspec.Struct, frozen=True):
    """A rule that is muted for a label: how many of the ``decisions`` on it ``accepted`` when that was decided.

    ``by_name`` tells that somebody has muted it, whatever the bar.
    """

    rule: str
    label: str
    accepted: int
    decisions: int
    by_name: bool = False

    @property
    def pair(self) -> Pair:
        """What is muted."""
        return self.rule, self.label

    @property
    def acceptance(self) -> float | None:
        """The share of the decisions that accepted; None where there was none."""
        return self.accepted / self.decisions if self.decisions else None


class Muting(msgspec.Struct, frozen=True):
    """What is muted in a project.

    ``below`` is the bar, from 0 to 1; 0 is none.  ``kept`` are shown by name, whatever the bar.
    """

    below: float = 0.0
    muted: tuple[Mute, ...] = ()
    kept: tuple[Pair, ...] = ()

    @property
    def pairs(self) -> frozenset[Pair]:
        """What is muted."""
        return frozenset(each.pair for each in self.muted)

    def renewed(self, figures: Mapping[Pair, tuple[int, int]], below: float | None = None) -> Muting:
        """What is muted by what people have decided by now.

        Args:
            figures: how many decisions there are on each rule and label, and how many of them accepted.
            below: another bar; 0 ends all muting, also by name.
        """
        bar = self.below if below is None else below
        if below == 0:
            return Muting()
        by_name = [each for each in self.muted if each.by_name]
        named = {each.pair for each in by_name} | set(self.kept)
        by_bar = [
            Mute(*pair, *figures[pair]) for pair in figures if pair not in named and is_below(*figures[pair], bar)
        ]
        again = [Mute(*each.pair, *figures.get(each.pair, (0, 0)), by_name=True) for each in by_name]
        return Muting(bar, tuple(sorted([*by_bar, *again], key=lambda each: each.pair)), self.kept)

    def named(self, pair: Pair, figures: Mapping[Pair, tuple[int, int]], *, muted: bool) -> Muting:
        """What is muted once somebody has muted a rule for a label by its name, or has it shown.

        Where the bar says the same, the bar goes on deciding.
        """
        others = Muting(
            self.below,
            tuple(each for each in self.muted if each.pair != pair),
            tuple(each for each in self.kept if each != pair),
        )
        by_bar = others.renewed(figures)
        if (pair in by_bar.pairs) == muted:
            return by_bar
        if muted:
            mute = Mute(*pair, *figures.get(pair, (0, 0)), by_name=True)
            return Muting(self.below, tuple(sorted([*by_bar.muted, mute], key=lambda each: each.pair)), by_bar.kept)
        kept = tuple(sorted({*others.kept, pair}))
        return Muting(self.below, tuple(each for each in by_bar.muted if each.pair != pair), kept)


def rule_of(suggested_by: str | None) -> str:
    """The rule or model of a suggestion, whatever its version: what was learned of one version holds for the next."""
    return (suggested_by or "").partition("@")[0]


def is_shown_all_the_same(suggestion_id: str) -> bool:
    """Whether a suggestion is shown though its rule is muted."""
    return suggestion_id[: len(SHOWN_BELOW)] < SHOWN_BELOW


def is_muted(suggestion_id: str, suggested_by: str | None, label: str, pairs: Collection[Pair]) -> bool:
    """Whether a suggestion is not shown, as these rules are muted; the label by its first name."""
    return bool(pairs) and (rule_of(suggested_by), label) in pairs and not is_shown_all_the_same(suggestion_id)


def most_acceptance(accepted: int, decisions: int) -> float:
    """The largest share of acceptance that such decisions leave possible: the upper end of its 99 % interval."""
    return wilson_interval(accepted, decisions, IN_99)[1]


def is_below(accepted: int, decisions: int, bar: float) -> bool:
    """Whether so few of these decisions accepted that chance does not explain a share below the bar."""
    return decisions >= LEAST and most_acceptance(accepted, decisions) < bar


def in_words(mutes: Iterable[Mute], most: int) -> str:
    """The names of what is muted, with their figures, ``most`` at most: ``requirements/modal 31%, dates/day``."""
    named = [
        each.rule + (f" {each.acceptance:.0%}" if each.acceptance is not None else "")
        for each in sorted(set(mutes), key=lambda each: each.pair)
    ]
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "")
