"""Fields of notices that people set: in the log, over what the page tells, kept by whatever comes later."""

from __future__ import annotations

import io
import json

import pytest
from making import logged, made_by_an_older_normalizer, wrong

from annotations.errors import FieldError
from annotations.formats.choice import ExportOptions
from annotations.labels import default_labels
from annotations.notice import FieldsBy
from annotations.origins import changed, decided, tagged
from annotations.spans import raw_span
from annotations.suggest import suggester_of
from annotations.values import read_values
from store.doctor import findings
from store.edits.annotate import add_annotation, change_annotation
from store.edits.fields import Corrected, correct_fields
from store.edits.regions import override_region
from store.edits.undo import redo, undo
from store.errors import NotFoundError
from store.index.filters import QueueFilter
from store.intake.ingest import ingest
from store.intake.renormalize import renormalize_older
from store.intake.sources import Record, Source
from store.intake.suggest import notices_to_suggest, suggest_stored
from store.log.corrections import Correction
from store.log.events import ConflictError
from store.open import open_database
from store.output.export import export
from store.output.verify import Total, verify
from store.read.notices import load_notice, notice_annotations
from store.read.queue import numbers_in_queue, queue_page

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。3月8日,副县长林知远到云溪镇调研。\n"
)
DATED = "3月8日"
ASKS = "各乡镇要于4月底前完成排查"


def take(database, *items):
    refused = []
    report = ingest(database, items, "importer", refused.append)
    return report, refused


def page(raw=RAW, doc="page", **given):
    return Source(doc, raw, "utf-8", f"{doc}.txt", **given)


@pytest.fixture
def taken(database):
    """A database with one page."""
    take(database, page())
    return database


def notice_of(database, number=1):
    return load_notice(database.connection, number).notice


def correct(database, actor="lin", number=1, **wanted):
    return correct_fields(database, actor, number, notice_of(database, number).fields, wanted)


def tag(database, quote, label="DATE", annotator="lin", **values):
    notice = notice_of(database)
    at = notice.raw.index(quote)
    labels = default_labels()
    span = raw_span(at, at + len(quote))
    read = read_values(labels[label], notice, span, labels.lexicon, ())
    item = tagged(notice.raw, span, label, {**read, **values}, annotator)
    add_annotation(database, annotator, 1, item)
    return item


def item(database, item_id):
    return next(each for each in notice_annotations(database.connection, 1) if each.id == item_id)


def exported(database):
    out = io.BytesIO()
    export(database, out, ExportOptions())
    return out.getvalue()


def found(database, search):
    return numbers_in_queue(database.connection, "lin", QueueFilter(search=search))


# Setting


def test_what_somebody_sets_is_shown_exported_and_told_by_name(taken):
    done = correct(taken, title="临江县河长制会议", source=None)
    assert done == Corrected(("title", "source"), 0)
    notice = notice_of(taken)
    assert (notice.title, notice.source, notice.published) == ("临江县河长制会议", None, "2023-04-12")
    assert notice.fields_by == FieldsBy(title="lin", source="lin")
    row = json.loads(exported(taken))
    assert (row["title"], row["source"]) == ("临江县河长制会议", None)
    assert row["fields_by"] == {"title": "lin", "source": "lin", "published": None}
    assert wrong(taken) == []


def test_search_and_dates_of_the_queue_follow(taken):
    assert (found(taken, "治水"), found(taken, "召开")) == ([], [1])
    correct(taken, title="全县治水会", published="2021-05-06")
    assert found(taken, "治水") == [1]
    (row,) = queue_page(taken.connection, "wu").rows
    assert (row.title, row.published) == ("全县治水会", "2021-05-06")
    for year, shown in ((2021, [1]), (2023, [])):
        days = QueueFilter(published_from=f"{year}-01-01", published_to=f"{year}-12-31")
        assert numbers_in_queue(taken.connection, "lin", days) == shown
    correct(taken, published=None)
    assert numbers_in_queue(taken.connection, "lin", QueueFilter(published_from="2000-01-01")) == []
    undo(taken, "lin")
    undo(taken, "lin")
    assert found(taken, "治水") == []
    assert queue_page(taken.connection, "wu").rows[0].published == "2023-04-12"
    assert wrong(taken) == []


