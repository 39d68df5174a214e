"""What a second look holds for an error, and why: values that the store keeps and the app shows.

``annotations.second_look`` finds them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final, Literal, get_args

import msgspec

from annotations.annotation import clip
from annotations.digest import hex_digest

SuspectKind = Literal["model", "elsewhere", "neighbour", "rules"]
"""Why something may be an error: a model that has not seen the notice says otherwise; the same text is tagged otherwise
elsewhere; what stands beside it is tagged otherwise; rules and people differ."""

SUSPECT_KINDS: Final[tuple[SuspectKind, ...]] = get_args(SuspectKind)

KIND_WORDS: Final[dict[SuspectKind, str]] = {
    "model": "a model differs",
    "elsewhere": "unlike elsewhere",
    "neighbour": "neighbours differ",
    "rules": "rules differ",
}
"""The kinds in words, of 18 cells at most: the list of a notice has no more room for them at 80 columns."""

SuspectForm = Literal["label", "missing", "spurious", "edges", "place", "list", "undecided", "rejected", "twin"]
"""What a reason says: another label, a tag that is missing, one too many, other edges; the same text at other places of
the notice, others of a list; a suggestion that nobody decided, one that was rejected, the same one rejected."""

SuspectOutcome = Literal["kept", "changed", "deleted", "tagged"]
"""What a reviewer has done with a suspect: kept it as it is, changed or deleted the tag, or tagged what was missing."""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something may be an error.

    ``strength`` is how probably it is one for this reason alone, in [0, 1].  ``label`` is the first name of the label
    that should stand there; "" where none should.  ``quote`` is the text that it is about, ``right`` of ``of`` places
    say so, and ``by`` is the rule that does, where there are such.
    """

    kind: SuspectKind
    form: SuspectForm
    strength: float
    label: str
    quote: str = ""
    right: int = 0
    of: int = 0
    by: str = ""


class Suspect(msgspec.Struct, frozen=True):
    """Something in a layer that may be an error.

    ``annotation`` is the id of the annotation; None where a tag may be missing.  ``label`` is its first name, ``start``
    and ``end`` are raw code points: of a missing tag those that it would have.  ``rejected`` says that the annotation
    is a suggestion that was rejected.  ``rank`` is how probably it is an error, in [0, 1].
    """

    id: str
    layer: str
    annotation: str | None
    label: str
    start: int
    end: int
    rejected: bool
    reasons: tuple[Reason, ...]
    rank: float
    outcome: SuspectOutcome | None = None

    @property
    def kinds(self) -> tuple[SuspectKind, ...]:
        """The kinds of its reasons, each once."""
        return tuple(kind for kind in SUSPECT_KINDS if any(each.kind == kind for each in self.reasons))


def suspect_id(notice: str, layer: str, annotation: str | None, label: str, start: int, end: int) -> str:
    """What a suspect is known by: the next look at the same tag in the same place finds the same.

    Args:
        notice: the id of the notice.
        layer: whose layer it is about.
        annotation: the id of the annotation; None where a tag is missing.
        label: the first name of its label.
        start: raw code points.
        end: raw code points.
    """
    parts = msgspec.json.encode([notice, layer, annotation, label, start, end])
    return hex_digest(parts)[:32]


def pooled(reasons: Iterable[Reason], weigh: Callable[[Reason], float] = lambda each: each.strength) -> float:
    """How probably something is an error by all of its reasons: by the strongest of each kind.

    Kinds are taken as independent.

    Args:
        reasons: why.
        weigh: how probably it is an error for one of them.
    """
    strongest: dict[SuspectKind, float] = {}
    for each in reasons:
        strongest[each.kind] = max(strongest.get(each.kind, 0.0), weigh(each))
    return 1 - math.prod(1 - each for each in strongest.values())


def sentence(reason: Reason, label: str, name_of: Callable[[str], str]) -> str:
    """The reason in words, in plain text that quotes the notice: ``19 of 20 others tag “吴海云” as OFFICIAL``.

    Args:
        reason: why.
        label: the first name of the label of the suspect.
        name_of: the present name of a label by its first name.
    """
    return _SENTENCES[_key_of(reason)].format(
        wanted=name_of(reason.label or label),
        own=name_of(label),
        quote=clip(reason.quote),
        sure=f"{reason.strength:.0%}",
        right=reason.right,
        counts=f"{reason.right:,} of {reason.of:,}",
        by=reason.by,
    )


def has_sentence(reason: Reason) -> bool:
    """Whether a reason can be said: no look gives a kind a form that is none of it, but a table may be damaged."""
    return _key_of(reason) in _SENTENCES


def _key_of(reason: Reason) -> str:
    return reason.form if reason.kind != "model" else f"model {reason.form}"


_SENTENCES: Final[dict[str, str]] = {
    "model label": "a model finds {wanted} here, and no {own} ({sure})",
    "model missing": "a model finds {wanted} here ({sure})",
    "model edges": "a model finds other ends, {quote} ({sure})",
    "model spurious": "a model finds no {own} here ({sure})",
    "label": "{counts} others tag {quote} as {wanted}",
    "missing": "{counts} other places of {quote} are tagged {wanted}",
    "spurious": "{counts} other places of {quote} have no tag",
    "place": "{quote} is {wanted} at {counts} other places of this notice",
    "list": "{counts} others of this list have {wanted}",
    "undecided": "{by} finds {wanted} here, people accept {sure} of such, and nobody decided it",
    "rejected": "rejected, and people accept {right}% of such by {by}",
    "twin": "{by} suggests the same here, and that was rejected",
}
"""The sentence of each form; those of models are apart."""
