"""The spaCy format: a DocBin with a document a notice, in the tokens of ``spacy.blank("zh")``.

A token is a character, but a space belongs to the token before it, and other white space in a row is one token: a span
with an edge in there is no span of tokens, and is not written but counted.  Spans may overlap in ``doc.spans["sc"]``;
``doc.ents`` has those of them that a named entity recogniser can learn.

spaCy writes and reads a DocBin as a whole, in memory; ``docbin`` does it document by document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from annotations.errors import SpanError, ZhupiError
from annotations.formats.base import Context, ExportedNotice, FileFormat, Placed, Sink, TextKind, needing
from annotations.formats.docbin import DocBinWriter, each_document
from annotations.formats.labelled import LabelledNotice, LabelledSpan, Refuse, TextOfNotice, labelled_span
from annotations.formats.losses import EDGE_INSIDE_TOKEN

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

SPANS: Final = "sc"
"""The key under which spaCy's span categorizer looks for spans."""
_TOKEN: Final = re.compile(r"(\S)( ?)|\s+")


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A document for each notice; which notice it is stands in its ``user_data``."""
    with needing("spacy"):
        import spacy  # noqa: PLC0415  # slow to import, and an extra brings it
        from spacy.tokens import Doc  # noqa: PLC0415

    vocabulary = spacy.blank("zh").vocab
    with DocBinWriter(context.spool) as documents:
        for each in notices:
            document = Doc(vocabulary, *tokens_of(each.text))
            spans = [span for placed in each.placed if (span := _span(document, placed, context)) is not None]
            document.spans[SPANS] = spans
            document.ents = _entities(spans)
            document.user_data = {"zhupi_id": each.notice.id, "zhupi_doc": each.notice.doc, "zhupi_text": context.text}
            documents.add(document)
        documents.write(out)


def tokens_of(text: str) -> tuple[list[str], list[bool]]:
    """The tokens of a text as the tokenizer of ``spacy.blank("zh")`` makes them, and whether a space follows each.

    That one takes time by the square of the length: a quarter of a minute for a megabyte.
    """
    found = list(_TOKEN.finditer(text))
    return [each[1] or each[0] for each in found], [each[2] == " " for each in found]


def _span(document: Doc, placed: Placed, context: Context) -> Span | None:
    item, start, end = placed
    span = document.char_span(start, end, item.label)
    if span is None:
        context.losses.drop(EDGE_INSIDE_TOKEN, item)
    return span


def _entities(spans: Sequence[Span]) -> list[Span]:
    """Those that do not overlap, the longest first; none begins or ends with white space, which spaCy refuses."""
    from spacy.util import filter_spans  # noqa: PLC0415

    kept: list[Span] = filter_spans(span for span in spans if not (span[0].is_space or span[-1].is_space))
    return kept


def read(file: BinaryIO, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """The notice of each document; its spans are those of ``doc.spans["sc"]``."""
    with needing("spacy"):
        import spacy  # noqa: PLC0415

    documents = each_document(file, spacy.blank("zh").vocab)
    for number in count(1):
        where = str(number)
        try:
            document = next(documents, None)
        except Exception as error:  # noqa: BLE001  # what spaCy raises for a file that is none depends on the file
            refuse(where, str(error) if isinstance(error, ZhupiError) else f"not a document of a DocBin: {error}")
            return
        if document is None:
            return
        try:
            notice = _parse(document, where)
        except Exception as error:  # noqa: BLE001
            refuse(where, str(error))
        else:
            yield notice


class _Told(msgspec.Struct):
    """What is known of the notice of a document; nothing where zhupi has not written it."""

    zhupi_id: str | None = None
    zhupi_doc: str | None = None
    zhupi_text: TextOfNotice = None


def _parse(document: Doc, where: str) -> LabelledNotice:
    told = msgspec.convert(
        {key: value for key, value in document.user_data.items() if key in _Told.__struct_fields__}, _Told
    )
    text = document.text
    spans = tuple(_labelled(document, each, text, told.zhupi_text) for each in document.spans.get(SPANS, ()))
    return LabelledNotice(
        id=told.zhupi_id, doc=told.zhupi_doc, text=text, text_kind=told.zhupi_text, spans=spans, where=where
    )


def _labelled(document: Doc, span: Span, text: str, kind: TextOfNotice) -> LabelledSpan:
    first, last = document[span.start], document[span.end - 1]
    if (span.start_char, span.end_char) != (first.idx, last.idx + len(last)):
        raise SpanError(f"span {span.start_char}..{span.end_char} is not that of its tokens, {span.start}..{span.end}")
    return labelled_span(text, kind, span.label_, span.start_char, span.end_char)


FORMAT = FileFormat(write=write, read_binary=read, ending=".spacy", content="binary")
