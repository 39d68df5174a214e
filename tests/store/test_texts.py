"""Notices that an older normalizer made are normalized again: text follows, annotations stay."""

from __future__ import annotations

from making import annotation_of, made_by_an_older_normalizer
from msgspec.structs import replace

from annotations.normalize import NORMALIZER, normalize
from annotations.notice import GIVEN
from annotations.regions import Region
from annotations.spans import RawOffset
from store.db.lock import holder
from store.doctor import findings
from store.edits.annotate import add_annotation
from store.edits.regions import override_region
from store.edits.undo import undo
from store.intake.finished import notice_of
from store.intake.ingest import ingest
from store.intake.renormalize import renormalize_older
from store.intake.sources import Source
from store.read.notices import load_notice, notice_annotations
from store.write import texts
from store.write.notices import add_notice

PAGE = "临江县召开会议\n来源:临江县水务局 时间:2023-04-12\n会议要求,要整改。\n扫一扫在手机打开当前页\n"


def older(database, raw=PAGE, **changes):
    """The number of a notice as an older normalizer would have left it."""
    notice = notice_of(Source("page", raw, "utf-8", "page", None, None, None, None, {}, None))
    meta = {key: value for key, value in notice.meta.items() if key != GIVEN}
    with database.write() as connection:
        return add_notice(connection, "importer", replace(notice, normalizer="zhupi-0", meta=meta, **changes))


def test_an_older_notice_is_found_and_redone(database):
    number = older(database)
    assert any("normalized by another version" in line for line in findings(database))
    [restated] = renormalize_older(database, "lin")
    assert (restated.number, restated.changed) == (number, False)
    assert load_notice(database.connection, number).notice.normalizer == NORMALIZER
    assert list(findings(database)) == []
    assert list(renormalize_older(database, "lin")) == []


def test_a_changed_text_is_told_and_annotations_stay(database):
    everything = older(database)
    longer = PAGE + "又及。\n"
    number = older(database, longer, regions=(Region("body", RawOffset(0), RawOffset(len(longer))),))
    item = annotation_of(PAGE, PAGE.index("会议要求"), PAGE.index("要整改"))
    add_annotation(database, "lin", everything, item)
    changed = {each.number: each.changed for each in renormalize_older(database, "wu")}
    assert changed.keys() == {everything, number}
    assert notice_annotations(database.connection, everything) == [item]
    assert [line for line in findings(database) if line.startswith("log")] == []


def test_what_a_reviewer_made_of_a_region_stays(database):
    number = older(database)
    override_region(database, "wu", number, PAGE.index("扫一扫"), "body")
    made_by_an_older_normalizer(database)
    [restated] = renormalize_older(database, "lin")
    assert not restated.changed
    notice = load_notice(database.connection, number).notice
    assert notice.normalized.endswith("扫一扫在手机打开当前页")
    assert [region.by for region in notice.regions if region.by] == ["wu"]
    assert list(findings(database)) == []
    undo(database, "wu")
    assert load_notice(database.connection, number).notice.normalized.endswith("要整改。")


def test_an_import_in_between_is_not_redone(database):
    ingest(database, [Source("new", PAGE, "utf-8", "new", None, None, None, None, {}, None)], "lin", lambda _: None)
    assert list(renormalize_older(database, "lin")) == []


def test_an_unsure_encoding_stays_flagged_when_the_text_is_made_anew(database):
    rare = Source("rare", "龘靐齉齾爩鱻麤龗灪籲" * 4, "gb18030", "rare")
    ingest(database, [rare], "lin", lambda _: None)
    made_by_an_older_normalizer(database)
    assert len(list(renormalize_older(database, "lin"))) == 1
    assert load_notice(database.connection, 1).notice.meta["flags"][-1] == "encoding-unsure"


def test_fields_that_an_older_normalizer_read_otherwise_follow_and_those_of_a_row_stay(database):
    raw = "索引号:000/1 发布机构:临江县水务局\n成文日期:2023-04-02 发布日期:2023-04-12\n" + PAGE.replace(
        "来源:临江县水务局 时间:2023-04-12\n", ""
    )
    number = older(database, raw, title="临江县召开会议", source=None, published="2023-04-02")
    of_a_row = older(database, raw + "又及。\n", title="会议", source="县水务局", published="2023-05-01")
    assert all(each.changed for each in renormalize_older(database, "lin") if each.number == number)
    notice = load_notice(database.connection, number).notice
    assert (notice.title, notice.source, notice.published) == ("临江县召开会议", "临江县水务局", "2023-04-12")
    kept = load_notice(database.connection, of_a_row).notice
    assert (kept.title, kept.published) == ("会议", "2023-05-01")


def test_a_title_that_an_older_normalizer_joined_otherwise_follows(database):
    spaced = "关 于 召 开 会 议 的 通 知"
    one = older(database, PAGE.replace("临江县召开会议", spaced), title=spaced)
    two = older(
        database,
        PAGE.replace("临江县召开会议", "临江县人民政府\n关于召开防汛工作会议的通知"),
        title="临江县人民政府 关于召开防汛工作会议的通知",
    )
    assert [each.changed for each in renormalize_older(database, "lin")] == [True, True]
    titles = [load_notice(database.connection, number).notice.title for number in (one, two)]
    assert titles == ["关于召开会议的通知", "临江县人民政府关于召开防汛工作会议的通知"]


def test_what_a_row_gave_stays_whatever_its_text_says(database):
    source = Source("row", PAGE, "utf-8", "row", "会议", "县水务局", "2023-05-01", None, {}, None)
    with database.write() as connection:
        number = add_notice(connection, "importer", replace(notice_of(source), normalizer="zhupi-0"))
    override_region(database, "wu", number, PAGE.index("来源"), "body")
    list(renormalize_older(database, "lin"))
    notice = load_notice(database.connection, number).notice
    assert (notice.title, notice.source, notice.published) == ("会议", "县水务局", "2023-05-01")
    assert notice.meta[GIVEN] == ["title", "source", "published"]


def test_a_date_that_a_row_gave_is_in_no_doubt_though_the_text_signs_with_it(database):
    raw = "关于整改的通知\n各县要整改。\n临江县水务局\n2023年5月1日\n"
    notice = notice_of(Source("row", raw, "utf-8", "row", None, None, "2023-05-01", None, {}, None))
    assert notice.meta["flags"] == []
    with database.write() as connection:
        number = add_notice(connection, "importer", replace(notice, normalizer="zhupi-0"))
    list(renormalize_older(database, "lin"))
    assert load_notice(database.connection, number).notice.meta == notice.meta


def test_a_text_is_made_anew_without_the_lock_for_another_kind_of_a_region_and_for_its_undo(database, monkeypatch):
    ingest(database, [Source("page", PAGE, "utf-8", "page", None, None, None, None, {}, None)], "importer", print)
    held = []

    def watched(*arguments, **options):
        held.append(holder(database.path) is not None)
        return normalize(*arguments, **options)

    monkeypatch.setattr(texts, "normalize", watched)
    override_region(database, "lin", 1, PAGE.index("会议要求"), "boilerplate")
    undo(database, "lin")
    assert held == [False, False]
    assert list(findings(database)) == []