def test_one_undo_takes_back_all_that_was_set_at_once_and_redo_does_it_again(taken):
    before = exported(taken)
    correct(taken, title="甲", published="2020-01-01")
    after = exported(taken)
    assert {change.entity for change in undo(taken, "lin").changes} == {"field"}
    assert exported(taken) == before
    assert wrong(taken) == []
    redo(taken, "lin")
    assert exported(taken) == after
    assert undo(taken, "wu") is None


def test_setting_what_one_has_set_already_is_no_event(taken):
    correct(taken, title="甲")
    assert correct(taken, title="甲") == Corrected((), 0)
    assert correct(taken, "wu", title="甲") == Corrected(("title",), 0)
    assert len([each for each in logged(taken) if each.change.entity == "field"]) == 2


def test_what_the_page_says_set_by_somebody_is_theirs(taken):
    title = notice_of(taken).title
    assert correct(taken, title=title) == Corrected(("title",), 0)
    assert notice_of(taken).fields_by.title == "lin"


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "甲\n乙"), ("source", " 甲"), ("source", "\x1b[2J"), ("published", "12 April"),
     ("published", "2023-02-30"), ("published", "XXXX-04-12"), ("published", "")],
)  # fmt: skip
def test_a_value_that_no_notice_can_have_is_refused_and_nothing_is_set(taken, field, value):
    before = exported(taken)
    with pytest.raises(FieldError, match=field):
        correct(taken, **{"title": "甲", field: value})
    assert exported(taken) == before


def test_a_notice_that_is_not_there_is_refused(taken):
    with pytest.raises(NotFoundError):
        correct_fields(taken, "lin", 7, notice_of(taken).fields, {"published": "2023-01-01"})


def test_the_second_of_two_who_set_one_field_is_told_and_nobody_is_overwritten(taken):
    seen = notice_of(taken).fields
    correct(taken, "wu", title="乙")
    with pytest.raises(ConflictError, match="wu set the title to “乙”") as refused:
        correct_fields(taken, "lin", 1, seen, {"source": "丙", "title": "甲"})
    assert refused.value.current == Correction("乙", "wu")
    assert (notice_of(taken).title, notice_of(taken).source) == ("乙", "临江县水务局")
    correct_fields(taken, "lin", 1, seen, {"source": "丙"})
    assert notice_of(taken).fields_by == FieldsBy(title="wu", source="lin")
    correct(taken, "lin", title="甲")
    assert undo(taken, "wu").obstacle == "lin has changed it since"
    assert notice_of(taken).title == "甲"


# Dates that stand on the date of publication


def test_what_was_read_by_the_old_date_is_read_again_by_the_new_one(taken):
    day, asked = tag(taken, DATED), tag(taken, ASKS, "REQUIREMENT", "wu")
    assert (day.attributes["iso"], asked.attributes["deadline"]) == ("2023-03-08", "2023-04-30")
    assert correct(taken, published="2021-09-01") == Corrected(("published",), 2)
    assert item(taken, day.id).attributes["iso"] == "2021-03-08"
    assert item(taken, asked.id).attributes == {**asked.attributes, "deadline": "2022-04-30"}
    assert item(taken, asked.id).annotator == "wu"
    assert wrong(taken) == []
    # One undo takes back the field and what was read by it, in the layer of another too.
    assert undo(taken, "lin").size == 3
    assert notice_of(taken).published == "2023-04-12"
    assert [item(taken, each.id) for each in (day, asked)] == [day, asked]
    assert redo(taken, "lin").size == 3
    assert undo(taken, "lin").size == 3
    assert wrong(taken) == []


def test_a_value_that_somebody_set_stays(taken):
    by_hand, cleared = tag(taken, DATED, iso="2019-03-08"), tag(taken, ASKS, "REQUIREMENT", deadline=None)
    other = tag(taken, "4月底前", part="PM")
    correct(taken, published="2021-09-01")
    assert item(taken, by_hand.id) == by_hand
    assert item(taken, cleared.id) == cleared
    assert item(taken, other.id).attributes == {**other.attributes, "iso": "2022-04-30"}


def test_what_somebody_else_changed_meanwhile_stays_theirs_to_change(taken):
    day = tag(taken, DATED)
    correct(taken, "wu", published="2021-09-01")
    with pytest.raises(ConflictError):
        change_annotation(taken, "lin", 1, day, changed(day, RAW, comment="?"))
    now = item(taken, day.id)
    change_annotation(taken, "lin", 1, now, changed(now, RAW, comment="?"))
    assert undo(taken, "wu").obstacle == "lin has changed it since"
    assert notice_of(taken).published == "2021-09-01"


