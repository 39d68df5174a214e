"""What there is to adjudicate: the layers of a notice beside each other, and what of it is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal

import msgspec
from pyroaring import BitMap

from annotations.adjudication.comparison import (
    Agreement,
    Comparison,
    Difference,
    DifferenceKind,
    compare,
    layers_digest,
    meant,
    said,
)
from annotations.adjudication.matching import iou
from annotations.adjudication.notice_values import NoticeValues, decide_values
from annotations.adjudication.rules import Rule
from annotations.annotation import GOLD, Annotation, Review
from annotations.labels import LabelSet
from annotations.notice import Notice
from annotations.notice_attributes import NoticeValue
from annotations.suggest.base import suggester_name
from annotations.suggest.registry import RULES
from store.db.sqlite import Connection
from store.index.adjudications import finished_attributes, finished_layers, is_ready
from store.index.keys import DONE, READY
from store.index.sets import stored_set
from store.log.adjudications import BY_RULE, Adjudication, load_adjudications
from store.log.events import last_event
from store.log.rows import load
from store.project.control_arm import arm_in
from store.project.muting import heard
from store.project.settings import labels_in
from store.read.notices import load_notice, notice_annotations

SuggestionLayer = Literal["rules", "learned"]
"""Suggestions as a layer: of the rules that ship, or of all that is learned elsewhere."""


class Case(msgspec.Struct, frozen=True):
    """One thing that layers say, and what has become of it.

    ``decision`` is what was decided about it as the layers are now; None where nothing was.  ``gold`` are the gold
    annotations that stand there: those of the decision, or what is left of one about what the layers said before.
    """

    about: Agreement | Difference
    decision: Adjudication | None
    gold: tuple[Annotation, ...]

    @property
    def kind(self) -> DifferenceKind | Literal["agreed"]:
        """How the layers differ, if they do."""
        return self.about.kind if isinstance(self.about, Difference) else "agreed"


class NoticeAdjudication(msgspec.Struct, frozen=True):
    """The adjudication of a notice as it is.

    ``cases`` are in the order of the text.  ``loose`` are gold annotations about what no layer says, or says no longer.
    ``decisions`` are all that were made, by fingerprint, be they about what layers say now or said once.  ``complete``
    is the decision that the notice is done, whatever has changed since.  ``attributes`` are what those who have
    finished it say of the whole notice, by the names of layers.  ``labels`` is the label set of that moment,
    ``last_event`` the number of the newest event then.
    """

    number: int
    notice: Notice
    labels: LabelSet
    comparison: Comparison
    cases: tuple[Case, ...]
    loose: tuple[Annotation, ...]
    decisions: dict[str, Adjudication]
    attributes: dict[str, dict[str, NoticeValue]] = {}
    last_event: int = 0

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the layers of people."""
        return self.comparison.layers[: self.comparison.people]

    @property
    def is_ready(self) -> bool:
        """Whether people enough have finished the notice."""
        return is_ready(self.layers)

    @property
    def open(self) -> tuple[Case, ...]:
        """What is to be decided: differences between people, suggestions that are asked for, and what fill leaves."""
        return tuple(case for case in self.cases if case.decision is None)

    @property
    def complete(self) -> Adjudication | None:
        """The decision that the notice is done, whatever has changed since."""
        return next((each for each in self.decisions.values() if each.choice == "complete"), None)


def ready(connection: Connection) -> list[int]:
    """The numbers of the notices that are ready for adjudication, in the order of import.

    Raises:
        DamageError: what the queue filters by is not what the tables say.
    """
    return list(stored_set(connection, [READY]))


def notices_with_gold_done(connection: Connection) -> BitMap:
    """The numbers of the notices whose gold is done, and no layer has changed since.

    Raises:
        DamageError: what the queue filters by is not what the tables say.
    """
    return stored_set(connection, [DONE])


def open_differences(
    connection: Connection, notice: int, extra_layers: Collection[SuggestionLayer] = ()
) -> tuple[Case, ...]:
    """What is to be decided on a notice, in the order of the text.

    Args:
        connection: for reading, within one snapshot.
        notice: the number of the notice.
        extra_layers: which suggestions count as layers.

    Raises:
        NotFoundError: there is no such notice.
    """
    return load_adjudication_of(connection, notice, extra_layers).open


