"""The CoNLL format, read by seqscore and nervaluate."""

from __future__ import annotations

import pytest
from formats import write
from hard_cases import all_cases, item, page
from hypothesis import given
from hypothesis import strategies as st
from making import annotation_of, notice_of
from msgspec.structs import replace
from nervaluate.loaders import ConllLoader
from seqscore.conll import LineSpec, ingest_conll_file
from seqscore.encoding import get_encoding


def tagged(raw, *items, **options):
    written = write("conll", [(notice_of(raw), items, [])], all_notices=True, **options)
    return [
        " ".join(line.replace("\t", "/") for line in each.split("\n")) for each in written.text.split("\n\n") if each
    ]


def mentions(written, scheme, folder):
    """The spans that seqscore reads, as label and characters."""
    path = folder / "read.conll"
    path.write_bytes(written.files[""])
    (document,) = ingest_conll_file(
        path, scheme.upper(), "utf-8", LineSpec(0, 1), ignore_document_boundaries=False, allow_comment_lines=False
    )
    return [
        (mention.type, "".join(sequence.tokens[mention.span.start : mention.span.end]))
        for sequence in document
        for mention in sequence.mentions
    ]


@pytest.mark.parametrize("scheme", ["bio", "bioes"])
@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_seqscore_reads_each_span_that_is_not_counted(scheme, text, tmp_path):
    written = write("conll", [page()], scheme=scheme, text=text)
    found = mentions(written, scheme, tmp_path)
    assert len(found) == len(page()[1]) - len(written.lost["overlapping"]) - len(written.lost.get("outside_text", []))
    if text == "normalized":
        assert ("OFFICIAL", "市水务局局长𠮷小河") in found
        assert ("REQUIREMENT", "各乡镇要在10月15日前完成整改") in found
        assert set(written.lost["overlapping"]) == {
            "inner", "crossing", "over-lines", "same-official", "artefact",
        }  # fmt: skip


@pytest.mark.parametrize("scheme", ["bio", "bioes"])
def test_seqscore_reads_the_whole_corpus(scheme, tmp_path):
    written = write("conll", all_cases(), scheme=scheme)
    assert len(mentions(written, scheme, tmp_path)) > 10


def test_nervaluate_reads_it():
    text = write("conll", [page()]).text
    sentences = ConllLoader().load(text.rstrip("\n"))
    labels = [label for sentence in sentences for label in sentence] if isinstance(sentences, list) else sentences
    assert len(labels) > 3


def test_a_character_is_a_line_and_white_space_is_none():
    raw = "张 三\t来。\n通过"
    assert tagged(raw, item("a", "张 三", raw=raw), item("b", "过", raw=raw)) == [
        "张/B-DATE 三/I-DATE 来/O 。/O", "通/O 过/B-DATE",
    ]  # fmt: skip
    assert tagged(raw, item("a", "张 三", raw=raw), item("b", "过", raw=raw), scheme="bioes") == [
        "张/B-DATE 三/E-DATE 来/O 。/O", "通/O 过/S-DATE",
    ]  # fmt: skip


def test_a_sentence_ends_behind_its_punctuation_but_never_inside_a_span():
    raw = "他说：“来。”走!是？\n完。会"
    assert [line.replace("/O", "") for line in tagged(raw)] == ["他 说 ： “ 来 。 ”", "走 !", "是 ？", "完 。", "会"]
    spanning = tagged(raw, item("a", "”走!是？\n完", raw=raw))
    assert len(spanning) == 2
    assert spanning[0].startswith("他/O ")
    assert spanning[0].endswith(" 完/I-DATE 。/O")


def test_spans_that_follow_each_other_are_two():
    raw = "张三李四"
    assert tagged(raw, item("a", "张三", raw=raw), item("b", "李四", raw=raw)) == [
        "张/B-DATE 三/I-DATE 李/B-DATE 四/I-DATE"
    ]


def test_the_outermost_of_nested_spans_is_kept_and_white_space_alone_is_none():
    raw = "张三 李四"
    items = [
        item("in", "张三", raw=raw),
        item("out", "张三 李", raw=raw),
        item("x", "李四", raw=raw),
        item("s", " ", raw=raw),
    ]
    written = write("conll", [(notice_of(raw), items, [])])
    assert written.lost == {"overlapping": ["in", "x"], "blank": ["s"]}


@given(st.data())
def test_whatever_is_annotated_the_tags_are_lawful_and_hold_all_that_is_not_counted(data):
    raw = data.draw(st.text(st.sampled_from("会𠮷。！\n \t”a\u2028"), min_size=1, max_size=30))
    spans = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw))).filter(lambda s: s[0] < s[1]), unique=True
        )
    )
    items = [replace(annotation_of(raw, *span), id=str(number)) for number, span in enumerate(spans)]
    for scheme in ("bio", "bioes"):
        written = write("conll", [(notice_of(raw), items, [])], scheme=scheme, all_notices=True)
        encoding = get_encoding(scheme.upper())
        rows = [[line.split("\t") for line in each.split("\n") if line] for each in written.text.split("\n\n")]
        assert "".join(token for sentence in rows for token, _ in sentence) == "".join(raw.split())
        found = 0
        for sentence in rows:
            if sentence:
                found += len(encoding.decode_labels([tag for _, tag in sentence]))
        assert found == len(items) - written.losses.dropped.total()
