"""Where rules and people differ: suggestions of rules that people nearly always accept, rejected or left undecided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from annotations.second_look.finding import Found
from annotations.second_look.page import Page, Tag, nearly_same, overlapping
from annotations.suspects import Reason

_SURE: Final = 0.9
"""The share of such suggestions that are accepted, from which one that nobody decided is missing."""

_SURER: Final = 0.95
"""The same of one that was rejected: somebody has looked at it."""

_TWIN: Final = 0.6
"""How probably a tag is an error that stands where the same was rejected: one of the two decisions is."""


class Offered(msgspec.Struct, frozen=True):
    """What a rule suggests at a place: the tag that it would be, or the decision that rejected it.

    ``probability`` is how often such suggestions are accepted; None where nobody has decided on any.
    """

    tag: Tag
    by: str
    probability: float | None


def by_rules(page: Page, undecided: Sequence[Offered], rejected: Sequence[Offered]) -> Iterator[Found]:
    """What may be an error in a layer by what rules suggest.

    Args:
        page: the layer.
        undecided: the suggestions that the annotator has not decided.
        rejected: those that they have rejected; the tag of each is the decision.
    """
    for each in undecided:
        tag, probability = each.tag, each.probability
        own = [other for other in overlapping(page.tags, tag.span) if other.label == tag.label]
        if probability is not None and probability >= _SURE and not own:
            quote = page.quote(tag.span)
            reason = Reason("rules", "undecided", round(probability, 3), tag.label, quote, by=each.by)
            yield Found(None, tag.label, tag.span, (reason,))
    twins = {(tag.label, tag.span): tag for tag in page.tags}
    for each in rejected:
        tag, probability = each.tag, each.probability
        quote = page.quote(tag.span)
        if twin := twins.get((tag.label, tag.span)):
            yield Found(twin, twin.label, twin.span, (Reason("rules", "twin", _TWIN, "", quote, by=each.by),))
        elif probability is not None and probability >= _SURER and not nearly_same(page.tags, tag.span):
            # Who rejects has looked, so that this is believed less than what nobody has decided.
            strength = round(2 * probability - 1, 3)
            reason = Reason("rules", "rejected", strength, tag.label, quote, round(100 * probability), 100, each.by)
            yield Found(tag, tag.label, tag.span, (reason,))
