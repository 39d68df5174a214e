"""The same HTML is the same page: there already whatever is extracted from it, and taken anew only to replace."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3

from making import annotation_of, unchain
from msgspec import to_builtins
from msgspec.structs import replace

from annotations.formats.choice import ExportOptions
from annotations.formats.native_record import native_regions
from store.doctor import findings
from store.index.numbers import count_notices
from store.index.pages import DIGEST
from store.intake.finished import notice_of
from store.intake.ingest import ingest
from store.intake.sources import Record, Source
from store.log.events import annotation_change
from store.open import open_database
from store.output.export import export
from store.read.notices import load_notice, notice_annotations
from store.write.record import record

RAW = "关于做好防汛工作的通知\n各乡镇要在五月底前完成排查，逐一建立台账。\n"
HTML = f"<h1>关于做好防汛工作的通知</h1><p>{RAW}</p>"
PAGE = Source("page", RAW, "utf-8", "page.html", html=HTML, extractor="lines-1")
NEWER = replace(PAGE, raw=RAW + "附件：排查表\n", extractor="lines-2")


def take(database, *pages, replaces=False):
    refused = []
    report = ingest(database, pages, "importer", refused.append, replaces=replaces)
    assert refused == []
    return report.added, report.existing, report.replaced, report.carried


def tag(database, number, quote):
    raw = load_notice(database.connection, number).notice.raw
    at = raw.index(quote)
    with database.write() as connection:
        item = annotation_of(raw, at, at + len(quote), "DATE", "lin")
        record(connection, "lin", "tag", annotation_change(number, None, item))


def test_the_digest_of_the_html_and_the_extractor_are_told(database):
    take(database, PAGE)
    meta = load_notice(database.connection, 1).notice.meta
    assert (meta["html_sha256"], meta["extractor"]) == (hashlib.sha256(HTML.encode()).hexdigest(), "lines-1")
    take(database, Source("text", "一段文字。", "utf-8", "text.txt"))
    assert not {"html_sha256", "extractor"} & set(load_notice(database.connection, 2).notice.meta)


def test_the_same_html_is_there_already_whatever_is_extracted_from_it(database):
    assert take(database, PAGE) == (1, 0, 0, 0)
    assert take(database, PAGE, NEWER, replace(NEWER, doc="other")) == (0, 3, 0, 0)
    assert load_notice(database.connection, 1).notice.raw == RAW
    assert take(database, replace(NEWER, html=HTML + " ")) == (1, 0, 0, 0)


def test_replaces_takes_the_new_extraction_and_carries_annotations_over(database):
    take(database, PAGE)
    tag(database, 1, "五月底前")
    assert take(database, NEWER, replaces=True) == (1, 0, 1, 1)
    old, new = (load_notice(database.connection, number).notice for number in (1, 2))
    assert (new.raw, new.meta["extractor"], new.meta["replaces"]) == (NEWER.raw, "lines-2", old.id)
    assert [item.text for item in notice_annotations(database.connection, 2)] == ["五月底前"]
    assert take(database, NEWER, PAGE) == (0, 2, 0, 0)
    assert take(database, NEWER, PAGE, replaces=True) == (0, 2, 0, 0)
    assert list(findings(database)) == []


def test_the_newest_extraction_is_replaced_whatever_its_file_is_called(database):
    take(database, PAGE)
    assert take(database, replace(NEWER, doc="second", url="https://example.org/2"), replaces=True) == (1, 0, 1, 0)
    third = replace(NEWER, raw=NEWER.raw + "联系人：孙样本\n", doc="third")
    assert take(database, third, replaces=True) == (1, 0, 1, 0)
    # A new scrape under the first name follows the last of them.
    scraped = Source("page", RAW + "各单位要认真落实。\n", "utf-8", "page.html", html="<p>another</p>")
    assert take(database, scraped, replaces=True) == (1, 0, 1, 0)
    metas = [load_notice(database.connection, number).notice for number in (1, 2, 3, 4)]
    assert [notice.meta.get("replaces") for notice in metas] == [None, *(notice.id for notice in metas[:3])]


def test_html_is_known_from_an_export_too(database, tmp_path):
    take(database, PAGE)
    out = io.BytesIO()
    export(database, out, ExportOptions())
    with open_database(tmp_path / "other.db", create=True) as other:
        take(other, Record(out.getvalue().strip(), "export.jsonl:1"))
        assert take(other, NEWER) == (0, 1, 0, 0)


def test_odd_meta_of_an_export_hinders_no_import(database):
    take(database, PAGE)
    out = io.BytesIO()
    export(database, out, ExportOptions())
    for number, odd in enumerate(([1], {"a": None}, 5, "\u0000")):
        row = json.loads(out.getvalue())
        raw = f"{RAW}{number}"
        made = notice_of(replace(PAGE, raw=raw))
        row |= {"raw": raw, "id": made.id, "sha256": made.sha256, "normalized": made.normalized}
        row |= {
            "runs": made.alignment.runs,
            "regions": [to_builtins(region) for region in native_regions(made.regions)],
        }
        row["meta"]["html_sha256"] = odd
        assert take(database, Record(json.dumps(row).encode(), "export.jsonl:1")) == (1, 0, 0, 0)
    assert take(database, NEWER) == (0, 1, 0, 0)


def test_an_older_database_gets_the_digests_of_its_html(tmp_path):
    path = tmp_path / "old.db"
    with open_database(path, create=True) as database:
        take(database, PAGE, Source("text", "一段文字。", "utf-8", "text.txt"))
        take(database, replace(PAGE, raw=RAW + "又。", html="<p>又</p>"))
    old = sqlite3.connect(path)
    with old:
        # As it was before digests were kept.
        old.execute("DROP INDEX texts_html")
        old.execute("UPDATE texts SET meta = json_remove(meta, '$.html_sha256', '$.extractor')")
        old.execute("UPDATE texts SET meta = '' WHERE notice = 3")
        unchain(old)
        old.execute("DELETE FROM _sqlite_migrations WHERE name = 'html_digests'")
        old.execute("PRAGMA user_version = 5")
    old.close()
    with open_database(path) as database:
        assert take(database, NEWER) == (0, 1, 0, 0)
        assert count_notices(database.connection) == 3
        metas = [load_notice(database.connection, number).notice.meta for number in (1, 2)]
        assert metas[0]["html_sha256"] == hashlib.sha256(HTML.encode()).hexdigest()
        assert "html_sha256" not in metas[1]
        assert [line for line in findings(database) if "damaged" not in line] == []
        (plan,) = database.connection.execute(
            f"EXPLAIN QUERY PLAN SELECT notice FROM texts WHERE {DIGEST} = 'x'"
        ).fetchall()
        assert "texts_html" in plan["detail"]
