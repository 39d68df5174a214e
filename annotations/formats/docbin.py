"""spaCy's DocBin in constant memory, written and read: the format of ``DocBin.to_bytes``, document by document.

A DocBin is a map of MessagePack in one stream of zlib.  Each key has what is known of all documents, in their order:
``tokens`` the attributes of all tokens in one string of bytes, ``spaces`` whether a space follows each, ``lengths`` how
many each document has, ``span_groups`` and ``user_data`` a string of bytes for each document.  ``DocBin`` itself holds
all of that in memory, and its bytes twice.

Here each key is laid aside in a temporary file as documents come, and all are put behind each other at the end.  Who
reads follows each key by itself, a few bytes ahead of the document that is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

import msgspec

from annotations.errors import FormatError, RecordError
from annotations.formats.packed import PackedStream

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from annotations.formats.base import Sink

ATTRIBUTES: Final = ("ORTH", "ENT_IOB", "ENT_TYPE")
"""What is stored of each token, in 8 bytes each; spaCy stores the text of a token whatever it is told."""
MOST_TOKENS: Final = (2**32 - 1) // (8 * len(ATTRIBUTES))
"""How many tokens one DocBin can have: it has an array of them, which MessagePack limits to 4 GiB."""

_CHUNK: Final = 1 << 16
_MAP, _BYTES, _LIST = 0x80, b"\xc6", b"\xdd"
"""How a map of few keys begins in MessagePack, and bytes and a list whose length stands behind in four bytes."""

_OF_DOCUMENTS: Final = ("tokens", "spaces", "lengths", "flags", "span_groups", "user_data")
"""The keys that are read document by document."""

_pack: Final = msgspec.msgpack.Encoder().encode


class DocBinWriter:
    """Documents on their way into a DocBin, until the block ends.

    Args:
        spool: makes a temporary file.
    """

    def __init__(self, spool: Callable[[], BinaryIO]) -> None:
        from spacy.tokens import DocBin  # noqa: PLC0415  # slow to import, and an extra brings it

        self._files = ExitStack()
        self._tokens, self._spaces, self._lengths, self._span_groups, self._user_data = (
            _Column(self._files.enter_context(spool())) for _ in range(5)
        )
        self._strings: set[str] = set()
        self._documents = 0
        none = DocBin(attrs=ATTRIBUTES)
        self._version: str = none.version
        self._attributes = list(none.attrs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def add(self, document: Doc) -> None:
        """Add a document.

        Raises:
            FormatError: there are more tokens than one DocBin can have.
        """
        from spacy.tokens import DocBin  # noqa: PLC0415

        # What is stored of one document spaCy says itself.
        one = DocBin(attrs=ATTRIBUTES, store_user_data=True, docs=[document])
        self._tokens.write(one.tokens[0].tobytes("C"))
        self._spaces.write(one.spaces[0].tobytes("C"))
        self._lengths.write(len(document).to_bytes(4, "little"))
        self._span_groups.write(_pack(one.span_groups[0]))
        self._user_data.write(_pack(one.user_data[0]))
        self._strings |= one.strings
        self._documents += 1
        if self._spaces.size > MOST_TOKENS:
            raise FormatError(
                f"one DocBin holds at most {MOST_TOKENS:,} tokens, and this is more; export less at a time, or --split"
            )

    def write(self, out: Sink) -> None:
        """Write the DocBin."""
        compressor = zlib.compressobj()
        for chunk in self._message():
            out.write(compressor.compress(chunk))
        out.write(compressor.flush())

    def _message(self) -> Iterator[bytes]:
        bytes_of = {"tokens": self._tokens, "spaces": self._spaces, "lengths": self._lengths}
        lists = {"span_groups": self._span_groups, "user_data": self._user_data}
        whole = {"version": self._version, "attrs": self._attributes, "strings": sorted(self._strings)}
        same: dict[str, dict[str, bool]] = {"cats": {}, "flags": {"has_unknown_spaces": False}}
        yield bytes([_MAP + len(whole) + len(bytes_of) + len(lists) + len(same)])
        for key, value in whole.items():
            yield _pack(key) + _pack(value)
        for key, column in bytes_of.items():
            yield _pack(key) + _BYTES + column.size.to_bytes(4)
            yield from column.chunks()
        for key, column in lists.items():
            yield _pack(key) + _LIST + self._documents.to_bytes(4)
            yield from column.chunks()
        for key, each in same.items():
            yield _pack(key) + _LIST + self._documents.to_bytes(4)
            yield from (_pack(each) for _ in range(self._documents))


class _Column:
    """What is laid aside of one key, compressed, since temporary files may lie in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.size = 0
        self._file = file
        self._compressor = zlib.compressobj(zlib.Z_BEST_SPEED)

    def write(self, data: bytes) -> None:
        """Add to it."""
        self.size += len(data)
        self._file.write(self._compressor.compress(data))

    def chunks(self) -> Iterator[bytes]:
        """All of it, once; nothing can be added any more."""
        self._file.write(self._compressor.flush())
        self._file.seek(0)
        left, reader = self.size, PackedStream(self._file)
        while left:
            chunk = reader.read(min(left, _CHUNK))
            left -= len(chunk)
            yield chunk


def each_document(file: BinaryIO, vocabulary: Vocab) -> Iterator[Doc]:
    """The documents of a DocBin, one after another.

    Args:
        file: can be read from any place.
        vocabulary: gets the strings of all documents.

    Raises:
        RecordError: it is cut off, or no DocBin.
        zlib.error: it is damaged.
    """
    import numpy  # noqa: ICN001, PLC0415  # an extra brings it
    from spacy.tokens import DocBin  # noqa: PLC0415

    places = _places(file)
    attributes = PackedStream(file, places["attrs"]).item()
    for string in PackedStream(file, places["strings"]).item():
        vocabulary[string]  # takes it in
    of = {key: PackedStream(file, places[key]) for key in _OF_DOCUMENTS if key in places}
    sizes = {key: stream.head()[1] for key, stream in of.items()}
    tokens, spaces = of["tokens"], of["spaces"]

    def told(key: str, otherwise: object) -> Any:  # noqa: ANN401  # whatever it is
        return of[key].item() if key in of else otherwise

    for _ in range(sizes["lengths"] // 4):
        length = int.from_bytes(of["lengths"].read(4), "little")
        one = DocBin()
        one.attrs = attributes
        row = (length, len(attributes))
        one.tokens = [numpy.frombuffer(tokens.read(8 * length * len(attributes)), "uint64").reshape(row)]
        one.spaces = [numpy.frombuffer(spaces.read(length), bool).reshape((length, 1))]
        one.flags, one.cats = [told("flags", {})], [{}]
        one.span_groups, one.user_data = [told("span_groups", b"")], [told("user_data", None)]
        yield from one.get_docs(vocabulary)


def _places(file: BinaryIO) -> dict[str, int]:
    """Where the value of each key begins in what is compressed."""
    stream = PackedStream(file)
    kind, count = stream.head()
    places: dict[str, int] = {}
    for _ in range(count if kind == "map" else 0):
        key = stream.item()
        places[str(key)] = stream.position
        stream.skip_item()
    missing = [key for key in ("attrs", "tokens", "spaces", "lengths", "strings") if key not in places]
    if missing:
        raise RecordError(f"not a DocBin: it lacks {', '.join(missing)}")
    return places