def test_an_unknown_date_leaves_the_year_open_and_a_known_one_fills_it_in(taken):
    day = tag(taken, DATED)
    correct(taken, published=None)
    assert item(taken, day.id).attributes["iso"] == "XXXX-03-08"
    correct(taken, published="2022-12-01")
    assert item(taken, day.id).attributes["iso"] == "2022-03-08"


def test_the_date_of_the_byline_is_that_of_publication_only_where_it_is_the_same(taken):
    byline = tag(taken, "2023-04-12")
    assert byline.attributes["role"] == "publication"
    correct(taken, published="2023-04-13")
    assert item(taken, byline.id).attributes == {**byline.attributes, "role": None}
    correct(taken, published="2023-04-12")
    assert item(taken, byline.id).attributes == byline.attributes


USING = [suggester_of(name) for name in ("dates", "officials", "requirements")]


def suggestions(database):
    return {each.id: each for each in notice_annotations(database.connection, 1) if each.annotator is None}


def test_suggestions_by_the_old_date_give_way_to_those_by_the_new_one(taken):
    suggest_stored(taken, "rules", USING, [1], pytest.fail)
    before = suggestions(taken)
    one = next(each for each in before.values() if each.text == DATED)
    add_annotation(taken, "wu", 1, decided(one, "wu", "accepted"))
    add_annotation(taken, "chen", 1, decided(one, "chen", "rejected"))
    correct(taken, published="2021-09-01")
    after = suggestions(taken)
    assert after.keys() == before.keys()
    assert after[one.id].attributes["iso"] == "2021-03-08"
    assert after[one.id].suggested_by == one.suggested_by
    assert item(taken, f"{one.id}.wu").attributes["iso"] == "2021-03-08"
    assert item(taken, f"{one.id}.chen").attributes["iso"] == "2023-03-08"
    log = [each for each in logged(taken) if each.change.key == one.id]
    assert [(each.change.before is None, each.change.after is None) for each in log] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip
    assert wrong(taken) == []
    undo(taken, "lin")
    assert suggestions(taken) == before
    assert wrong(taken) == []


def test_the_rules_see_a_notice_again_after_another_date_and_find_what_is_there(taken):
    suggest_stored(taken, "rules", USING, [1], pytest.fail)
    correct(taken, title="甲")
    assert notices_to_suggest(taken.connection, USING) == []
    correct(taken, published="2021-09-01")
    assert notices_to_suggest(taken.connection, USING) == [1]
    report = suggest_stored(taken, "rules", USING, [1], pytest.fail)
    # The byline is not of the day of publication any more.
    assert (report.added, report.withdrawn) == (0, 1)


def test_the_rules_mend_open_suggestions_that_a_newer_normalizer_dates_otherwise(taken):
    suggest_stored(taken, "rules", USING, [1], pytest.fail)
    with taken.write() as connection:
        connection.execute("UPDATE notices SET published = '2021-09-01'")
        connection.execute("DELETE FROM suggested")
    suggest_stored(taken, "rules", USING, [1], pytest.fail)
    assert next(each for each in suggestions(taken).values() if each.text == DATED).attributes["iso"] == "2021-03-08"


# What comes later


def test_an_export_comes_out_of_another_database_as_the_same_bytes(taken, tmp_path):
    tag(taken, DATED)
    correct(taken, title="临江县河长制会议", published="2021-09-01T08:30")
    correct(taken, "wu", source=None)
    first = exported(taken)
    (tmp_path / "out.jsonl").write_bytes(first)
    assert list(verify(tmp_path / "out.jsonl")) == [Total(1)]
    with open_database(tmp_path / "other.db", create=True) as other:
        report, refused = take(other, Record(first.strip(), "out.jsonl:1"))
        assert (report.added, refused) == (1, [])
        assert exported(other) == first
        assert list(findings(other)) == []
        # An import is nobody's step to undo, but the page is still known under what was set.
        assert undo(other, "lin") is None
        assert take(other, Record(first.strip(), "out.jsonl:1"))[1] == []
        correct(other, "chen", title="丙")
        assert take(other, Record(first.strip(), "out.jsonl:1"))[1] == [
            "out.jsonl:1: chen set another title here; it was kept"
        ]
        assert load_notice(other.connection, 1).notice.title == "丙"