def load_adjudication_of(
    connection: Connection, notice: int, extra_layers: Collection[SuggestionLayer] = ()
) -> NoticeAdjudication:
    """The adjudication of a notice; arguments and errors as of ``open_differences``."""
    stored = load_notice(connection, notice).notice
    labels = labels_in(connection)
    items = notice_annotations(connection, notice, labels)
    if arm_in(connection, notice) == "hidden":
        extra_layers = ()
    suggestions: dict[str, list[Annotation]] = {
        name: _suggested(heard(connection, notice, items), name) for name in _SUGGESTION_LAYERS if name in extra_layers
    }
    comparison = compare(finished_layers(connection, notice, labels), stored.alignment, labels, suggestions)
    decisions = load_adjudications(connection, notice)
    gold = {item.id: item for item in items if item.annotator == GOLD}
    groups: list[Agreement | Difference] = sorted(
        [*comparison.agreed, *comparison.differences], key=lambda group: (group.span, group.fingerprint)
    )
    held = {key for group in groups if (known := decisions.get(group.fingerprint)) for key in known.gold}
    free = [item for key, item in gold.items() if key not in held]
    found: dict[str, list[Annotation]] = {
        group.fingerprint: [] for group in groups if group.fingerprint not in decisions
    }
    # Gold stands with what people say: nobody loses it to a suggestion.
    with_people = [group for group in groups if group.fingerprint in found and any(group.members[: comparison.people])]
    loose = _placed(free, with_people, found)
    cases = []
    for group in groups:
        decision = decisions.get(group.fingerprint)
        left = [gold[key] for key in decision.gold if key in gold] if decision else found[group.fingerprint]
        cases.append(Case(group, decision, tuple(left)))
    return NoticeAdjudication(
        notice,
        stored,
        labels,
        comparison,
        tuple(cases),
        tuple(loose),
        decisions,
        finished_attributes(connection, notice),
        last_event(connection),
    )


def finished(connection: Connection, notice: int) -> tuple[tuple[str, ...], str]:
    """Who has finished a notice, and the digest of what they say, which a decision that it is done is known by."""
    labels = labels_in(connection)
    layers = finished_layers(connection, notice, labels)
    return tuple(layers), layers_digest(layers, labels, finished_attributes(connection, notice))


def notice_values_of(connection: Connection, notice: int, rule: Rule = "all") -> NoticeValues:
    """What a rule takes of the attributes of a notice into gold, and which it leaves to an adjudicator.

    Args:
        connection: for reading, within one snapshot.
        notice: the number of the notice.
        rule: which.
    """
    gold = load(connection, "review", GOLD, notice)
    return decide_values(
        labels_in(connection).notice,
        finished_attributes(connection, notice),
        gold.attributes if isinstance(gold, Review) else {},
        rule,
    )


def gold_by_rule(decisions: Iterable[Adjudication]) -> set[str]:
    """The ids of gold annotations that come from a rule, and nobody has looked at since."""
    return {key for decision in decisions if decision.choice in BY_RULE for key in decision.gold}


def says_the_same(adjudication: NoticeAdjudication, item: Annotation, other: Annotation) -> bool:
    """Whether two annotations of a notice have spans that mean the same, one label, and the same attributes."""
    alignment = adjudication.notice.alignment
    return (
        item.label == other.label
        and meant(item.span, alignment) == meant(other.span, alignment)
        and said(item.attributes) == said(other.attributes)
    )


_SUGGESTION_LAYERS: Final[tuple[SuggestionLayer, ...]] = ("rules", "learned")


def _suggested(items: Iterable[Annotation], name: SuggestionLayer) -> list[Annotation]:
    return [item for item in items if (suggester_name(item.suggested_by or "") in RULES) == (name == "rules")]


def _placed(
    free: Iterable[Annotation],
    groups: Iterable[Agreement | Difference],
    found: dict[str, list[Annotation]],
) -> list[Annotation]:
    """Put gold that belongs to no decision to the group that it is likest to: of its label first.

    Returns:
        What overlaps no group.
    """
    groups = list(groups)
    loose = []
    for item in free:
        likest = max(
            (
                (member.label == item.label, iou(member.span, item.span), -at)
                for at, group in enumerate(groups)
                for members in group.members
                for member in members
                if iou(member.span, item.span)
            ),
            default=None,
        )
        if likest is None:
            loose.append(item)
        else:
            found[groups[-likest[2]].fingerprint].append(item)
    return loose
