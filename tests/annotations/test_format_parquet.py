"""The Parquet format, read by pyarrow: the rows of ``hf``, in row groups."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest
from formats import Written, context_of, exported, write
from hard_cases import all_cases, empty, nothing_found, page
from pyarrow import parquet as pq

from annotations.formats import parquet


def read(written):
    return pq.ParquetFile(io.BytesIO(written.files[""]))


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_its_rows_are_those_of_hf(text):
    rows = read(write("parquet", all_cases(), all_notices=True, text=text)).read().to_pylist()
    wanted = write("hf", all_cases(), all_notices=True, text=text)
    assert rows == wanted.rows_of("train.jsonl")
    for row in rows:
        assert all(row["text"][span["start"] : span["end"]] == span["text"] for span in row["spans"])


def test_the_types_are_the_same_whatever_the_rows_hold():
    schemas = [read(write("parquet", said)).schema_arrow for said in ([page()], [empty()], [])]
    assert schemas[0] == schemas[1] == schemas[2]
    assert schemas[0].field("published").type == pa.string()
    assert [each.name for each in schemas[0].field("spans").type.value_type] == ["start", "end", "label", "text"]


@pytest.mark.parametrize(("limit", "most"), [(("_MOST_ROWS", 3), 3), (("_MOST_CHARACTERS", 300_000), 100)])
def test_a_row_group_ends_with_enough_rows_or_enough_text(limit, most, monkeypatch):
    monkeypatch.setattr(parquet, *limit)
    found = read(write("parquet", [*all_cases(), nothing_found()], all_notices=True))
    sizes = [found.metadata.row_group(at).num_rows for at in range(found.num_row_groups)]
    assert len(sizes) > 1
    assert max(sizes) <= most
    assert sum(sizes) == len(all_cases())


def test_rows_are_written_before_all_are_known(monkeypatch):
    monkeypatch.setattr(parquet, "_MOST_ROWS", 1)
    written, out, sizes = Written(), io.BytesIO(), []

    def notices():
        for each in exported("parquet", [page(), nothing_found(), page()], written.losses):
            sizes.append(out.tell())
            yield each

    parquet.write(notices(), out, context_of("parquet", written))
    assert sizes == sorted(set(sizes))
    assert sizes[-1] < out.tell()
