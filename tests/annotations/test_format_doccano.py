"""The doccano format: a notice a line, offsets in UTF-16 units."""

from __future__ import annotations

import pytest
from formats import write
from hard_cases import page


def utf16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_a_line_has_its_keys_and_spans_in_utf_16_units(text):
    notice, items, _ = page()
    (row,) = write("doccano", [page()], text=text).rows
    assert list(row) == ["id", "text", "label", "Comments", "zhupi_id", "zhupi_doc", "zhupi_text"]
    assert (row["id"], row["text"], row["Comments"]) == (1, getattr(notice, text), [])
    assert (row["zhupi_id"], row["zhupi_doc"], row["zhupi_text"]) == (notice.id, "page", text)
    found = [(label, utf16(row["text"], start, end)) for start, end, label in row["label"]]
    if text == "raw":
        assert found == [(each.label, each.text) for each in sorted(items, key=lambda each: each.order)]
    else:
        assert {("OFFICIAL", "市水务局局长𠮷小河"), ("DATE", "出席会议"), ("DATE", "关于")} <= set(found)
        assert len(found) == len(items) - 1