def test_a_record_brings_what_people_set_to_a_notice_that_is_there(taken, tmp_path):
    with open_database(tmp_path / "other.db", create=True) as other:
        take(other, page())
        correct(other, "wu", title="乙")
        line = exported(other).strip()
    report, refused = take(taken, Record(line, "out.jsonl:1"))
    assert (report.existing, refused) == (1, [])
    assert (notice_of(taken).title, notice_of(taken).fields_by) == ("乙", FieldsBy(title="wu"))


def test_an_older_normalizer_is_redone_under_what_people_set(taken):
    # As if the older one had read less.
    made_by_an_older_normalizer(taken, "UPDATE notices SET title = '时间', source = NULL, published = NULL")
    correct(taken, title="全县治水会")
    list(renormalize_older(taken, "admin"))
    notice = notice_of(taken)
    assert (notice.title, notice.source, notice.published) == ("全县治水会", "临江县水务局", "2023-04-12")
    assert notice.fields_by == FieldsBy(title="lin")
    assert found(taken, "治水") == [1]
    assert wrong(taken) == []


def test_what_the_rules_find_later_shows_once_the_correction_is_undone(taken):
    correct(taken, title="全县治水会")
    override_region(taken, "wu", 1, 0, "boilerplate")
    assert notice_of(taken).title == "全县治水会"
    undo(taken, "lin")
    assert notice_of(taken).title is None
    assert wrong(taken) == []


def test_a_row_keeps_its_fields_whatever_the_normalizer_reads(database):
    take(database, page(title="行里的标题", published="2020-02-02"))
    made_by_an_older_normalizer(database)
    correct(database, title="人写的标题")
    list(renormalize_older(database, "admin"))
    assert (notice_of(database).title, notice_of(database).published) == ("人写的标题", "2020-02-02")
    undo(database, "lin")
    assert notice_of(database).title == "行里的标题"


def test_a_newer_scrape_keeps_what_people_set(taken):
    correct(taken, title="全县治水会", published="2021-09-01")
    refused = []
    ingest(taken, [page(RAW + "会议以视频形式召开。\n")], "importer", refused.append, replaces=True)
    notice = notice_of(taken, 2)
    assert (notice.title, notice.published, notice.source) == ("全县治水会", "2021-09-01", "临江县水务局")
    assert notice.fields_by == FieldsBy(title="lin", published="lin")
    assert refused == []
    assert wrong(taken) == []


# What is damaged


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE notices SET title = '丁'", "its title is not what lin set it to"),
        ("UPDATE corrections SET set_by = 'wu'", "the correction of the title of notice 1 is not what the log says"),
        ("DELETE FROM corrections", "the correction of the title of notice 1 is in the log, not in the state"),
        (
            "INSERT INTO corrections VALUES (1, 'source', '临江县水务局', 'wu', NULL)",
            "the correction of the source of notice 1 is not what the log says, which has none",
        ),
    ],
)
def test_what_another_program_changed_is_found(taken, statement, told):
    correct(taken, title="甲")
    with taken.write() as connection:
        connection.execute(statement)
    assert any(told in line for line in findings(taken)), list(findings(taken))


# Flags


def test_what_somebody_sets_settles_the_flags_about_it(database):
    take(database, page("各乡镇要于4月底前完成排查。\n" * 3))
    assert queue_page(database.connection, "lin").rows[0].flags == ("no-title",)
    correct(database, title="关于排查的通知")
    assert queue_page(database.connection, "lin").rows[0].flags == notice_of(database).flags == ()
    assert notice_of(database).meta["flags"] == ["no-title"]
    undo(database, "lin")
    assert queue_page(database.connection, "lin").rows[0].flags == ("no-title",)


def test_a_field_of_the_row_settles_what_its_page_does_not_tell(database):
    take(database, page("各乡镇要于4月底前完成排查。\n" * 3, title="关于排查的通知"))
    assert notice_of(database).flags == ()
    made_by_an_older_normalizer(database)
    list(renormalize_older(database, "admin"))
    assert notice_of(database).flags == ()
    assert wrong(database) == []
