"""Prepared shards: the same bytes however they are made, receipts that hold, and an import that believes only them."""

import gzip
import json
import os

import msgspec
import pytest
from making import wrong
from msgspec.structs import replace

from annotations.labels import default_labels
from annotations.suggest import suggesters
from store.intake import engines, pool
from store.intake.engines import on_this_machine
from store.intake.ingest import ingest
from store.intake.prepare import Job, Options, prepare_shard, prepared_path, shards_in
from store.intake.sources import Refusal, open_sources
from store.intake.sources.receipt import file_sha256, load_receipt, receipt_path
from store.intake.sources.sketches import sketches_path
from store.open import open_database
from store.output.verify import verify

PAGE = "青禾县召开第{}次河长制会议\n来源：青禾县水务局  2023-04-12\n会议要求，各单位要于10月底前完成整改。\n"


def shard(path, numbers):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"content": PAGE.format(number), "n": number}) + "\n" for number in numbers]
    path.write_text("".join(rows))
    return path


@pytest.fixture
def shards(tmp_path):
    """Two of one name in two folders, and one with a row too many and one too few."""
    shard(tmp_path / "in/a/pages.jsonl", range(5))
    shard(tmp_path / "in/b/pages.jsonl", range(5, 9))
    odd = shard(tmp_path / "in/odd.jsonl", [9, 9])
    odd.write_text(odd.read_text() + '{"content":""}\nnone\n')
    return [each for each in shards_in([str(tmp_path / "in")]) if isinstance(each, str)]


def options(folder, *, suggesting=False):
    folder.mkdir(exist_ok=True)
    using = {each.name: each.version for each in suggesters(["dates"])} if suggesting else {}
    return Options(
        str(folder), "1", fields={"raw": "content"}, labels=default_labels() if suggesting else None, suggesters=using
    )


def prepared(shards, options, workers=1):
    return {each.shard: each for each in on_this_machine([Job(each, options) for each in shards], workers)}


def contents(folder):
    return {path.name: path.read_bytes() for ending in ("gz", "sketches") for path in folder.glob(f"*.{ending}")}


def test_a_shard_is_prepared_to_the_same_bytes_by_any_number_of_processes_and_parts(shards, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 2)
    outcomes = prepared(shards, options(tmp_path / "one", suggesting=True))
    prepared(shards, options(tmp_path / "two", suggesting=True), workers=2)
    for part in (1, 2):
        prepared(shards[part - 1 :: 2], options(tmp_path / "parts", suggesting=True))
    made = contents(tmp_path / "one")
    assert len(made) == 6
    assert made == contents(tmp_path / "two") == contents(tmp_path / "parts")
    for path in (tmp_path / "one").glob("*.gz"):
        (total,) = verify(path)
        assert total.number == load_receipt(path).notices
    odd = outcomes[shards[2]].receipt
    assert (odd.notices, odd.repeated, odd.refused) == (1, 1, 2)
    assert "odd.jsonl:3: empty" in odd.refusals[0]


def test_what_a_receipt_tells_is_done_is_passed_over_and_nothing_else(shards, tmp_path):
    wanted = options(tmp_path / "out")
    assert all(each.is_new for each in prepared(shards, wanted).values())
    assert not any(each.is_new for each in prepared(shards, wanted).values())
    # Another input, another result, another version, another option: each is done again.
    shard(tmp_path / "in/a/pages.jsonl", range(6))
    first = prepared_path(shards[1], tmp_path / "out")
    first.write_bytes(first.read_bytes() + b"\0")
    third = prepared_path(shards[2], tmp_path / "out")
    older = replace(load_receipt(third), normalizer="zhupi-0")
    receipt_path(third).write_bytes(msgspec.json.encode(older))
    assert all(each.is_new for each in prepared(shards, wanted).values())
    assert all(each.is_new for each in prepared(shards, options(tmp_path / "out", suggesting=True)).values())


def test_a_damaged_shard_is_named_leaves_nothing_and_the_others_go_on(shards, tmp_path):
    cut = tmp_path / "in/cut.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"content":"x"}\n' * 99)[:-9])
    page = tmp_path / "in/page.txt"
    page.write_text("x")
    outcomes = prepared([*shards, str(cut), str(page)], options(tmp_path / "out"))
    assert "damaged or cut off gzip" in outcomes[str(cut)].failure
    assert "--format" in outcomes[str(page)].failure
    assert len(contents(tmp_path / "out")) == 6


def killed_at_odd(job):
    if job.shard.endswith("odd.jsonl"):
        os.kill(os.getpid(), 9)
    return prepare_shard(job)


def test_a_process_that_is_killed_costs_its_shard_only(shards, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 2)
    monkeypatch.setattr(engines, "prepare_shard", killed_at_odd)
    outcomes = prepared([shards[2], *shards[:2]], options(tmp_path / "out"), workers=2)
    assert "killed" in outcomes[shards[2]].failure
    assert [each for each in outcomes.values() if each.failure is None] == [outcomes[each] for each in shards[:2]]


