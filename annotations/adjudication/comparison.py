"""What the layers of a notice agree on, and where they differ: what there is to adjudicate.

All layers agree on an annotation where each has the same span, label and attributes.  The others are put into groups
that are about the same thing (``matching``), and each group is one difference.  What is decided here:

- Two raw spans mean the same where they make the same normalized text: whether an artefact at an edge is in or out is
  no difference.  Spans that the normalized text leaves out mean the same only where they are the same.
- Annotations of one layer with equal span, label and attributes are one vote.  Their ids, times, comments and doubts
  are none: what was deleted and made again says the same as before.
- What was rejected says nothing, and neither does an attribute without a value.
- Suggestions count as layers only beside those of people.  What people say is grouped without them, so that a decision
  holds whether they are shown or not.  Each is shown with what it is about, or as a difference of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from annotations.adjudication.matching import Vote, iou, matched
from annotations.alignment import Alignment
from annotations.annotation import Annotation
from annotations.labels import AttributeValue, LabelSet
from annotations.notice_attributes import NoticeValue
from annotations.spans import RawSpan, raw_span

DifferenceKind = Literal["only", "edge", "label", "attribute", "split"]
DIFFERENCE_WORDS: Final[Mapping[DifferenceKind, str]] = {
    "only": "only one",
    "edge": "edge",
    "label": "label",
    "attribute": "attribute",
    "split": "split",
}
"""Each kind of difference in a word or two, for a column."""

Members = tuple[tuple[Annotation, ...], ...]
"""The annotations of each layer, in the order of the layers."""


class Agreement(msgspec.Struct, frozen=True):
    """What all layers say.

    ``span`` covers all members, in raw code points.  ``members`` has an entry for each layer of the comparison, with
    more than one annotation where a layer says the same twice; the entry of a layer of suggestions may be empty or have
    another span or other attributes.  ``fingerprint`` is as of a ``Difference``.
    """

    span: RawSpan
    members: Members
    fingerprint: str


class Difference(msgspec.Struct, frozen=True):
    """Where layers differ.

    ``kind`` says how those differ that say something here:

    - ``split``: one has several spans where another has one, or others;
    - ``label``: the labels differ, and the spans may;
    - ``edge``: the spans differ, and attributes may;
    - ``attribute``: the attributes alone differ;
    - ``only``: they say the same, and others say nothing.

    ``span`` covers all members, in raw code points.  ``members`` has an entry for each layer of the comparison, in
    their order of the text; it is empty where a layer says nothing here.  ``fingerprint`` is a digest of what each
    layer of people says here, or, where none says anything, of what the suggestions say: it stays until one of them
    changes.
    """

    kind: DifferenceKind
    span: RawSpan
    members: Members
    fingerprint: str


class Comparison(msgspec.Struct, frozen=True):
    """Layers beside each other: ``agreed`` and ``differences`` in the order of the text.

    ``layers`` are their names, those of people first; ``people`` is how many these are.
    """

    layers: tuple[str, ...]
    people: int
    agreed: tuple[Agreement, ...]
    differences: tuple[Difference, ...]


def compare(
    layers: Mapping[str, Sequence[Annotation]],
    alignment: Alignment | None = None,
    labels: LabelSet | None = None,
    suggestions: Mapping[str, Sequence[Annotation]] | None = None,
) -> Comparison:
    """Compare the layers of a notice.

    Args:
        layers: what each person says, by name; rejections among it count as nothing.
        alignment: the map of the notice; None compares raw spans as they are.
        labels: the label set, by which a fingerprint outlasts that a label is renamed; None takes names as they are.
        suggestions: what rules and models say, by the name under which they are shown as layers.
    """
    suggestions = suggestions or {}
    people = [vote for name, items in layers.items() for vote in _votes(name, items, alignment)]
    machines = [vote for name, items in suggestions.items() for vote in _votes(name, items, alignment)]
    names = (*layers, *suggestions)

    by_content: dict[object, list[Vote]] = {}
    for vote in people:
        by_content.setdefault(_content(vote), []).append(vote)
    agreed = [votes for votes in by_content.values() if len({vote.layer for vote in votes}) == len(layers)]
    differing = [vote for votes in by_content.values() if len({v.layer for v in votes}) < len(layers) for vote in votes]
    groups = matched(differing)
    groups += matched(_beside(agreed, groups, machines))
    return Comparison(
        layers=names,
        people=len(layers),
        agreed=tuple(
            Agreement(_hull(votes), _members(votes, names), _fingerprint(votes, layers, labels))
            for votes in sorted(agreed, key=_order)
        ),
        differences=tuple(
            Difference(_kind(votes), _hull(votes), _members(votes, names), _fingerprint(votes, layers, labels))
            for votes in sorted(groups, key=_order)
        ),
    )


def meant(span: RawSpan, alignment: Alignment | None) -> RawSpan:
    """The one raw span that stands for all that make the same normalized text; the span itself where none is made."""
    normalized = None if alignment is None else alignment.to_normalized(span)
    return span if alignment is None or normalized is None else alignment.to_raw(normalized)


def said(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """The attributes that have a value, by name."""
    return {name: value for name, value in sorted(attributes.items()) if value is not None}


def layers_digest(
    layers: Mapping[str, Sequence[Annotation]],
    labels: LabelSet,
    attributes: Mapping[str, Mapping[str, NoticeValue]] = MappingProxyType({}),
) -> str:
    """A digest of all that the layers of a notice say: while it stays, a comparison of them finds the same.

    Args:
        layers: as for ``compare``; whose layer is among them counts, though it may be empty.
        labels: the label set, by which the digest outlasts that a label is renamed.
        attributes: those of the whole notice that have a value, by the names of layers; a layer without any counts for
            nothing.

    Returns:
        32 hex digits.
    """
    votes = [vote for name, items in layers.items() for vote in _votes(name, items, None)]
    of_notice = [
        msgspec.json.encode((name, values), order="deterministic") for name, values in attributes.items() if values
    ]
    return _digest([*_statements(votes, labels), *(msgspec.json.encode(name) for name in layers), *of_notice])


def _votes(layer: str, items: Iterable[Annotation], alignment: Alignment | None) -> list[Vote]:
    return [
        Vote(layer, meant(item.span, alignment), item)
        for item in sorted(items, key=attrgetter("order"))
        if item.status != "rejected"
    ]


def _content(vote: Vote) -> tuple[RawSpan, str, tuple[tuple[str, AttributeValue], ...]]:
    """What a vote says."""
    return *vote.place, tuple(said(vote.annotation.attributes).items())


def _beside(agreed: list[list[Vote]], differing: list[list[Vote]], machines: list[Vote]) -> list[Vote]:
    """Give each suggestion to the group of people's votes that it is about: of its label first, the likest first.

    With what is agreed it stands where the IoU is at least one half, with a difference wherever it overlaps under the
    same label.

    Returns:
        The suggestions that are about none.
    """
    places = [
        (vote.place, votes, least)
        for groups, least in ((agreed, 0.5), (differing, 0.0))
        for votes in sorted(groups, key=_order)
        for vote in votes
    ]
    given: list[tuple[list[Vote], Vote]] = []
    left: list[Vote] = []
    for vote in machines:
        label = vote.annotation.label
        found = [
            (other == label, likeness, votes)
            for (span, other), votes, least in places
            if (likeness := iou(span, vote.span)) and (likeness >= 0.5 or (other == label and not least))
        ]
        if found:
            given.append((max(found, key=lambda each: each[:2])[2], vote))
        else:
            left.append(vote)
    for votes, vote in given:
        votes.append(vote)
    return left


def _kind(votes: list[Vote]) -> DifferenceKind:
    spans: dict[str, set[RawSpan]] = {}
    contents: dict[str, set[object]] = {}
    for vote in votes:
        spans.setdefault(vote.layer, set()).add(vote.span)
        contents.setdefault(vote.layer, set()).add(_content(vote))
    if any(len(found) > 1 for found in spans.values()):
        return "split"
    if len({vote.annotation.label for vote in votes}) > 1:
        return "label"
    if len(set().union(*spans.values())) > 1:
        return "edge"
    first, *others = contents.values()
    return "only" if all(other == first for other in others) else "attribute"


def _hull(votes: list[Vote]) -> RawSpan:
    """What covers the raw spans of all."""
    return raw_span(min(vote.annotation.start for vote in votes), max(vote.annotation.end for vote in votes))


def _members(votes: list[Vote], names: Sequence[str]) -> Members:
    """The annotations of each layer, in their order."""
    by_layer: dict[str, list[Annotation]] = {}
    for vote in votes:
        by_layer.setdefault(vote.layer, []).append(vote.annotation)
    return tuple(tuple(sorted(by_layer.get(name, ()), key=attrgetter("order"))) for name in names)


def _fingerprint(votes: list[Vote], people: Mapping[str, object], labels: LabelSet | None) -> str:
    """The digest of what people say, or, where they say nothing, of what suggestions say: 32 hex digits."""
    return _digest(_statements([vote for vote in votes if vote.layer in people] or votes, labels))


def _statements(votes: Iterable[Vote], labels: LabelSet | None) -> Iterator[bytes]:
    """What votes say and whose they are, each encoded by itself."""
    for vote in votes:
        item = vote.annotation
        label = None if labels is None else labels.get(item.label)
        name = item.label if label is None else label.first_name
        yield msgspec.json.encode([vote.layer, item.start, item.end, name, said(item.attributes)])


def _digest(statements: Iterable[bytes]) -> str:
    """A digest of statements, in whatever order and however often each stands."""
    return hashlib.sha256(b"\n".join(sorted(set(statements)))).hexdigest()[:32]


def _order(votes: list[Vote]) -> tuple[RawSpan, list[tuple[RawSpan, str]], list[tuple[int, int, str, str]]]:
    """The key by which groups are sorted: where the text of each begins and ends, then what is said."""
    return _hull(votes), sorted({vote.place for vote in votes}), sorted(vote.annotation.order for vote in votes)
