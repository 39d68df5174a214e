"""Any export read again: the same text and the same spans, lazily, with neither database nor terminal."""

from __future__ import annotations

import gzip
import subprocess
import sys

import pytest
from formats import INSTALLED, write
from hard_cases import ATTRIBUTES, PAGE_ITEMS, differing, nothing_found, page, short_cases

from annotations.errors import FormatError, RecordError
from annotations.formats import read
from annotations.formats.base import FolderFormat
from annotations.formats.registry import format_of

READ = [name for name in INSTALLED if format_of(name).is_read]


def put(folder, name, said, **options):
    """An export at ``folder / "out"``."""
    written, path = write(name, said, **options), folder / "out"
    if isinstance(format_of(name), FolderFormat):
        for file, content in written.files.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_bytes(content)
    else:
        path.write_bytes(written.files[""])
    return path


@pytest.mark.parametrize("name", READ)
def test_spans_slice_the_text_that_is_read(name, tmp_path):
    notices = list(read(put(tmp_path, name, short_cases(), all_notices=True)))
    assert notices
    for notice in notices:
        for span in notice.spans:
            assert notice.text is None or notice.text[span.start : span.end] == span.text
            assert span.text
        if notice.notice is not None:
            assert notice.notice.normalized == notice.text
            for span in notice.spans:
                assert notice.alignment.to_normalized(span.raw) == span.normalized


@pytest.mark.parametrize(
    "name", ["jsonl", "prodigy", "label-studio", "w3c", "brat", "doccano", "spans", "hf", "cas", "parquet"]
)
def test_what_is_read_is_what_was_written(name, tmp_path):
    notice = page()[0]
    (found,) = read(put(tmp_path, name, [page()]), text="raw" if name == "spans" else "normalized")
    assert found.doc == "page"
    if name not in ("spans", "w3c"):
        assert found.text == notice.normalized
    if name == "spans":
        wanted = {(each.start, each.end, each.label) for each in PAGE_ITEMS}
    else:
        spans = [(notice.alignment.to_normalized(each.span), each.label) for each in PAGE_ITEMS]
        wanted = {(span.start, span.end, label) for span, label in spans if span is not None}
    assert {(span.start, span.end, span.label) for span in found.spans} == wanted
    official = next(span for span in found.spans if span.text in ("市水务局局长𠮷小河", "市水務局局長𠮷小河"))
    if "attributes" in format_of(name).carries:
        assert {key: value for key, value in official.attributes.items() if value is not None} == ATTRIBUTES["OFFICIAL"]
        dated = next(span for span in found.spans if span.text == "10月15日前")
        assert dated.attributes["approx"] is True
    if "unsure" in format_of(name).carries:
        assert [span.text for span in found.spans if span.unsure] == ["讲话"]
    if "comments" in format_of(name).carries and name != "brat":
        assert [span.text for span in found.spans if span.comment] == ["会议强调"]


@pytest.mark.parametrize("name", ["jsonl", "w3c"])
def test_the_raw_text_can_be_asked_for_where_the_file_has_both(name, tmp_path):
    (found,) = read(put(tmp_path, name, [page()]), text="raw")
    assert {(span.start, span.end, span.label) for span in found.spans} == {
        (each.start, each.end, each.label) for each in PAGE_ITEMS
    }
    assert found.text in (None, page()[0].raw)


@pytest.mark.parametrize("name", ["jsonl", "spans", "prodigy", "label-studio", "w3c", "cas"])
def test_the_spans_of_all_annotators_are_of_one_notice(name, tmp_path):
    (found,) = read(put(tmp_path, name, [differing()]), text="raw" if name == "spans" else "normalized")
    assert sorted(span.annotator for span in found.spans) == ["lin", "wei"]


def test_what_people_said_is_neither_suggested_nor_rejected(tmp_path):
    (found,) = read(put(tmp_path, "jsonl", [page()]))
    assert found.said == found.spans
    assert [each.spans for each in read(put(tmp_path, "prodigy", [nothing_found()]))] == [()]


def test_a_sentence_of_conll_is_a_notice(tmp_path):
    found = list(read(put(tmp_path, "conll", [differing()], layer="lin")))
    assert [each.text for each in found] == ["某县召开会议", "会议要求,各镇要于2023年4月10日前完成排查。"]
    assert [[(span.label, span.text) for span in each.spans] for each in found] == [[], [("DATE", "2023年4月10日前")]]


def test_it_is_lazy_and_a_line_that_does_not_hold_ends_it_by_name(tmp_path):
    path = put(tmp_path, "jsonl", [page(), differing()])
    path.write_bytes(path.read_bytes() + b"{}\n")
    found = read(path)
    assert [next(found).doc, next(found).doc] == ["page", "differing"]
    with pytest.raises(RecordError, match=r"out:3: not a native record"):
        next(found)


def test_a_gzipped_file_and_one_with_a_mark_are_read(tmp_path):
    content = put(tmp_path, "doccano", [page()]).read_bytes()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(content))
    (tmp_path / "b.jsonl").write_bytes(b"\xef\xbb\xbf" + content)
    assert [[each.doc for each in read(tmp_path / name)] for name in ("a.jsonl.gz", "b.jsonl")] == [["page"], ["page"]]


def test_what_it_is_can_be_said_and_must_be_where_nothing_tells(tmp_path):
    path = put(tmp_path, "doccano", [page()])
    assert [each.doc for each in read(path, format="doccano")] == ["page"]
    (tmp_path / "a.txt").write_text("通知\n", encoding="utf-8")
    with pytest.raises(FormatError, match="it looks like no format that zhupi writes"):
        next(read(tmp_path / "a.txt"))
    with pytest.raises(FileNotFoundError):
        next(read(tmp_path / "none"))


def test_it_needs_no_database_and_no_terminal(tmp_path):
    path = put(tmp_path, "jsonl", [page()])
    script = (
        "import sys; from annotations.formats import read; "
        "print(sum(len(each.spans) for each in read(sys.argv[1]))); "
        "print({'store', 'tui', 'sqlite3', 'textual', 'rich', 'click'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{len(PAGE_ITEMS) - 1}\nset()\n"
