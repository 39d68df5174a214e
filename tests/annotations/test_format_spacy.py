"""The spaCy format: its tokens, and a DocBin that is written and read document by document, as spaCy's own are.

What spaCy makes of all of it is for ``make readers``: it is too heavy for the tests, which skip without it.
"""

from __future__ import annotations

import io
import zlib

import msgspec
import pytest
from formats import NO_SPACY, Written, context_of, exported, write
from hard_cases import all_cases, empty, nothing_found, page

from annotations.errors import RecordError
from annotations.formats import docbin
from annotations.formats.packed import PackedStream
from annotations.formats.spacy import FORMAT, tokens_of


@pytest.fixture
def tokens():
    return pytest.importorskip("spacy.tokens", reason=NO_SPACY)


def refused(content):
    """What is said of the content of a file that is read."""
    said = []
    notices = list(FORMAT.read_binary(io.BytesIO(content), lambda where, told: said.append((where, told)), "raw"))
    return notices, said


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("𠮷河", [("𠮷", False), ("河", False)]),
        ("甲 乙", [("甲", True), ("乙", False)]),
        ("甲  乙", [("甲", True), (" ", False), ("乙", False)]),
        (" 甲\n\n乙\u3000", [(" ", False), ("甲", False), ("\n\n", False), ("乙", False), ("\u3000", False)]),
    ],
)
def test_a_token_is_a_character_with_its_space_or_a_run_of_white_space(text, tokens):
    assert list(zip(*tokens_of(text), strict=True)) == tokens


def message_of(documents):
    """What is in a DocBin, as MessagePack."""
    return msgspec.msgpack.decode(zlib.decompress(documents))


@pytest.mark.parametrize("said", [all_cases(), [empty()], []], ids=["all", "empty", "none"])
def test_it_is_to_the_byte_what_spacy_makes_of_its_documents(tokens, said):
    content = write("spacy", said, all_notices=True).files[""]
    documents = tokens.DocBin(store_user_data=True).from_bytes(content)
    assert message_of(content) == message_of(documents.to_bytes())


def test_what_spacy_has_written_is_read_with_and_without_what_zhupi_tells(tokens):
    spacy = pytest.importorskip("spacy", reason=NO_SPACY)
    document = tokens.Doc(spacy.blank("zh").vocab, ["某", "县", "会", "议"], [False] * 4)
    document.spans["sc"] = [document.char_span(2, 4, "DATE")]
    for told in (True, False):
        (notice,), said = refused(tokens.DocBin(docs=[document], store_user_data=told).to_bytes())
        assert said == []
        assert (notice.id, notice.text, notice.where) == (None, "某县会议", "1")
        assert [(span.start, span.end, span.label, span.text) for span in notice.spans] == [(2, 4, "DATE", "会议")]


def test_documents_are_laid_aside_before_all_are_known(tokens):
    assert tokens
    written, files = Written(), []

    def spool():
        files.append(io.BytesIO())
        return files[-1]

    context = msgspec.structs.replace(context_of("spacy", written), spool=spool)
    closed = []

    def notices():
        for each in exported("spacy", [page(), nothing_found()], written.losses):
            closed.append([file.closed for file in files])
            yield each

    with written.file("") as out:
        FORMAT.write(notices(), out, context)
    assert closed == [[False] * 5] * 2
    assert all(file.closed for file in files)


def test_more_tokens_than_a_docbin_can_have_are_refused(tokens, monkeypatch):
    assert tokens
    monkeypatch.setattr(docbin, "MOST_TOKENS", 10)
    with pytest.raises(docbin.FormatError, match="one DocBin holds at most 10 tokens"):
        write("spacy", [page()])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is cut off"),
        (b"xx", "not a document of a DocBin: Error -3"),
        (zlib.compress(b""), "it is cut off"),
        (zlib.compress(b"\x80"), "not a DocBin: it lacks attrs, tokens, spaces, lengths, strings"),
        (zlib.compress(b"\x81\xa1"), "it is cut off"),
        (zlib.compress(b"\xc1"), "not a DocBin"),
    ],
)
def test_what_is_no_docbin_is_told(tokens, content, told):
    assert tokens
    notices, said = refused(content)
    assert notices == []
    assert [(where, each.startswith(told)) for where, each in said] == [("1", True)]


VALUES = [
    None, True, False, 0, 127, 128, 65_535, 65_536, 2**40, -1, -33, -(2**40), 0.5, "", "会", "a" * 31, "a" * 32,
    "a" * 300, "a" * 70_000, b"", b"x" * 300, b"x" * 70_000, [], list(range(20)), list(range(70_000)), {}, {"a": [1]},
    {str(number): number for number in range(20)},
]  # fmt: skip


def test_whatever_is_packed_is_read_a_value_at_a_time_and_passed_over():
    packed = zlib.compress(b"".join(msgspec.msgpack.encode(each) for each in VALUES))
    stream, places = PackedStream(io.BytesIO(packed)), []
    for _ in VALUES:
        places.append(stream.position)
        stream.skip_item()
    assert stream.position == len(zlib.decompress(packed))
    read = [PackedStream(io.BytesIO(packed), place).item() for place in places]
    assert read == VALUES
    with pytest.raises(RecordError, match="cut off"):
        stream.item()