def test_a_worker_with_another_version_does_nothing(shards, tmp_path):
    other = replace(options(tmp_path / "out"), normalizer="zhupi-0")
    assert "another zhupi" in prepare_shard(Job(shards[0], other)).failure
    assert contents(tmp_path / "out") == {}


def take(database, *paths):
    refused = []
    return ingest(database, open_sources(paths), "lin", refused.append), refused


def test_an_import_takes_prepared_shards_with_their_suggestions_once(shards, tmp_path, monkeypatch):
    prepared(shards, options(tmp_path / "out", suggesting=True))
    # No page is normalized again, and no sketch made.
    monkeypatch.setattr("store.intake.finished.notice_of", None)
    monkeypatch.setattr("store.write.notices.sketch_of", None)
    with open_database(tmp_path / "a.db", create=True) as database:
        report, refused = take(database, tmp_path / "out")
        assert (report.added, refused) == (10, [])
        assert report.annotations > 0
        assert take(database, tmp_path / "out")[0].annotations == 0
        seen = database.connection.execute("SELECT DISTINCT suggester FROM suggested").fetchall()
        assert [row[0] for row in seen] == ["dates"]
        (at,) = database.connection.execute("SELECT DISTINCT created_at FROM annotations").fetchone()
        assert at > "2026"
        assert wrong(database) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"normalizer": "zhupi-0"}, "prepared by zhupi-0"),
        ({"suggesters": {"dates": "0"}}, "suggested by dates of version 0"),
        ({"suggesters": {"none-such": "1"}}, "none of that name"),
        ({"sha256": "0" * 64}, "changed since it was prepared"),
        ({"schema": "other"}, "its receipt"),
    ],
)
def test_a_prepared_shard_of_other_versions_or_bytes_is_refused_with_the_line_that_redoes_it(
    shards, tmp_path, change, told
):
    prepared(shards[:1], options(tmp_path / "out"))
    path = prepared_path(shards[0], tmp_path / "out")
    receipt_path(path).write_bytes(msgspec.json.encode(msgspec.to_builtins(load_receipt(path)) | change))
    (item,) = open_sources([tmp_path / "out"])
    assert isinstance(item, Refusal)
    assert told in item.reason
    assert "schema" in change or f"`zhupi prepare {shards[0]} -o {tmp_path}/out`" in item.reason


def test_lines_of_a_prepared_shard_are_proved_whatever_its_receipt_tells(shards, tmp_path):
    prepared(shards[:1], options(tmp_path / "out"))
    path = prepared_path(shards[0], tmp_path / "out")
    lines = gzip.decompress(path.read_bytes()).replace("会议要求".encode(), "会议請求".encode(), 1)
    path.write_bytes(gzip.compress(lines))
    receipt = replace(load_receipt(path), sha256=file_sha256(path))
    receipt_path(path).write_bytes(msgspec.json.encode(receipt))
    with open_database(tmp_path / "a.db", create=True) as database:
        report, (line,) = take(database, tmp_path / "out")
        assert report.added == 4
        assert "sha256 of the raw text" in line


def test_sketches_that_are_missing_or_of_other_lines_are_made_and_changed_ones_refused(shards, tmp_path):
    prepared(shards, options(tmp_path / "out"))
    first, second, third = (sketches_path(prepared_path(each, tmp_path / "out")) for each in shards)
    first.unlink()
    rows = second.read_bytes()
    second.write_bytes(rows[len(rows) // 2 :] + rows[: len(rows) // 2])
    beside = receipt_path(prepared_path(shards[1], tmp_path / "out"))
    receipt = replace(load_receipt(prepared_path(shards[1], tmp_path / "out")), sketches=file_sha256(second))
    beside.write_bytes(msgspec.json.encode(receipt))
    third.write_bytes(third.read_bytes() + b"1")
    with open_database(tmp_path / "a.db", create=True) as database:
        report, (refused,) = take(database, tmp_path / "out")
        assert report.added == 9
        assert f"its sketches, {third.name}, changed" in refused
        assert wrong(database) == []
    # What is gone or changed is made again.
    again = prepared(shards, options(tmp_path / "out"))
    assert [again[each].is_new for each in shards] == [True, False, True]
    assert first.exists()


def test_a_url_is_fetched_first(tmp_path, shards):
    pytest.importorskip("fsspec", reason="needs fsspec")
    out = options(tmp_path / "out")
    url = f"file://{shards[0]}"
    assert list(shards_in([url])) == [url]
    assert prepare_shard(Job(url, out)).receipt.notices == 5
    assert "cannot be fetched" in prepare_shard(Job("file:///none/such.jsonl", out)).failure
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []
