"""``import --replaces``: annotations go over to the new scrape, the doubtful ones are queued, none is lost."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.formats.choice import ExportOptions
from annotations.regions import Region
from store.db.sqlite import WAL_SAFE
from store.doctor import findings
from store.edits.annotate import add_annotation, delete_annotation
from store.edits.ask import answer, ask
from store.edits.people import add_reviewer
from store.edits.regions import override_region
from store.edits.review import set_review
from store.index.conflicts import conflicts
from store.index.numbers import count_notices
from store.intake.ingest import ingest
from store.intake.merge import merge
from store.intake.sources import Record, Source
from store.log.events import annotation_change, events
from store.log.questions import notice_questions
from store.open import open_database
from store.output.export import export
from store.output.verify import verify
from store.project.reviewers import current_reviewer
from store.read.notices import load_notice, notice_annotations, notice_reviews
from store.read.questions import count_waiting
from store.write.record import record

HEAD = "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
ASKS = "会议要求，各乡镇要于4月底前完成排查，建立台账，逐项整改。\n"
LEADS = "县水务局要会同有关部门加强督导，确保任务落实到位。副县长林知远出席会议并讲话。\n"
OLD = HEAD + ASKS + LEADS
NEW = "打开APP 阅读全文\n" + OLD.replace("4月底前", "5月底前").replace(LEADS, LEADS + "会议以视频形式召开。\n")


def page(raw, doc="page", url=None):
    return Source(doc, raw, "utf-8", f"{doc}.txt", url=url)


def take(database, *pages, replaces=True):
    refused = []
    report = ingest(database, pages, "importer", refused.append, replaces=replaces)
    return report, refused


def tag(database, number, quote, annotator="lin", label="DATE", **changes):
    """Annotate the first place of a quote."""
    raw = load_notice(database.connection, number).notice.raw
    at = raw.index(quote)
    item = replace(annotation_of(raw, at, at + len(quote), label, annotator), **changes)
    with database.write() as connection:
        record(connection, annotator or "rules", "tag", annotation_change(number, None, item))
    return item


def items_of(database, number):
    return notice_annotations(database.connection, number)


def said(database):
    """All that is said about the notices, and the log."""
    return [
        (load_notice(database.connection, n), items_of(database, n), notice_reviews(database.connection, n))
        for n in range(1, count_notices(database.connection) + 1)
    ], list(events(database.connection))


def exported(database):
    out = io.BytesIO()
    export(database, out, ExportOptions())
    return out.getvalue()


def sound(database):
    """It passes ``check``, its export passes ``verify`` and goes round to the same bytes."""
    assert [line for line in findings(database) if WAL_SAFE] == []
    data = exported(database)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(data)
        assert [line for line in verify(path) if isinstance(line, str)] == []
        with open_database(Path(folder) / "b.db", create=True) as other:
            rows = [Record(line, "a.jsonl") for line in data.split(b"\n") if line]
            for replaces in (True, False):
                assert take(other, *rows, replaces=replaces)[1] == []
                assert exported(other) == data


def test_annotations_go_over_and_the_old_notice_stays_as_it_was(database):
    take(database, page(OLD))
    attributes = {**annotation_of(OLD, 0, 1).attributes, "iso": "2023-04-12"}
    kept = tag(database, 1, "林知远", comment="看", attributes=attributes)
    (before,), _ = said(database)
    report, refused = take(database, page(NEW))
    assert refused == []
    assert (report.added, report.replaced, report.carried, report.unsure, report.lost) == (1, 1, 1, 0, [])
    assert said(database)[0][0] == before
    new = load_notice(database.connection, 2).notice
    assert new.meta["replaces"] == before[0].notice.id
    (item,) = items_of(database, 2)
    assert item.id != kept.id
    assert item.span.of(new.raw) == "林知远"
    assert replace(item, id=kept.id, start=kept.start, end=kept.end, updated_at=kept.updated_at) == kept
    assert {(e.actor, e.action) for e in events(database.connection) if e.change.notice == 2} == {
        ("importer", "import")
    }
    sound(database)


def test_importing_twice_is_the_same_as_once(database):
    take(database, page(OLD))
    tag(database, 1, "林知远")
    tag(database, 1, "4月底前")
    take(database, page(NEW))
    before = said(database)
    for pages in ([page(NEW)], [page(OLD)], [page(NEW), page(OLD)]):
        report, refused = take(database, *pages)
        assert (report.existing, report.replaced, report.carried, refused) == (len(pages), 0, 0, [])
        assert said(database) == before


def test_without_the_option_a_changed_page_is_a_page_of_its_own(database):
    take(database, page(OLD))
    tag(database, 1, "林知远")
    report, _ = take(database, page(NEW), replaces=False)
    assert (report.added, report.replaced) == (1, 0)
    assert items_of(database, 2) == []
    assert "replaces" not in load_notice(database.connection, 2).notice.meta


def test_the_unsure_are_marked_and_their_annotators_find_the_notice_flagged(database):
    take(database, page(OLD))
    tag(database, 1, "4月底前", comment="按会议")
    tag(database, 1, "4月底前", "chen")
    tag(database, 1, "林知远", "zhou")
    tag(database, 1, "县水务局要会同有关部门", "zhou", unsure=True)
    for name in ("lin", "zhou"):
        set_review(database, name, 1, Review(name, "done", None, now()))
    report, _ = take(database, page(NEW))
    assert (report.carried, report.unsure, report.lost) == (4, 2, [])
    old = load_notice(database.connection, 1).notice.id
    reason = f"carried over from {old}: its wording has changed"
    told = {(item.annotator, item.text): (item.unsure, item.comment) for item in items_of(database, 2)}
    assert told == {
        ("lin", "5月底前"): (True, f"按会议; {reason}"),
        ("chen", "5月底前"): (True, reason),
        ("zhou", "林知远"): (False, None),
        # What an annotator doubted stays in doubt, and needs no second look.
        ("zhou", "县水务局要会同有关部门"): (True, None),
    }
    reviews = {review.annotator: review for review in notice_reviews(database.connection, 2)}
    assert reviews.keys() == {"lin", "chen"}
    assert {review.status for review in reviews.values()} == {"flagged"}
    assert reviews["lin"].comment == f"scraped again, replaces {old}: 1 unsure"
    assert {review.status for review in notice_reviews(database.connection, 1)} == {"done"}
    sound(database)


def test_what_is_not_found_stays_and_is_named(database):
    take(database, page(OLD))
    lost = tag(database, 1, "各乡镇要于4月底前完成排查", label="REQUIREMENT")
    lost_date = tag(database, 1, "4月底前", "chen")
    tag(database, 1, "4月底前", "chen")
    suggested = tag(database, 1, "逐项整改", None, status="suggested", suggested_by="rules/1")
    tag(database, 1, "林知远")
    report, _ = take(database, page(HEAD + "会议通报了情况。\n" + LEADS))
    old, new = (load_notice(database.connection, number).notice.id for number in (1, 2))
    assert (report.carried, report.unsure, len(report.lost)) == (1, 0, 4)
    stays = f"is not there; it stays on {old}"
    assert f"page ({new}): DATE “4月底前” by chen {stays}" in report.lost
    assert f"page ({new}): DATE “逐项整改” suggested {stays}" in report.lost
    assert all(item in items_of(database, 1) for item in (lost, lost_date, suggested))
    assert [(review.annotator, review.comment) for review in notice_reviews(database.connection, 2)] == [
        ("chen", f"scraped again, replaces {old}: 2 not found"),
        ("lin", f"scraped again, replaces {old}: 1 not found"),
    ]
    sound(database)


def test_every_layer_goes_over_and_a_decision_stays_with_its_suggestion(database):
    take(database, page(OLD))
    tag(database, 1, "林知远", None, id="s1", status="suggested", suggested_by="names/1", score=0.5)
    tag(database, 1, "林知远", "lin", id="s1.lin", status="accepted", suggested_by="names/1", score=0.5)
    tag(database, 1, "副县长林知远", "chen", id="s1.chen", status="rejected", suggested_by="names/1", score=0.5)
    tag(database, 1, "县水务局", "lin", id="gone.lin", status="accepted")
    tag(database, 1, "林知远", "gold", status="gold")
    tag(database, 1, "2023-04-12", "lin")
    report, _ = take(database, page(NEW))
    assert (report.carried, report.unsure) == (6, 0)
    found = {(item.annotator, item.status): item for item in items_of(database, 2)}
    stem = found[None, "suggested"].id
    assert stem != "s1"
    assert (found[None, "suggested"].suggested_by, found[None, "suggested"].score) == ("names/1", 0.5)
    accepted = {item.id for item in items_of(database, 2) if item.status == "accepted"}
    assert f"{stem}.lin" in accepted
    assert all(each.endswith(".lin") for each in accepted)
    assert found["chen", "rejected"].id == f"{stem}.chen"
    assert found["gold", "gold"].text == "林知远"
    assert found["lin", "manual"].text == "2023-04-12"
    sound(database)


def test_questions_go_along_with_what_they_are_about(tmp_path):
    results = []
    for name in "ab":
        with open_database(tmp_path / f"{name}.db", create=True) as database:
            for person in ("lin", "chen"):
                add_reviewer(database, current_reviewer(), person, "reviewer")
            if name == "a":
                take(database, page(OLD))
                kept, lost = (
                    tag(database, 1, "林知远"),
                    tag(database, 1, "各乡镇要于4月底前完成排查", label="REQUIREMENT"),
                )
                gone = tag(database, 1, "2023-04-12")
                ask(database, "lin", 1, "chen", "同一人？", kept.id)
                answer(database, "chen", 1, ask(database, "lin", 1, None, "哪一天？", gone.id), "十二日")
                ask(database, "chen", 1, "lin", "是不是命令？", lost.id)
                ask(database, "lin", 1, None, "是新闻吗？", None)
                delete_annotation(database, "lin", 1, gone)
            else:
                merge(database, current_reviewer(), [tmp_path / "a.db"], {}, lambda _: None, print)
    for name in "ab":
        with open_database(tmp_path / f"{name}.db") as database:
            report, _ = take(database, page(HEAD + "会议通报了情况。\n" + LEADS))
            old, new = (load_notice(database.connection, number).notice.id for number in (1, 2))
            assert report.questions == 3
            assert (
                f"page ({new}): what chen asked, “是不是命令？”, is about what is not there; it stays on {old}"
                in report.lost
            )
            asked = {each.text: each for each in notice_questions(database.connection, 2)}
            items = {each.text: each.id for each in items_of(database, 2)}
            # What was asked about an annotation that is gone there too is asked about the notice.
            about = {text: each.annotation for text, each in asked.items()}
            assert about == {"同一人？": items["林知远"], "哪一天？": None, "是新闻吗？": None}
            assert [each.text for each in asked["哪一天？"].answers] == ["十二日"]
            assert len(notice_questions(database.connection, 1)) == 4
            with database.read() as connection:
                # It waits where it was and in the new text.
                assert [count_waiting(connection, person) for person in ("lin", "chen")] == [1, 4]
            results.append([*asked.values()])
            sound(database)
    # Both have imported the newer page: it is the same question.
    assert results[0] == results[1]
    with open_database(tmp_path / "a.db") as database:
        merge(database, current_reviewer(), [tmp_path / "b.db"], {}, lambda _: None, print)
        assert [*notice_questions(database.connection, 2)] == results[0]
        assert not list(conflicts(database.connection))


def test_regions_that_a_reviewer_set_are_told(database):
    take(database, page(OLD))
    override_region(database, "lin", 1, len(OLD) - 3, "boilerplate")
    take(database, page(NEW))
    (review,) = notice_reviews(database.connection, 2)
    assert (review.annotator, review.status) == ("lin", "flagged")
    assert "1 regions you set are not carried over" in review.comment
    assert all(
        isinstance(each, Region) and each.by is None for each in load_notice(database.connection, 2).notice.regions
    )
    sound(database)


def test_a_page_scraped_a_third_time_replaces_the_second(database):
    take(database, page(OLD))
    tag(database, 1, "林知远")
    take(database, page(NEW))
    third = NEW.replace("视频形式", "现场形式")
    report, refused = take(database, page(third))
    assert (report.replaced, report.carried, refused) == (1, 1, [])
    assert load_notice(database.connection, 3).notice.meta["replaces"] == load_notice(database.connection, 2).notice.id
    sound(database)


def test_an_ambiguous_doc_is_refused_by_name_and_the_rest_goes_on(database):
    take(database, page(OLD), page(OLD + "甲"), replaces=False)
    report, refused = take(database, page(NEW), page("另一个通知\n请报送材料。\n", "other"))
    ids = [load_notice(database.connection, number).notice.id for number in (1, 2)]
    assert (report.added, report.replaced, report.refused) == (1, 0, 1)
    assert refused[0].startswith(f"page.txt: doc page names {', '.join(ids)}, ")
    assert count_notices(database.connection) == 3


@pytest.mark.parametrize("first", [[], [OLD]])
def test_two_pages_of_one_import_never_replace_each_other(database, first):
    """Two files of one name in two folders: the second is named, also when the import is done again."""
    take(database, *map(page, first))
    for existing in (0, 1):
        report, refused = take(database, page(NEW), page(NEW + "乙"))
        assert (report.existing, report.refused) == (existing, 1)
        assert "of this very import" in refused[0]
    assert count_notices(database.connection) == len(first) + 1


def test_the_url_names_a_page_before_its_doc_does(database):
    take(database, page(OLD, "a-1", "https://example.org/1"), page(OLD + "甲", "a-2", "https://example.org/2"))
    # In the next scrape the rows stand in another order.
    report, refused = take(
        database, page(NEW + "甲", "a-1", "https://example.org/2"), page(NEW, "a-2", "https://example.org/1"),
        page(NEW + "丙", "a-1", "https://example.org/3"),
    )  # fmt: skip
    assert (report.added, report.replaced, refused) == (3, 2, [])
    notices = [load_notice(database.connection, number).notice for number in range(1, 6)]
    assert notices[2].meta["replaces"] == notices[1].id
    assert notices[3].meta["replaces"] == notices[0].id
    assert "replaces" not in notices[4].meta


def test_what_replaced_a_page_by_its_url_is_found_by_the_doc_of_the_first(database):
    take(database, page(OLD, "a"))
    take(database, page(OLD + "甲", "a", "https://example.org/1"))
    take(database, page(OLD + "乙", "b", "https://example.org/1"))
    report, refused = take(database, page(OLD + "丙", "a"))
    assert (report.replaced, refused) == (1, [])
    assert load_notice(database.connection, 4).notice.meta["replaces"] == load_notice(database.connection, 3).notice.id


def test_a_native_export_replaces_nothing(database):
    take(database, page(OLD))
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "b.db", create=True) as other:
        take(other, page(NEW))
        rows = [Record(line, "a.jsonl") for line in exported(other).split(b"\n") if line]
    report, refused = take(database, *rows)
    assert (report.added, report.replaced, refused) == (1, 0, [])


def test_a_failure_on_the_way_leaves_neither_notice_nor_annotations(database, monkeypatch):
    take(database, page(OLD))
    tag(database, 1, "林知远")
    before = said(database)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("store.intake.rescraped._queued", fail)
    with pytest.raises(KeyboardInterrupt):
        take(database, page(NEW))
    assert said(database) == before
    monkeypatch.undo()
    assert take(database, page(NEW))[0].carried == 1


PIECES = [
    "临江县通知\n",
    "各乡镇要于4月底前完成。\n",
    "關(guān)于整改的問(wèn)題(tí)。\n",
    "林知远",
    "，",
    "\u200b",
    "\n",
    "4月",
]
PAGES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)


@settings(max_examples=40)
@given(PAGES, PAGES, st.data())
def test_whatever_page_replaces_whatever_page_nothing_is_lost(old, new, data):
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "a.db", create=True) as database:
        take(database, page(old))
        for name in data.draw(st.lists(st.sampled_from(["lin", "chen"]), max_size=4)):
            start = data.draw(st.integers(0, len(old) - 1))
            end = data.draw(st.integers(start + 1, len(old)))
            add_annotation(database, name, 1, annotation_of(old, start, end, annotator=name))
        before = items_of(database, 1)
        report, refused = take(database, page(new))
        assert refused == []
        assert items_of(database, 1) == before
        if old != new:
            assert report.carried + len(report.lost) == len(before)
            assert len(items_of(database, 2)) == report.carried
            flagged = {review.annotator for review in notice_reviews(database.connection, 2)}
            assert {item.annotator for item in items_of(database, 2) if item.unsure} <= flagged
            assert bool(flagged) == bool(report.unsure or report.lost)
        sound(database)
