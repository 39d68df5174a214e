"""What becomes gold by a rule: what all layers say, or what more than half of them say."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from annotations.adjudication.comparison import Agreement, Difference, meant, said
from annotations.alignment import Alignment
from annotations.annotation import Annotation
from annotations.spans import RawSpan

Rule = Literal["all", "majority"]
"""``majority`` is more than half of the layers of people; a layer that says nothing says nothing against it."""

RULES: tuple[Rule, ...] = get_args(Rule)


class Winner(msgspec.Struct, frozen=True):
    """What a rule takes.

    ``span`` is that of the members where all have the same raw span, else what it means.  ``layers`` are the names of
    those that say so, ``members`` their annotations.
    """

    span: RawSpan
    layers: tuple[str, ...]
    members: tuple[Annotation, ...]


def winners(
    about: Agreement | Difference, layers: tuple[str, ...], rule: Rule, alignment: Alignment | None = None
) -> list[Winner]:
    """What a rule takes of a group, in the order of the text; none where the rule leaves it open.

    Args:
        about: what layers say about one thing.
        layers: the names of the layers of people, which come first among the members.
        rule: which.
        alignment: the map of the notice, as for ``compare``.
    """
    found: dict[object, dict[str, list[Annotation]]] = {}
    for name, members in zip(layers, about.members, strict=False):
        for item in members:
            content = meant(item.span, alignment), item.label, tuple(said(item.attributes).items())
            found.setdefault(content, {}).setdefault(name, []).append(item)
    won = []
    for of_layers in found.values():
        if 2 * len(of_layers) > len(layers) and (rule == "majority" or len(of_layers) == len(layers)):
            members = tuple(item for items in of_layers.values() for item in items)
            spans = {item.span for item in members}
            span = members[0].span if len(spans) == 1 else meant(members[0].span, alignment)
            won.append(Winner(span, tuple(of_layers), members))
    return sorted(won, key=lambda winner: (winner.span, winner.members[0].label))
