"""What a reader of values gets: a span in normalized text, and what is known of its notice.

Offsets are code points of that text.  No reader sees raw text, so none has to know of artefacts or scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from annotations.alignment import Alignment
from annotations.annotation import Annotation
from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon
from annotations.notice import Notice
from annotations.regions import Region, region_at
from annotations.spans import RawSpan, normalized_span, raw_span
from annotations.values.dated_text import DatedText

LONGEST = 2000
"""How many code points of a span readers look at: a value stands in a sentence, not in a book."""

AROUND = 4000
"""How many code points before and behind a span readers look at, for the dates and names that are stated there."""


class Stated(msgspec.Struct, frozen=True):
    """An annotation of the same annotator, with its span in the text of a passage, in code points."""

    label: str
    start: int
    end: int
    values: Mapping[str, AttributeValue]


class Passage(msgspec.Struct, frozen=True):
    """A span, ``text[start:end]``, in the text that it stands in.

    ``text`` is the normalized text of the notice, in which the region of the span is never left out.  ``lexicon`` has
    the word lists to read with.  ``published`` is the ISO date of publication, None if unknown.  ``in_byline`` says
    whether the span stands in a region of metadata.  ``layer`` has the annotator's other annotations, by their spans.
    ``dated`` is the text with what has been read from it, for one who reads several spans of it; else None.
    """

    text: str
    start: int
    end: int
    lexicon: Lexicon
    published: str | None = None
    in_byline: bool = False
    layer: tuple[Stated, ...] = ()
    dated: DatedText | None = None

    @property
    def quote(self) -> str:
        """The text of the span, at most ``LONGEST`` code points of it."""
        return self.text[self.start : min(self.end, self.start + LONGEST)]

    @property
    def before(self) -> str:
        """The text before the span, at most ``AROUND`` code points of it."""
        return self.text[max(0, self.start - AROUND) : self.start]


def passage_of(notice: Notice, span: RawSpan, lexicon: Lexicon, layer: Sequence[Annotation]) -> Passage | None:
    """The passage of a span of raw text; None where the normalized text has nothing of the span."""
    regions = _within(notice.regions, span)
    text, alignment = notice.normalized, notice.alignment
    if not all(region.kept for region in regions):
        text, alignment = _shown(notice, regions)
    found = alignment.to_normalized(span) if span.end <= alignment.raw_length else None
    if found is None:
        return None
    return Passage(
        text=text,
        start=found.start,
        end=found.end,
        lexicon=lexicon,
        published=_published(notice, layer),
        in_byline=bool(regions) and regions[0].kind == "metadata",
        layer=tuple(_stated(span, layer, alignment)),
    )


def _within(regions: Sequence[Region], span: RawSpan) -> list[Region]:
    """The regions that a span lies in."""
    first = region_at(regions, span.start)
    return [] if first is None else [region for region in regions if first.start <= region.start < max(span.end, 1)]


def _shown(notice: Notice, hidden: Sequence[Region]) -> tuple[str, Alignment]:
    """The normalized text and alignment that the notice would have if the regions in ``hidden`` were body."""
    from annotations.normalize import normalize  # noqa: PLC0415  # slow to import, and few spans stand in a byline

    shown = [
        msgspec.structs.replace(region, kind="body", of=None) if region in hidden and not region.kept else region
        for region in notice.regions
    ]
    made = normalize(notice.raw, regions=shown)
    return made.normalized, made.alignment


def _published(notice: Notice, layer: Sequence[Annotation]) -> str | None:
    """The notice's date of publication; where it has none, the date that the annotator tagged with that role."""
    if notice.published:
        return notice.published
    for each in layer:
        value = each.attributes.get("iso") if each.status != "rejected" else None
        if each.attributes.get("role") == "publication" and isinstance(value, str):
            return value
    return None


def _stated(span: RawSpan, layer: Sequence[Annotation], alignment: Alignment) -> list[Stated]:
    """The annotations of a layer in a normalized text, without rejected suggestions and without those of ``span``."""
    stated = []
    for each in layer:
        if each.status == "rejected" or (each.start, each.end) == (span.start, span.end):
            continue
        if not 0 <= each.start < each.end <= alignment.raw_length:
            continue
        found = alignment.to_normalized(raw_span(each.start, each.end)) or normalized_span(0, 0)
        if found.end:
            stated.append(Stated(each.label, found.start, found.end, each.attributes))
    return sorted(stated, key=lambda each: (each.start, each.end))
