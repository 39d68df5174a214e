"""What differs between two records of a notice in the native format, or between one and none.

An annotation is the same in both where its id and its layer are.  What is left in a layer then is told as one that has
changed where it has the same label and overlaps, or the same span: whoever deletes a span and tags it anew, or makes
suggestions anew under other ids, has changed it.  The times at which something was made or changed are not compared.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from annotations.annotation import GOLD
from annotations.formats.native_record import NativeAnnotation, NativeQuestion, NativeRecord, NativeReview

SUGGESTED: Final = "suggested"
"""The layer of what nobody has said."""

Kind = Literal["label", "notice", "annotation", "review", "question"]
"""What differs."""

Change = Literal["added", "removed", "changed"]
"""Whether it is in the second record alone, in the first alone, or in both and not the same."""

Aspect = Literal["moved", "relabelled", "attributes", "status", "other"]
"""What of an annotation has changed; ``other`` is its comment, whether it is unsure, its id, who suggested it."""

ASPECTS: Final[tuple[Aspect, ...]] = ("moved", "relabelled", "attributes", "status", "other")

_NOTICE_FIELDS: Final = ("doc", "title", "source", "published", "url", "normalizer")
_ANNOTATION_FIELDS: Final = (
    "id", "label", "start", "end", "text", "status", "unsure", "comment", "suggested_by", "score", "bulk",
)  # fmt: skip
_ASPECTS: Final[Mapping[str, Aspect]] = {
    "start": "moved",
    "end": "moved",
    "text": "moved",
    "label": "relabelled",
    "status": "status",
}

_Item = TypeVar("_Item", NativeAnnotation, NativeReview, NativeQuestion)


class FieldChange(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """A field that has changed, and its values; an attribute is called ``attributes.NAME``."""

    field: str
    before: Any
    after: Any


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs.

    ``notice`` and ``doc`` name the notice; None where a label has another name, which is about all of them.  ``layer``
    is the annotator of an annotation or a review, ``suggested`` for a suggestion; None otherwise.  ``label`` is that of
    an annotation, of a changed one the new one; the names of labels are those of the second, where a label has another
    one there.  ``aspects`` is what of an annotation has changed.  ``fields`` are the fields that have changed, empty
    where something was added or removed.  ``item`` is the annotation, review or question as it stands in the second
    record, of what was removed as it stood in the first; None for a notice.
    """

    kind: Kind
    change: Change
    notice: str | None
    doc: str | None
    title: str | None
    layer: str | None = None
    label: str | None = None
    aspects: tuple[Aspect, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    item: NativeAnnotation | NativeReview | NativeQuestion | None = None


def renames(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The labels that have another name: the later by the earlier one.

    Args:
        before: the first name of each label of the first, by its name; a label never loses that name.
        after: the same of the second.
    """
    names = {first: name for name, first in after.items()}
    return {name: names[first] for name, first in before.items() if names.get(first, name) != name}


def differences_of_labels(renamed: Mapping[str, str]) -> Iterator[Difference]:
    """What differs where labels have other names."""
    for was, name in sorted(renamed.items()):
        fields = (FieldChange("name", was, name),)
        yield Difference(kind="label", change="changed", notice=None, doc=None, title=None, label=name, fields=fields)


def differences(
    before: NativeRecord | None, after: NativeRecord | None, renamed: Mapping[str, str] | None = None
) -> Iterator[Difference]:
    """What differs: of the notice first, then of its annotations, of gold before people before suggestions.

    Args:
        before: the first record of a notice; None where there is none.
        after: the second one; one of the two is given.
        renamed: the labels that have another name in the second, as ``renames`` gives them.
    """
    if renamed and before is not None:
        before = _in_later_names(before, renamed)
    some = after if after is not None else before
    if some is None:
        raise ValueError("a difference is of one record at least")
    notice = _Notice(some)
    if before is None or after is None:
        yield notice.differs("notice", "added" if before is None else "removed")
    elif fields := tuple(_of_notice(before, after)):
        yield notice.differs("notice", "changed", fields=fields)
    yield from _of_annotations(notice, before, after)
    yield from _of_items(notice, "review", before, after, lambda record: record.reviews, lambda each: each.annotator)
    yield from _of_items(notice, "question", before, after, lambda record: record.questions, lambda each: each.id)


def _in_later_names(record: NativeRecord, renamed: Mapping[str, str]) -> NativeRecord:
    items = [replace(each, label=renamed.get(each.label, each.label)) for each in record.annotations]
    return replace(record, annotations=items)


class _Notice:
    """The notice that differences are about."""

    def __init__(self, record: NativeRecord) -> None:
        self._names = {"notice": record.id, "doc": record.doc, "title": record.title}

    def differs(self, kind: Kind, change: Change, **of: Any) -> Difference:  # noqa: ANN401  # fields of Difference
        """A difference about it."""
        return Difference(kind=kind, change=change, **self._names, **of)  # type: ignore[arg-type]  # strings


def _of_notice(before: NativeRecord, after: NativeRecord) -> Iterator[FieldChange]:
    yield from _fields(before, after, _NOTICE_FIELDS)
    for name in before.fields_by.__struct_fields__:
        yield from _field(f"fields_by.{name}", getattr(before.fields_by, name), getattr(after.fields_by, name))
    if before.normalized != after.normalized or before.runs != after.runs:
        # Whoever wants the texts has the files: two of each notice would be most of what is told.
        yield FieldChange("normalized", _digest(before), _digest(after))
    kept = [each for each in before.regions if each in after.regions]
    yield from _field(
        "regions",
        [each for each in before.regions if each not in kept],
        [each for each in after.regions if each not in kept],
    )
    for name in sorted({*before.meta, *after.meta}):
        yield from _field(f"meta.{name}", before.meta.get(name), after.meta.get(name))


def _digest(record: NativeRecord) -> str:
    """What tells normalized texts with their alignments apart: 16 digits of hex."""
    told = msgspec.json.encode((record.normalized, record.runs))
    return hashlib.sha256(told).hexdigest()[:16]


def _fields(before: msgspec.Struct, after: msgspec.Struct, names: Sequence[str]) -> Iterator[FieldChange]:
    for name in names:
        yield from _field(name, getattr(before, name), getattr(after, name))


def _field(name: str, before: object, after: object) -> Iterator[FieldChange]:
    # True is 1 in Python, and no text is equal to a number: JSON tells all of them apart.
    if before != after or type(before) is not type(after):
        yield FieldChange(name, before, after)


def _of_items(
    notice: _Notice,
    kind: Kind,
    before: NativeRecord | None,
    after: NativeRecord | None,
    items: Callable[[NativeRecord], Sequence[_Item]],
    key: Callable[[_Item], str],
) -> Iterator[Difference]:
    """Differences of what a key names in both records."""
    old: dict[str, _Item] = {key(each): each for each in items(before)} if before is not None else {}
    new: dict[str, _Item] = {key(each): each for each in items(after)} if after is not None else {}
    for name in sorted({*old, *new}):
        was, item = old.get(name), new.get(name)
        some = item if item is not None else was
        layer = some.annotator if some is not None else None
        if was is None or item is None:
            change: Change = "added" if was is None else "removed"
            yield notice.differs(kind, change, layer=layer, item=some)
        elif fields := tuple(
            _fields(was, item, [each for each in item.__struct_fields__ if each not in ("updated_at", "created_at")])
        ):
            yield notice.differs(kind, "changed", layer=layer, fields=fields, item=item)


def _of_annotations(notice: _Notice, before: NativeRecord | None, after: NativeRecord | None) -> Iterator[Difference]:
    layers: dict[str, tuple[dict[str, NativeAnnotation], dict[str, NativeAnnotation]]] = {}
    for side, record in enumerate((before, after)):
        for item in record.annotations if record is not None else ():
            layers.setdefault(item.annotator or SUGGESTED, ({}, {}))[side][item.id] = item
    # No annotator can be called suggested.
    for layer in sorted(layers, key=lambda name: (name != GOLD, name == SUGGESTED, name)):
        old, new = layers[layer]
        pairs = [(old[each], new[each]) for each in old if each in new]
        gone, come = ([item for key, item in one.items() if key not in two] for one, two in ((old, new), (new, old)))
        pairs += _paired(gone, come)
        changes: tuple[tuple[Change, list[NativeAnnotation]], ...] = (("removed", gone), ("added", come))
        found = [
            (item.start, notice.differs("annotation", change, layer=layer, label=item.label, item=item))
            for change, items in changes
            for item in items
        ]
        for was, item in pairs:
            if fields := tuple(_of_annotation(was, item)):
                found.append((item.start, _changed(notice, layer, item, fields)))
        yield from (each for _, each in sorted(found, key=lambda pair: pair[0]))


def _changed(notice: _Notice, layer: str, item: NativeAnnotation, fields: tuple[FieldChange, ...]) -> Difference:
    told = {
        _ASPECTS.get(each.field, "attributes" if each.field.startswith("attributes.") else "other") for each in fields
    }
    aspects = tuple(each for each in ASPECTS if each in told)
    return notice.differs(
        "annotation", "changed", layer=layer, label=item.label, aspects=aspects, fields=fields, item=item
    )


def _of_annotation(before: NativeAnnotation, after: NativeAnnotation) -> Iterator[FieldChange]:
    yield from _fields(before, after, _ANNOTATION_FIELDS)
    for name in dict.fromkeys(chain(before.attributes, after.attributes)):
        # Before its label had an attribute, nothing was set.
        yield from _field(f"attributes.{name}", before.attributes.get(name), after.attributes.get(name))


class _Places:
    """Annotations by where they stand: a notice may have thousands, all of them made anew."""

    def __init__(self, items: Sequence[NativeAnnotation]) -> None:
        self._items = items
        self._of_span: dict[tuple[int, int], list[int]] = {}
        of_label: dict[str, list[tuple[int, int]]] = {}
        for at, item in enumerate(items):
            self._of_span.setdefault((item.start, item.end), []).append(at)
            of_label.setdefault(item.label, []).append((item.start, at))
        self._of_label = {label: sorted(places) for label, places in of_label.items()}
        self._longest = max((item.end - item.start for item in items), default=0)

    def beside(self, item: NativeAnnotation) -> set[int]:
        """Where in the list those are whose place another one can have taken."""
        found = {*self._of_span.get((item.start, item.end), ())}
        places = self._of_label.get(item.label, [])
        first = bisect_left(places, (item.start - self._longest, 0))
        for start, at in islice(places, first, None):
            if start >= item.end:
                break
            if self._items[at].end > item.start:
                found.add(at)
        return found


def _paired(
    gone: list[NativeAnnotation], come: list[NativeAnnotation]
) -> Iterator[tuple[NativeAnnotation, NativeAnnotation]]:
    """Those of a layer that have come in the place of others, with these; both are taken from the lists."""
    places = _Places(gone)
    ranked = sorted(
        (_unlikeness(gone[here], item), here, there) for there, item in enumerate(come) for here in places.beside(item)
    )
    left, taken = dict(enumerate(gone)), dict(enumerate(come))
    for _, here, there in ranked:
        if here in left and there in taken:
            yield left.pop(here), taken.pop(there)
    gone[:], come[:] = left.values(), taken.values()


def _unlikeness(was: NativeAnnotation, item: NativeAnnotation) -> tuple[bool, bool, int]:
    """How badly one stands for the other: the best first."""
    overlap = min(was.end, item.end) - max(was.start, item.start)
    return was.label != item.label, was.suggested_by != item.suggested_by, -overlap
