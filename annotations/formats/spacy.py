"""The spaCy format: a DocBin with a document a notice, in the tokens of ``spacy.blank("zh")``.

A token is a character, but a space belongs to the token before it, and other white space in a row is one token: a span
with an edge in there is no span of tokens, and is not written but counted.  Spans may overlap in ``doc.spans["sc"]``;
``doc.ents`` has those of them that a named entity recogniser can learn.

A DocBin cannot be written bit by bit.  spaCy holds all documents in memory, some 30 bytes for each character, and 130
while it makes the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from annotations.errors import FormatError
from annotations.formats.base import Context, ExportedNotice, FileFormat, Placed, Sink, needing
from annotations.formats.losses import EDGE_INSIDE_TOKEN

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

SPANS: Final = "sc"
"""The key under which spaCy's span categorizer looks for spans."""
_ATTRIBUTES: Final = ("ORTH", "ENT_IOB", "ENT_TYPE")
"""What is stored of each token, in 8 bytes each; spaCy stores the text of a token whatever it is told."""
_TOKEN: Final = re.compile(r"(\S)( ?)|\s+")
MOST_TOKENS: Final = (2**32 - 1) // (8 * len(_ATTRIBUTES))
"""How many tokens one DocBin can have: it has an array of them, which MessagePack limits to 4 GiB."""


def write(notices: Iterable[ExportedNotice], out: Sink, context: Context) -> None:
    """A document for each notice; which notice it is stands in its ``user_data``."""
    with needing("spacy"):
        import spacy  # noqa: PLC0415  # slow to import, and an extra brings it
        from spacy.tokens import Doc, DocBin  # noqa: PLC0415

    vocabulary = spacy.blank("zh").vocab
    documents = DocBin(attrs=_ATTRIBUTES, store_user_data=True)
    tokens = 0
    for each in notices:
        document = Doc(vocabulary, *tokens_of(each.text))
        tokens += len(document)
        if tokens > MOST_TOKENS:
            raise FormatError(
                f"one DocBin holds at most {MOST_TOKENS:,} tokens, and this is more; export less at a time"
            )
        spans = [span for placed in each.placed if (span := _span(document, placed, context)) is not None]
        document.spans[SPANS] = spans
        document.ents = _entities(spans)
        document.user_data = {"zhupi_id": each.notice.id, "zhupi_doc": each.notice.doc, "zhupi_text": context.text}
        documents.add(document)
    out.write(documents.to_bytes())


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


FORMAT = FileFormat(write=write, ending=".spacy", content="binary")
