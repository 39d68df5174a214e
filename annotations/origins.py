"""How annotations come about: one function for each way, so that what must hold for it is written once.

================  ====================================================================================
``tagged``        somebody tags a span
``suggested``     a rule, a model, or the same words elsewhere in the notice suggest one
``decided``       somebody accepts or rejects a suggestion
``in_one_step``   somebody tags, accepts or rejects several at once
``changed``       somebody changes what they have said
``adjudicated``   an adjudicator decides what is gold
``agreed``        what layers agree on becomes gold by a rule
``read_again``    the date of publication has changed, and values that stand on it are read again
``carried_over``  the notice was scraped again with changes, and the annotation moves to the new notice
``read``          it comes from a file
``taken``         it comes from a file of another tool, into the layer of somebody
================  ====================================================================================

Who gives a span gives the raw text with it, and the quote is cut from that.  Nothing here proves a span or a value:
``Annotation.check_quote`` and ``check_attributes`` do, whenever an annotation is stored.  Rows of the database become
annotations in ``store.log.rows``, which alone knows their columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from annotations.annotation import GOLD, Annotation, new_id, now
from annotations.decisions import Decision, decides, decision_id
from annotations.labels import AttributeValue, Label
from annotations.notice import Notice
from annotations.spans import RawSpan


def tagged(
    raw: str,
    span: RawSpan,
    label: str,
    attributes: dict[str, AttributeValue],
    annotator: str,
    given_id: str | None = None,
) -> Annotation:
    """A new annotation that ``annotator`` makes by hand.

    Args:
        raw: the raw text of the notice.
        span: raw code points within ``raw``; not empty.
        label: the name of its label.
        attributes: all attributes of the label, in order.
        annotator: whose it is.
        given_id: its id, where a client gives one that it can repeat.
    """
    at = now()
    return Annotation(
        id=new_id() if given_id is None else given_id,
        label=label,
        start=span.start,
        end=span.end,
        text=span.of(raw),
        attributes=attributes,
        annotator=annotator,
        status="manual",
        unsure=False,
        comment=None,
        created_at=at,
        updated_at=at,
        suggested_by=None,
        score=None,
    )


def suggested(
    notice: Notice,
    span: RawSpan,
    label: Label,
    attributes: dict[str, AttributeValue],
    by: str,
    score: float | None,
    at: str,
) -> Annotation:
    """A suggestion: an annotation that nobody has made yet.

    Its id follows from the raw text, the label, the span and ``by``: whoever runs the same version of a rule on the
    same text makes the same suggestion, so a second run adds nothing, and what was rejected stays rejected.  A label
    counts under its first name, so that this holds after it was renamed.

    Args:
        notice: the notice.
        span: raw code points within the notice; not empty.
        label: its label.
        attributes: all attributes of the label, in order.
        by: what suggests it: a rule with its version, or the name of a model.
        score: between 0 and 1; None where a model gives none.
        at: when it was made, as ``annotations.annotation.now`` writes times.
    """
    source = f"{notice.sha256} {label.first_name} {span.start} {span.end} {by}"
    return Annotation(
        id=hashlib.sha256(source.encode()).hexdigest()[:32],
        label=label.name,
        start=span.start,
        end=span.end,
        text=span.of(notice.raw),
        attributes=attributes,
        annotator=None,
        status="suggested",
        unsure=False,
        comment=None,
        created_at=at,
        updated_at=at,
        suggested_by=by,
        score=score,
    )


def decided(suggestion: Annotation, annotator: str, status: Decision) -> Annotation:
    """What a decision of ``annotator`` puts into their layer; the suggestion stays as it is."""
    at = now()
    return replace(
        suggestion,
        id=decision_id(suggestion.id, annotator),
        annotator=annotator,
        status=status,
        created_at=at,
        updated_at=at,
        bulk=False,
    )


def in_one_step(items: Sequence[Annotation]) -> Sequence[Annotation]:
    """What somebody tags, accepts or rejects in one step: several are ``bulk``, one alone is not.

    This is what bulk means, whichever key or command it was.  Nobody knows whether each of several was looked at.
    """
    return [in_bulk(item) for item in items] if len(items) > 1 else items


def in_bulk(item: Annotation) -> Annotation:
    """One of several that somebody tags, accepts or rejects in one step."""
    return replace(item, bulk=True)


def changed(
    item: Annotation,
    raw: str,
    *,
    label: str | None = None,
    span: RawSpan | None = None,
    attributes: dict[str, AttributeValue] | None = None,
    unsure: bool | None = None,
    comment: str | None = None,
) -> Annotation:
    """Another state of an annotation; it keeps its id, its owner and its status.

    Whoever changes one by hand has looked at it: it is ``bulk`` no longer.

    Args:
        item: the annotation as it is; of a suggestion, what was ``decided`` about it.
        raw: the raw text of the notice.
        label: the name of another label; None leaves it, as None does below.
        span: raw code points within ``raw``; not empty.
        attributes: all attributes of the label, in order.
        unsure: whether the annotator doubts it.
        comment: a comment; an empty one takes the comment away.
    """
    span = item.span if span is None else span
    return replace(
        item,
        label=item.label if label is None else label,
        start=span.start,
        end=span.end,
        text=span.of(raw),
        attributes=item.attributes if attributes is None else attributes,
        unsure=item.unsure if unsure is None else unsure,
        comment=item.comment if comment is None else comment or None,
        updated_at=now(),
        bulk=False,
    )


def adjudicated(raw: str, span: RawSpan, label: str, attributes: dict[str, AttributeValue]) -> Annotation:
    """A gold annotation as an adjudicator decides; who that is stands in the log.

    Args:
        raw: the raw text of the notice.
        span: raw code points within ``raw``; not empty.
        label: the name of its label.
        attributes: all attributes of the label, in order.
    """
    return replace(tagged(raw, span, label, attributes, GOLD), status="gold")


def agreed(
    notice: Notice, span: RawSpan, label: Label, attributes: dict[str, AttributeValue], sources: str, at: str
) -> Annotation:
    """A gold annotation that a rule makes of what layers say.

    Its id follows from the raw text, from what the layers say and from what the rule makes of it, so that the same
    sources give the same annotation in every database.  A label counts under its first name, as in a suggestion.

    Args:
        notice: the notice.
        span: raw code points within the notice; not empty.
        label: its label.
        attributes: all attributes of the label, in order.
        sources: the fingerprint of what the layers say (``annotations.adjudication``).
        at: when the newest of its sources was made.
    """
    values = {name: value for name, value in attributes.items() if value is not None}
    source = f"{notice.sha256} gold {label.first_name} {span.start} {span.end} {sources} {sorted(values.items())}"
    return replace(
        adjudicated(notice.raw, span, label.name, attributes),
        id=hashlib.sha256(source.encode()).hexdigest()[:32],
        created_at=at,
        updated_at=at,
    )


def read_again(item: Annotation, attributes: dict[str, AttributeValue]) -> Annotation:
    """An annotation or a suggestion with values that were read again, because what they stand on has changed.

    A suggestion never changes: this one takes its place under the same id, and is as new as what it was read from.

    Args:
        item: the annotation as it is.
        attributes: all attributes of its label, in order.
    """
    at = now()
    return replace(
        item, attributes=attributes, created_at=at if item.annotator is None else item.created_at, updated_at=at
    )


def carried_over(item: Annotation, notice: Notice, span: RawSpan, doubt: str | None = None) -> Annotation:
    """The annotation for the notice that replaces its own: under a new id, with all else that was said.

    Its id follows from the new raw text and from the annotation, and its times stay: a page that is scraped again in
    two databases gets the same annotations.  A decision gets its id from the new id of its suggestion.

    Args:
        item: the annotation on the old notice.
        notice: the new notice.
        span: where it stands there, in raw code points; not empty.
        doubt: why the place is uncertain: then the annotation is unsure, and its comment says why.
    """
    suggestion = decides(item)
    source = f"{notice.sha256} carried over {suggestion or item.id}"
    fresh = hashlib.sha256(source.encode()).hexdigest()[:32]
    comment = item.comment
    if doubt is not None:
        comment = f"{comment}; {doubt}" if comment else doubt
    return replace(
        item,
        id=decision_id(fresh, item.annotator) if suggestion is not None and item.annotator is not None else fresh,
        start=span.start,
        end=span.end,
        text=span.of(notice.raw),
        unsure=item.unsure or doubt is not None,
        comment=comment,
    )


def taken(
    notice: Notice,
    span: RawSpan,
    label: Label,
    attributes: dict[str, AttributeValue],
    annotator: str,
    at: str,
    *,
    unsure: bool,
    comment: str | None,
) -> Annotation:
    """An annotation that somebody made with another tool; here it is one that they tagged.

    Its id follows from the layer, the raw text, the label, the span and the attributes, so that taking the same file
    twice is the same as once.  A label counts under its first name, as in a suggestion.

    Args:
        notice: the notice.
        span: raw code points within the notice; not empty.
        label: its label.
        attributes: all attributes of the label, in order.
        annotator: whose it is.
        at: when it is taken, as ``annotations.annotation.now`` writes times.
        unsure: whether it is in doubt.
        comment: what is noted about it.
    """
    values = {name: value for name, value in attributes.items() if value is not None}
    source = f"{notice.sha256} layer {annotator!r} {label.first_name} {span.start} {span.end} {sorted(values.items())}"
    return replace(
        tagged(notice.raw, span, label.name, attributes, annotator, hashlib.sha256(source.encode()).hexdigest()[:32]),
        created_at=at,
        updated_at=at,
        unsure=unsure,
        comment=comment or None,
    )


def read(source: object) -> Annotation:
    """An annotation that was written down, with every field as it is in ``source``.

    Args:
        source: has an attribute of its type for each field of ``Annotation``, as a record of the native format has.
    """
    return Annotation(*_fields(source))


_fields = attrgetter(*Annotation.__struct_fields__)
