"""Orders of work: which notice is worth most to review next, and which comes at random so that figures stay unbiased.

Whoever reviews first what the models are unsure of teaches them more by each notice, and sees what is unlike the rest:
no figure of such notices holds for all of them.  So a share of the notices comes to a random place in each order.  The
**arm** of a review says in which order it was made, and whether its notice came by the order or at random.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, get_args

from annotations.digest import digest

WorkOrder = Literal["unsure", "disagreement", "source", "month", "length"]
"""Most unsure first, rules and models differ most first, or strata in turn: of sources, months or lengths."""

WORK_ORDERS: Final[tuple[WorkOrder, ...]] = get_args(WorkOrder)

BEGINNING_SHARE: Final = 0.2
"""The share of the notices that comes at random, until an admin says otherwise."""

_OPENING: Final = 300
"""Code points in whose time a notice is opened and closed; without it short notices with one unsure span come first."""

_ALONE: Final = 2
"""Spans on which all agree that are added to each notice: one span alone that differs tells little."""

_BAND: Final = 250
"""Code points of the shortest band of lengths; each other one ends at twice where the one before it ends."""

_RANDOM: Final = "-random"
_JOINT: Final = "+"


def entropy(probability: float) -> float:
    """How unsure it is, in bits, whether something of a probability happens: 1 at 0.5, and 0 where it is certain."""
    if not 0 < probability < 1:
        return 0.0
    other = 1 - probability
    return -probability * math.log2(probability) - other * math.log2(other)


def unsureness(probabilities: Iterable[float], characters: int) -> float:
    """How much a notice can teach of a label for the time that it takes: bits of entropy a thousand code points.

    All of its undecided suggestions count (the total entropy of Settles and Craven, An Analysis of Active Learning
    Strategies for Sequence Labeling Tasks, 2008), by how long it is to read (Settles, Craven and Friedland, Active
    Learning with Real Annotation Costs, 2008).

    Args:
        probabilities: how probably each of its suggestions of the label is accepted, if nobody has decided on it.
        characters: code points of its normalized text.
    """
    return 1000 * sum(map(entropy, probabilities)) / (characters + _OPENING)


def balanced(parts: Mapping[str, float], wholes: Mapping[str, float]) -> float:
    """What a notice comes by, where each label counts as much as any other, however many spans it has.

    Else the most frequent label would decide alone, and the rare ones be learned last.

    Args:
        parts: by label, what of it is in the notice.
        wholes: by label, what of it is in all notices.
    """
    return sum(part / wholes[label] for label, part in parts.items() if part > 0)


def disagreement(differing: int, spans: int) -> float:
    """On which share of its spans rules and models differ, from 0 to 1.

    Args:
        differing: spans that only rules or only a model found, or both with other labels.
        spans: all that were found.
    """
    return differing / (spans + _ALONE)


def length_band(characters: int) -> int:
    """The band of lengths that a text belongs to: 0 up to 249 code points, 1 up to 499, 2 up to 999, and so on."""
    return (characters // _BAND).bit_length()


class Chances:
    """What is drawn for notices: the same for a seed and an id, in every process and whenever it is asked for.

    Args:
        seed: another seed draws others.
        share: of the notices that come at random, from 0 to 1.
    """

    def __init__(self, seed: str, share: float) -> None:
        self._seed = seed.encode()
        self._share = share

    def is_random(self, notice_id: str) -> bool:
        """Whether a notice comes at random."""
        return self.of(notice_id)[0] < self._share

    def of(self, notice_id: str) -> tuple[float, float]:
        """Two independent numbers from 0 to 1: whether a notice comes at random, and where."""
        drawn = digest(b"order %b %b" % (self._seed, notice_id.encode()))
        # A double has 53 bits.
        one, other = (int.from_bytes(drawn[at : at + 8], "big") >> 11 for at in (0, 8))
        return one / (1 << 53), other / (1 << 53)


def mixed(by_order: Iterable[int], ordered: int, at_random: Iterable[tuple[int, float]], drawn: int) -> Iterator[int]:
    """Notices in order, with others at random places between them: in each stretch about as many as in all.

    Args:
        by_order: the numbers of notices, in their order.
        ordered: how many these are.
        at_random: the numbers of the others in an order of chance, each with another number of chance from 0 to 1.
        drawn: how many these are.
    """
    first = (((at + 0.5) / ordered, 0, number) for at, number in enumerate(by_order))
    second = (((at + chance) / drawn, 1, number) for at, (number, chance) in enumerate(at_random))
    return (number for _, _, number in heapq.merge(first, second))


def order_arm(order: WorkOrder, *, at_random: bool) -> str:
    """The arm of a review in an order: ``unsure``, or ``unsure-random`` where its notice came at random."""
    return f"{order}{_RANDOM}" if at_random else order


ORDER_ARMS: Final = tuple(order_arm(order, at_random=drawn) for order in WORK_ORDERS for drawn in (False, True))
"""All arms that an order gives a review."""


def joined_arm(control: str | None, by_order: str | None) -> str | None:
    """The arm of a review that is in two experiments: ``hidden+unsure-random``; None where it is in none.

    Args:
        control: whether suggestions were hidden or shown; None where that is no experiment.
        by_order: the arm that an order gave it; None where it was made in none.
    """
    return _JOINT.join(arm for arm in (control, by_order) if arm is not None) or None


def parted_arm(arm: str | None) -> tuple[str | None, str | None]:
    """The two arms that ``joined_arm`` made one of; what is not known counts as the first."""
    if arm is None or arm in ORDER_ARMS:
        return None, arm
    control, joint, by_order = arm.rpartition(_JOINT)
    return (control, by_order) if joint and by_order in ORDER_ARMS else (arm, None)
