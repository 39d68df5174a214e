"""Attributes of a whole notice beside each other: what layers agree on, and what an adjudicator has to decide.

What gold says was decided by somebody.  It is asked for again only where all layers say something else by now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from annotations.adjudication.rules import Rule
from annotations.notice_attributes import NoticeAttribute, NoticeValue

Values = Mapping[str, NoticeValue]
"""The attributes of a notice that have a value, in one layer."""


class NoticeValues(msgspec.Struct, frozen=True):
    """What a rule takes into gold, by attribute, and the names of the attributes that are left to an adjudicator."""

    taken: dict[str, NoticeValue]
    open: tuple[str, ...]


def decide_values(
    declared: Iterable[NoticeAttribute], layers: Mapping[str, Values], gold: Values, rule: Rule = "all"
) -> NoticeValues:
    """What becomes gold by a rule, and what is to be decided.

    Args:
        declared: the attributes of a notice.
        layers: what each person says who has finished the notice, by name.
        gold: what gold says already.
        rule: ``all`` takes what all layers say, ``majority`` what more than half of them say.
    """
    taken: dict[str, NoticeValue] = {}
    left = []
    for attribute in declared:
        name = attribute.name
        votes = Counter(values.get(name) for values in layers.values())
        value, count = votes.most_common(1)[0] if votes else (None, 0)
        won = 2 * count > len(layers) and (rule == "majority" or count == len(layers))
        if name not in gold:
            if not won and votes:
                left.append(name)
            elif won and value is not None:
                taken[name] = value
        elif count == len(layers) > 0 and value != gold[name]:
            left.append(name)
    return NoticeValues(taken, tuple(left))
