"""The zone of a notice: the text that annotators judge, and where spans of the raw text stand in it.

The guideline has one copy of an article annotated: title, byline and body.  Site furniture and second copies are no
part of it, and no more are the artefacts and white space that the normalizer takes out of title and body: nobody who
reads the normalized text sees them.  So the zone is the normalized text, with the ``metadata`` regions of the raw text
(bylines and index tables, which have dates to tag) in their places.  Two spans that cover the same of it are the same,
also where one of them divides a character from its artefact.
"""

from __future__ import annotations

from collections.abc import Sequence

from annotations.agreement.layers import Stretch
from annotations.alignment import Alignment
from annotations.regions import Region
from annotations.spans import RawOffset


class Zone:
    """The zone of one notice.

    Args:
        regions: the regions of the notice.
        alignment: its alignment.
    """

    def __init__(self, regions: Sequence[Region], alignment: Alignment) -> None:
        self._alignment = alignment
        self._metadata = [(region.start, region.end) for region in regions if region.kind == "metadata"]
        self.length = alignment.normalized_length + self._metadata_before(alignment.raw_length)
        """Code points of the zone."""

    def stretches(self, spans: Sequence[Stretch]) -> list[Stretch | None]:
        """Where spans of the raw text stand in the zone; None for a span of which it holds nothing.

        Raises:
            SpanError: a span reaches past the raw text.
        """
        bounds = self._alignment.normalized_bounds(spans)
        if not self._metadata:
            return bounds
        return [self._stretch(*span, normalized) for span, normalized in zip(spans, bounds, strict=True)]

    def _stretch(self, start: int, end: int, normalized: Stretch | None) -> Stretch | None:
        if normalized is None:
            at = self._alignment.normalized_offset(RawOffset(start))
            normalized = at, at
        low, high = normalized[0] + self._metadata_before(start), normalized[1] + self._metadata_before(end)
        return (low, high) if low < high else None

    def _metadata_before(self, offset: int) -> int:
        return sum(min(end, offset) - start for start, end in self._metadata if start < offset)
