"""Zstandard and Parquet: what large collections of pages come in."""

import datetime as dt
import decimal
import io
import sys

import msgspec
import pytest

from store.intake.sources import Refusal, Remarks, Source, read_sources

ROW = b'{"content":"\xe9\x9d\x92\xe7\xa6\xbe\xe5\x8e\xbf\xe5\x8f\xac\xe5\xbc\x80\xe4\xbc\x9a\xe8\xae\xae","n":1}\n'


def read(path, **options):
    return list(read_sources([path], **options))


def zstd(data, **options):
    return pytest.importorskip("zstandard", reason="needs zstandard").ZstdCompressor(**options).compress(data)


def test_zstandard_is_unfolded_by_its_name_or_its_first_bytes_whatever_frames_it_has(tmp_path):
    for name in ("a.jsonl.zst", "b.jsonl"):
        (tmp_path / name).write_bytes(zstd(ROW * 2) + zstd(ROW * 700))
        items = read(tmp_path / name)
        assert len(items) == 702
        assert (items[-1].raw, items[-1].doc) == ("青禾县召开会议", f"{name[0]}-702")


@pytest.mark.parametrize("data", [lambda: zstd(ROW * 99)[:-3], lambda: zstd(ROW * 99) + b"junk", lambda: b"junk"])
def test_damaged_zstandard_is_refused_and_what_came_before_is_kept(tmp_path, data):
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(data())
    *_, last = read(path)
    assert isinstance(last, Refusal)
    assert "damaged or cut off Zstandard data" in last.reason


def test_without_the_library_a_line_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "a.jsonl.zst").write_bytes(zstd(ROW))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.setattr("annotations.extras.is_missing", lambda *_: True)
    (item,) = read(tmp_path / "a.jsonl.zst")
    assert "zhupi[zstd]" in item.reason


def parquet(path, columns, **options):
    pa = pytest.importorskip("pyarrow", reason="needs pyarrow")
    from pyarrow import parquet as files

    files.write_table(pa.table(columns), path, **options)
    return path


def test_rows_of_parquet_are_pages_and_their_values_what_json_can_hold(tmp_path):
    day = dt.datetime(2023, 4, 12, 8, 30, tzinfo=dt.UTC)
    path = parquet(
        tmp_path / "pages.parquet",
        {
            "content": ["青禾县召开会议", None, "第二页"],
            "day": [day, day, None],
            "n": [1.5, None, float("nan")],
            "sum": [decimal.Decimal("1.10")] * 3,
            "bytes": [b"\xff", b"", None],
            "tags": [[{"a": 1}], [], None],
        },
        row_group_size=1,
    )
    remarks = Remarks()
    first, refusal, last = read(path, fields={"raw": "content"}, remarks=remarks)
    assert (first.doc, first.raw, first.where) == ("pages-1", "青禾县召开会议", f"{path}:1")
    assert first.fields == {
        "day": "2023-04-12T08:30:00Z", "n": 1.5, "sum": "1.10", "bytes": "/w==", "tags": [{"a": 1}],
    }  # fmt: skip
    assert isinstance(refusal, Refusal)
    assert refusal.where == f"{path}:2"
    assert isinstance(last, Source)
    assert msgspec.json.encode(last.fields["n"]) == b"null"
    (piped,) = list(read_sources(["-"], format="parquet", stdin=io.BytesIO(path.read_bytes())))[:1]
    assert piped.raw == first.raw


def test_parquet_that_cannot_be_read_or_has_no_text_is_refused_as_a_whole(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    (item,) = read(tmp_path / "a.parquet")
    assert item.reason.startswith("no Parquet that can be read")
    (item,) = read(parquet(tmp_path / "b.parquet", {"x": ["y"]}))
    assert "--field raw=NAME" in item.reason
