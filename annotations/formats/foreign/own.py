"""An export of zhupi itself that is read again, as what another tool wrote: a document for each annotator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from annotations.formats.foreign.document import TEXT_LABELS, ForeignDocument, ForeignSpan, Loss, Standing
from annotations.formats.labelled import LabelledNotice, LabelledSpan

_STANDING: Final[Mapping[str | None, Standing]] = {"suggested": "suggested", "rejected": "rejected"}


def documents(found: LabelledNotice) -> Iterator[ForeignDocument]:
    """The documents of a notice, read with its raw text where the file has both, or with none."""
    losses = tuple(Loss(TEXT_LABELS, name) for name in found.notice_attributes)
    for annotator in dict.fromkeys(each.annotator for each in found.spans) or (None,):
        yield ForeignDocument(
            text=found.text,
            spans=tuple(_span(each) for each in found.spans if each.annotator == annotator),
            id=found.id,
            doc=found.doc,
            annotator=annotator,
            losses=losses,
            where=found.where,
        )
        # They are counted once, whoever set them.
        losses = ()


def _span(span: LabelledSpan) -> ForeignSpan:
    return ForeignSpan(
        label=span.label,
        start=span.start,
        end=span.end,
        quote=span.text,
        attributes=span.attributes,
        standing=_STANDING.get(span.status, "said"),
        unsure=span.unsure,
        comment=span.comment,
    )
