"""The brat format, read by pybrat and by its own rules."""

from __future__ import annotations

import re

import pytest
from formats import write
from hard_cases import ATTRIBUTES, all_cases, item, page
from making import notice_of
from pybrat.parser import BratParser

from annotations.formats.brat import fragments_of

READER = BratParser(error="ignore")
"""By default it refuses a span with two labels, which brat does not."""


def put(written, folder):
    for name, content in written.files.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_pybrat_reads_each_span_with_its_fragments(text, tmp_path):
    notice, items, _ = page()
    put(write("brat", [page()], text=text), tmp_path)
    (example,) = READER.parse(tmp_path)
    assert example.text == getattr(notice, text)
    assert len(example.entities) == len(items) - (text == "normalized")
    for entity in example.entities:
        assert " ".join(example.text[span.start : span.end] for span in entity.spans) == entity.mention
    found = {(entity.type, entity.mention) for entity in example.entities}
    if text == "normalized":
        assert found >= {
            ("OFFICIAL", "市水务局局长𠮷小河"), ("REQUIREMENT", "各乡镇要在10月15日前完成整改"), ("DATE", "10月15日前"),
            ("OFFICIAL", "15日前完成整改,"), ("DATE", "9月26日上午"), ("OFFICIAL", "9月26日上午"), ("DATE", "关于"),
            ("REQUIREMENT", "完成整改, 确保"),
        }  # fmt: skip


def test_pybrat_reads_the_whole_corpus(tmp_path):
    put(write("brat", all_cases(), all_notices=True), tmp_path)
    examples = READER.parse(tmp_path)
    assert {example.id for example in examples} >= {"page", "nothing", "artefacts", "long"}
    assert len(examples) == len(all_cases()) - 1
    for example in examples:
        for entity in example.entities:
            quote = " ".join(example.text[span.start : span.end] for span in entity.spans)
            # It takes white space from the end of a line.
            assert quote.rstrip() == entity.mention


def test_attributes_comments_and_doubt_stand_behind_their_span():
    ann = write("brat", [page()]).files["page.ann"].decode()
    ids = {
        (label, quote): number
        for number, label, quote in re.findall(r"^(T\d+)\t(\w+) [\d ;]+\t(.*)$", ann, re.MULTILINE)
    }
    values = {}
    for name, span, value in re.findall(r"^A\d+\t(\w+) (T\d+)(?: (\S+))?$", ann, re.MULTILINE):
        values.setdefault(span, {})[name] = value
    official = ids["OFFICIAL", "市水务局局长𠮷小河"]
    assert values[official] == ATTRIBUTES["OFFICIAL"]
    assert values[ids["DATE", "10月15日前"]] == {**ATTRIBUTES["DATE"], "approx": "true"}
    assert values[ids["DATE", "讲话"]] == {"Unsure": ""}
    assert re.findall(r"^A(\d+)\t", ann, re.MULTILINE) == [
        str(at) for at in range(1, sum(map(len, values.values())) + 1)
    ]


def test_what_a_line_cannot_hold_is_counted():
    written = write("brat", [page()], text="raw")
    assert written.lost == {"attributes": ["outer"], "comments": ["comment"]}
    raw = "某县召开会议\n\n通过"
    items = [item("lines", "\n\n", raw=raw), item("told", "会议", raw=raw, comment="为\t什么")]
    written = write("brat", [(notice_of(raw), items, [])])
    assert written.lost == {"blank": ["lines"]}
    assert written.files["page.ann"].decode() == "T1\tDATE 4 6\t会议\n#1\tAnnotatorNotes T1\t为\t什么\n"


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("ab", [(0, 2)]),
        ("a\nb", [(0, 1), (2, 3)]),
        ("a\r\n\x85b\u2028", [(0, 1), (4, 5)]),
        ("\n\n", []),
    ],
)
def test_a_fragment_has_no_end_of_a_line(text, fragments):
    assert list(fragments_of(f"x{text}x", 1, len(text) + 1)) == [(start + 1, end + 1) for start, end in fragments]


def test_the_configuration_names_all_labels_and_what_can_be_listed():
    assert write("brat", []).files["annotation.conf"].decode() == (
        "[entities]\nREQUIREMENT\nOFFICIAL\nDATE\n\n[relations]\n\n[events]\n\n[attributes]\n"
        "modality\tArg:REQUIREMENT, Value:must|must_not|imperative\n"
        "mention\tArg:OFFICIAL, Value:full|list|bare\n"
        "part\tArg:DATE, Value:AM|PM\n"
        "mod\tArg:DATE, Value:before|after\n"
        "role\tArg:DATE, Value:publication\n"
        "approx\tArg:DATE, Value:true|false\n"
        "Unsure\tArg:<ENTITY>\n"
    )
