"""The format of Hugging Face datasets; that datasets itself reads it is for ``make readers``."""

from __future__ import annotations

import pytest
from formats import Written, context_of, write, write_parts
from hard_cases import all_cases, empty, nothing_found, page, short_cases
from making import notice_of
from msgspec.structs import replace

from annotations.annotation import Review
from annotations.errors import FormatError
from annotations.formats.dataset_card import Card
from annotations.formats.losses import GOLD_NOT_DONE
from annotations.guideline import section_of

KEYS = ["id", "doc", "title", "source", "published", "url", "text", "spans"]


def card(written):
    return written.files["README.md"].decode()


def said_nothing(raw):
    return notice_of(raw), [], [Review("lin", "done", None, "2026-11-21T08:00:00.000Z")]


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_every_row_has_the_same_keys_and_its_spans_slice_its_text(text):
    rows = write("hf", all_cases(), all_notices=True, text=text).rows_of("train.jsonl")
    written = [notice for notice, _, _ in all_cases() if notice.doc != "differing"]
    for row, notice in zip(rows, written, strict=True):
        assert list(row) == KEYS
        assert (row["id"], row["text"]) == (notice.id, getattr(notice, text))
        for span in row["spans"]:
            assert list(span) == ["start", "end", "label", "text"]
            assert row["text"][span["start"] : span["end"]] == span["text"]


def test_a_part_is_a_split_with_a_file_of_its_own():
    written = write_parts("hf", {"train": short_cases(), "dev": [nothing_found()], "test": []})
    assert set(written.files) == {"train.jsonl", "dev.jsonl", "test.jsonl", "guideline.md", "README.md"}
    assert [row["doc"] for row in written.rows_of("dev.jsonl")] == ["nothing"]
    assert "  - split: train\n    path: train.jsonl\n  - split: dev\n    path: dev.jsonl\ndataset_info:" in card(
        written
    )
    assert "| dev | 1 | 0 | 0 | 0 | 0 |\n| test | 0 | 0 | 0 | 0 | 0 |\n" in card(written)
    assert "`datasets` takes no split without notices" in card(written)


def test_a_name_that_no_split_can_have_is_refused():
    with pytest.raises(FormatError, match="datasets takes no split called dev-1"):
        write_parts("hf", {"dev-1": [page()]})


def test_the_card_counts_notices_and_spans_by_label():
    assert "| split | notices | spans | REQUIREMENT | OFFICIAL | DATE |" in card(write("hf", [page()]))
    assert "| train | 1 | 13 | 3 | 4 | 6 |" in card(write("hf", [page()]))


def test_the_card_tells_versions_and_a_licence_to_be_stated():
    told = card(write("hf", [page()]))
    assert told.startswith("---\nlicense: unknown\n")
    assert "- normalizer: zhupi-" in told
    assert (
        "- guideline: `guideline.md`, SHA-256 `786e85272f8e7ae35497479feb0c385900b8c8da7aa2630ce5ea6c2b7c89ceb0`"
        in told
    )
    assert write("hf", [page()]).files["guideline.md"] == b"# Guideline\n"


@pytest.mark.parametrize(("published", "told"), [("2023-04-12", "timestamp[s]"), ("XXXX-04-12", "string")])
def test_a_date_that_is_a_time_is_declared_as_one_since_datasets_makes_one_of_it(published, told):
    notice, items, reviews = page()
    written = write("hf", [(replace(notice, published=published), items, reviews), empty()])
    assert f"  - name: published\n    dtype: {told}\n" in card(written)


def test_numbers_of_people_are_counted_with_the_notices_and_stand_in_the_card():
    said = [said_nothing("联系人电话13812345678,0571-87654321。"), page(), said_nothing("身份证号11010519491231002X。")]
    written = write("hf", said)
    ids = [said[0][0].id, said[2][0].id]
    assert {kind: found.first for kind, found in written.warnings.kinds.items()} == {
        "notices_with_mobile_numbers": ids[:1], "notices_with_landline_numbers": ids[:1],
        "notices_with_identity_numbers": ids[1:],
    }  # fmt: skip
    assert f"- notices with identity numbers: 1 ({ids[1]})\n" in card(written)
    assert "13812345678" not in card(written)
    assert "- none was found\n" in card(write("hf", [page()]))


def test_a_warning_about_anything_else_does_not_stand_there():
    written = Written()
    written.warnings.add(GOLD_NOT_DONE, page()[0])
    assert "- none was found\n" in Card(context_of("hf", written)).text()


GUIDELINE = """# Guideline

About DATE.

## `DATE`

A day.

### Which

```
## DATE
```

## OFFICIAL ##

Who.
"""


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"DATE"}, "A day.\n\n#### Which\n\n```\n## DATE\n```"),
        ({"PERSON", "OFFICIAL"}, "Who."),
        ({"REQUIREMENT"}, ""),
    ],
)
def test_a_label_is_defined_by_its_section_of_the_guideline(names, told):
    assert section_of(GUIDELINE, frozenset(names)) == told
