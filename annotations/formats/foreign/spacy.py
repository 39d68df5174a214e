"""spaCy's DocBin, whoever made it: its entities, and the spans of all its span groups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count
from typing import TYPE_CHECKING, Any, BinaryIO

from annotations.errors import ZhupiError
from annotations.formats.base import needing
from annotations.formats.docbin import each_document
from annotations.formats.foreign.document import RELATIONS, TEXT_LABELS, ForeignDocument, ForeignSpan, Loss
from annotations.formats.labelled import Refuse

if TYPE_CHECKING:
    from spacy.tokens import Doc


def documents(file: BinaryIO, refuse: Refuse) -> Iterator[ForeignDocument]:
    """The documents of a file that can be read from any place.

    Raises:
        FormatError: what the extra ``spacy`` brings is not installed.
    """
    with needing("spacy"):
        import spacy  # noqa: PLC0415  # slow to import, and an extra brings it

    found = each_document(file, spacy.blank("zh").vocab)
    for number in count(1):
        where = str(number)
        try:
            document = next(found, None)
            if document is None:
                return
            yield _document(document, where)
        except Exception as error:  # noqa: BLE001  # what spaCy raises for a file that is none depends on the file
            refuse(where, str(error) if isinstance(error, ZhupiError) else f"not a document of a DocBin: {error}")
            return


def _document(document: Doc, where: str) -> ForeignDocument:
    told: dict[Any, Any] = document.user_data
    losses = [Loss(TEXT_LABELS, str(name)) for name in document.cats]
    if document.has_annotation("DEP"):
        losses.append(Loss(RELATIONS, "dependencies"))
    # An entity is in a span group as well, where one was made of the other.
    spans = {
        (each.label_, each.start_char, each.end_char): ForeignSpan(
            label=each.label_, start=each.start_char, end=each.end_char, quote=each.text
        )
        for each in chain(document.ents, *document.spans.values())
    }
    return ForeignDocument(
        text=document.text,
        spans=tuple(spans.values()),
        id=_name(told.get("zhupi_id")),
        doc=_name(told.get("zhupi_doc")),
        losses=tuple(losses),
        where=where,
    )


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
