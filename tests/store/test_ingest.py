"""Import: each page once, each native record whole or refused, and out again as the same bytes."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import RAW, annotation_of, logged
from msgspec.structs import replace
from workplace import SAMPLES

from annotations.annotation import ANNOTATION_STATUSES, GOLD, REVIEW_STATUSES, Review, now
from annotations.decisions import decision_id
from annotations.formats.choice import ExportOptions
from annotations.labels import LabelSet, default_labels
from store.db.sqlite import WAL_SAFE
from store.doctor import findings
from store.edits.annotate import add_annotation, change_annotation, delete_annotation
from store.edits.labels import declare_labels
from store.edits.review import set_review
from store.edits.undo import redo, undo
from store.errors import DatabaseError
from store.index.numbers import count_notices
from store.intake import ingest as ingest_module
from store.intake import pool
from store.intake.ingest import ingest
from store.intake.sources import Record, Refusal, Source, read_sources
from store.log.events import annotation_change
from store.open import open_database
from store.output.export import export
from store.read.notices import load_notice, notice_annotations, notice_reviews
from store.write.record import record

STORABLE = st.text(st.characters(exclude_categories=("Cs",)))
NAMES = st.sampled_from(["lin", "chen", "lin.wei", "张三", "uid-1000"])
META = st.dictionaries(
    STORABLE,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**60), 10**60) | STORABLE
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STORABLE, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)  # fmt: skip


def exported(database):
    out = io.BytesIO()
    export(database, out, ExportOptions())
    return out.getvalue()


def records(data, where="export.jsonl"):
    return [Record(line, f"{where}:{number}") for number, line in enumerate(data.split(b"\n"), 1) if line]


def take(database, items):
    """Import; the report and the refusals."""
    refused = []
    return ingest(database, items, "importer", refused.append), refused


def again(data):
    """The export of an empty database that an export was imported into."""
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "b.db", create=True) as database:
        report, refused = take(database, records(data))
        assert refused == []
        assert report.existing == 0
        assert [line for line in findings(database) if WAL_SAFE] == []
        return exported(database)


@pytest.fixture
def reviewed(database):
    """Two sample pages with one of everything that can be logged about a notice."""
    take(
        database, read_sources([SAMPLES / "02-air-quality-campaign.txt", SAMPLES / "08-hostile-control-characters.txt"])
    )
    raw = load_notice(database.connection, 1).notice.raw
    kept, nested, deleted, rejected = (annotation_of(raw, start, start + 5) for start in (1447, 1450, 1600, 1700))
    for item in (kept, nested, deleted, replace(rejected, id="s0.lin", status="rejected")):
        add_annotation(database, "lin", 1, item)
    change_annotation(database, "lin", 1, kept, replace(kept, comment="看 \x1b[2J\u202e", unsure=True))
    delete_annotation(database, "lin", 1, deleted)
    add_annotation(database, "chen", 1, annotation_of(raw, 1450, 1455, "OFFICIAL", "chen"))
    undo(database, "chen")
    redo(database, "chen")
    last = annotation_of(raw, 10, 20)
    add_annotation(database, "lin", 1, last)
    undo(database, "lin")
    suggested = replace(annotation_of(raw, 1460, 1462), id="s1", annotator=None, status="suggested", score=0.25)
    with database.write() as connection:
        record(connection, "rules", "suggest", annotation_change(1, None, replace(suggested, suggested_by="dates/1")))
    add_annotation(database, "lin", 1, replace(suggested, id="s1.lin", annotator="lin", status="accepted"))
    for name, status in (("lin", "done"), ("chen", "flagged")):
        set_review(database, name, 1, Review(name, status, "理由", now()))
    return database


def test_a_reviewed_database_goes_round_to_the_same_bytes(reviewed):
    data = exported(reviewed)
    assert len(json.loads(data.split(b"\n")[0])["annotations"]) == 6
    assert again(data) == data


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_whatever_was_said_about_whatever_page_goes_round_to_the_same_bytes(data):
    pages = data.draw(st.lists(STORABLE.filter(bool), min_size=1, max_size=3, unique=True))
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "a.db", create=True) as database:
        for number, raw in enumerate(pages, 1):
            page = Source(
                data.draw(STORABLE), raw, "utf-8", "here", fields=data.draw(META), url=data.draw(st.none() | STORABLE),
                title=data.draw(st.none() | STORABLE), published=data.draw(st.none() | STORABLE),
            )  # fmt: skip
            report, refused = take(database, [page])
            assert (report.added, refused) == (1, [])
            for _ in range(data.draw(st.integers(0, 4))):
                annotate(data, database, number, raw)
            if data.draw(st.booleans()):
                name, status = data.draw(NAMES), data.draw(st.sampled_from(REVIEW_STATUSES))
                set_review(database, name, number, Review(name, status, data.draw(st.none() | STORABLE), now()))
        out = exported(database)
        assert again(out) == out


def annotate(data, database, number, raw):
    """Somebody says something, and may take it back."""
    start = data.draw(st.integers(0, len(raw) - 1))
    label = data.draw(st.sampled_from(["REQUIREMENT", "OFFICIAL", "DATE"]))
    status = data.draw(st.sampled_from(ANNOTATION_STATUSES))
    actor = GOLD if status == "gold" else data.draw(NAMES)
    text = data.draw(st.none() | STORABLE)
    made = annotation_of(raw, start, data.draw(st.integers(start + 1, len(raw))), label, actor)
    item = replace(
        made,
        id=decision_id(made.id, actor) if status in ("accepted", "rejected") else made.id,
        annotator=None if status == "suggested" else actor,
        status=status,
        unsure=data.draw(st.booleans()),
        comment=data.draw(st.none() | STORABLE),
        suggested_by=data.draw(st.none() | STORABLE),
        score=data.draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        attributes=default_labels()[label].attributes(
            {"OFFICIAL": {"name": text}, "DATE": {"approx": True}}.get(label)
        ),
    )
    add_annotation(database, actor, number, item)
    match data.draw(st.sampled_from(["keep", "delete", "undo", "undo and redo"])):
        case "delete":
            delete_annotation(database, actor, number, stored(database, number, item.id))
        case "undo":
            undo(database, actor)
        case "undo and redo":
            undo(database, actor)
            redo(database, actor)


def stored(database, number, name):
    return next(item for item in notice_annotations(database.connection, number) if item.id == name)


@pytest.mark.parametrize(
    "value",
    [
        2**63,
        2**64,
        -(2**63) - 1,
        10**300,
        10**4000,
        0.1,
        1e22,
        5e-324,
        1.7976931348623157e308,
        -0.0,
        "\x00",
        "\U0010ffff",
    ],
    ids=range(12),
)
def test_a_field_of_a_row_stays_what_it_was(database, value):
    report, refused = take(database, [Source("a", RAW, "utf-8", "here", fields={"值": value, "深": [{"": value}]})])
    if refused:
        # A number that no reader of JSON could take back is better refused than lost.
        assert report.added == 0
        assert value == 10**4000
        return
    out = exported(database)
    fields = json.loads(out)["meta"]["fields"]
    assert fields == {"值": value, "深": [{"": value}]}
    assert again(out) == out


def test_a_page_twice_is_a_page_once(database):
    page = Source("a", RAW, "utf-8", "a.txt")
    first, _ = take(database, [page, page])
    second, _ = take(database, [replace(page, doc="b", title="another")])
    assert (first.added, first.existing, second.added, second.existing) == (1, 1, 0, 1)
    assert load_notice(database.connection, 1).notice.doc == "a"


def test_refusals_are_named_and_the_rest_goes_on(database):
    report, refused = take(
        database,
        [
            Refusal("a.txt", "no text"),
            Source("b", RAW, "utf-8", "b.txt"),
            Record(b'{"schema":"zhupi/1"', "c.jsonl:1"),
            Source("d", RAW + "。", "utf-8", "d.txt"),
        ],
    )
    assert (report.added, report.refused) == (2, 2)
    assert refused[0] == "a.txt: no text"
    assert refused[1].startswith("c.jsonl:1: not JSON")


def test_an_export_of_what_is_there_adds_nothing(reviewed):
    before, count = exported(reviewed), len(logged(reviewed))
    report, refused = take(reviewed, records(before))
    assert (report.added, report.existing, report.annotations, report.reviews, refused) == (0, 2, 0, 0, [])
    assert exported(reviewed) == before
    assert len(logged(reviewed)) == count


def changed(data, change):
    """An export with its first line changed."""
    first, _, rest = data.partition(b"\n")
    row = json.loads(first)
    change(row)
    return json.dumps(row, ensure_ascii=False).encode() + b"\n" + rest


def test_new_annotations_are_added_to_a_notice_that_is_there(reviewed):
    data = exported(reviewed)
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "b.db", create=True) as other:
        take(other, records(changed(data, lambda row: row.update(annotations=row["annotations"][1:], reviews=[]))))
        report, refused = take(other, records(data))
        assert (report.added, report.existing, report.annotations, report.reviews, refused) == (0, 2, 1, 2, [])
        assert exported(other) == data


def test_an_annotation_that_differs_is_refused_by_name_and_the_others_are_added(reviewed):
    data = exported(reviewed)
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "b.db", create=True) as other:

        def change(row):
            del row["annotations"][1:]
            row["annotations"][0]["comment"] = "another"

        take(other, records(changed(data, change)))
        here = notice_annotations(other.connection, 1)[0]
        report, refused = take(other, records(data))
        assert (report.annotations, report.refused) == (5, 1)
        assert refused == [
            f"export.jsonl:1: annotation {here.id} “{here.text}” is another one here; the one here was kept"
        ]
        assert notice_annotations(other.connection, 1)[0].comment == "another"


def test_an_id_that_another_notice_has_is_refused(reviewed):
    taken = notice_annotations(reviewed.connection, 1)[0]
    out = exported(reviewed)
    row = json.loads(out.split(b"\n")[1])
    other = json.loads(out.split(b"\n")[0])["annotations"][0]
    start, _, norm_start, _ = next(run for run in row["runs"] if run[1] - run[0] == run[3] - run[2] >= 3)
    text = row["raw"][start : start + 3]
    span = {"start": start, "end": start + 3, "text": text}
    normalized = {"normalized_start": norm_start, "normalized_end": norm_start + 3}
    row["annotations"] = [{**other, **span, **normalized, "normalized_text": text}]
    report, refused = take(reviewed, records(json.dumps(row).encode()))
    assert (report.annotations, len(refused)) == (0, 1)
    assert taken.id in refused[0]
    assert exported(reviewed) == out


def test_a_review_that_differs_is_refused_and_kept(reviewed):
    data = exported(reviewed)

    def change(row):
        row["reviews"][0]["status"] = "skipped"

    report, refused = take(reviewed, records(changed(data, change)))
    assert (report.reviews, len(refused)) == (0, 1)
    assert "the review of chen is another one here; it was kept" in refused[0]
    assert exported(reviewed) == data


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row["annotations"][-1].update(text="别的"),
        lambda row: row["annotations"][-1].update(label="NOSUCH"),
        lambda row: row["annotations"][-1].update(attributes={"colour": "red"}),
        lambda row: row["annotations"][-1].update(attributes={**row["annotations"][-1]["attributes"], "iso": "bald"}),
        lambda row: row["annotations"][-1].update(annotator="all"),
        lambda row: row["reviews"].reverse(),
        lambda row: row.update(raw=row["raw"] + "。"),
        lambda row: row["runs"].pop(),
        lambda row: row.update(more=1),
    ],
)
def test_a_line_that_does_not_prove_itself_leaves_nothing(reviewed, tmp_path, change):
    data = changed(exported(reviewed), change)
    with open_database(tmp_path / "b.db", create=True) as other:
        report, refused = take(other, records(data))
        assert (report.added, report.annotations, report.refused) == (1, 0, 1)
        assert refused[0].startswith("export.jsonl:1: ")
        assert count_notices(other.connection) == 1
        assert logged(other) == []


def test_attributes_that_a_record_lacks_are_null(reviewed, tmp_path):
    """An older label set did not declare them; the state always has all of them, in order."""
    data = exported(reviewed)

    def change(row):
        for item in row["annotations"]:
            item["attributes"] = {name: value for name, value in item["attributes"].items() if value is not None}

    with open_database(tmp_path / "b.db", create=True) as other:
        assert take(other, records(changed(data, change)))[1] == []
        assert exported(other) == data
        # And the same line again is the same annotation.
        assert take(other, records(changed(data, change)))[1] == []
        assert [line for line in findings(other) if WAL_SAFE] == []


def test_annotations_go_to_the_label_set_of_the_database(reviewed, tmp_path):
    with open_database(tmp_path / "b.db", create=True) as other:
        declare_labels(
            other, "lin", LabelSet.from_toml('[[label]]\nname = "SUM"\nkey = "p"\nsign = "S"\nhue = "red"\n', "x")
        )
        report, refused = take(other, records(exported(reviewed)))
        assert report.added == 1
        assert "unknown label DATE; the label set has SUM" in refused[0]


def test_a_batch_that_fails_leaves_what_was_committed_before_it(database, monkeypatch):
    monkeypatch.setattr(ingest_module, "_BATCH", 2)
    pages = [Source(f"{number}", f"通知{number}", "utf-8", f"{number}.txt") for number in range(5)]
    real = ingest_module.Arrivals.add

    def fail(self, notice):
        if notice.columns["doc"] == "3":
            self._connection.execute("INSERT INTO no_such_table VALUES (1)")
        return real(self, notice)

    monkeypatch.setattr(ingest_module.Arrivals, "add", fail)
    with pytest.raises(DatabaseError):
        take(database, pages)
    assert count_notices(database.connection) == 2
    monkeypatch.setattr(ingest_module.Arrivals, "add", real)
    report, _ = take(database, pages)
    assert (report.added, report.existing) == (3, 2)
    assert [load_notice(database.connection, n).notice.doc for n in range(1, 6)] == list("01234")


def test_imported_reviews_and_annotations_are_events_of_who_imported_them(reviewed, tmp_path):
    with open_database(tmp_path / "b.db", create=True) as other:
        take(other, records(exported(reviewed)))
        assert {(event.actor, event.action) for event in logged(other)} == {("importer", "import")}
        assert undo(other, "importer") is None
        assert notice_reviews(other.connection, 1) == notice_reviews(reviewed.connection, 1)


def test_any_number_of_processes_stores_the_same_and_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 2)
    monkeypatch.setattr(ingest_module, "_ALONE", 3)
    pages = [Source(f"{at}", f"{PAGE.format(at)}\n", "utf-8", f"{at}.txt") for at in range(120)]
    pages[50:50] = [pages[3], Refusal("x", "no page")]
    states = []
    for workers in (1, 2):
        with open_database(tmp_path / f"{workers}.db", create=True) as database:
            refused = []
            ingest(database, pages[:60], "importer", refused.append, workers=workers)
            # What is there already is not worked on again.
            with monkeypatch.context() as patch:
                patch.setattr("store.intake.finished.normalize", None)
                again = ingest(database, pages[:60], "importer", refused.append)
            assert (again.added, again.existing) == (0, 59)
            report = ingest(database, pages, "importer", refused.append, workers=workers)
            assert (report.added, report.existing, refused) == (62, 59, ["x: no page"] * 3)
            assert [line for line in findings(database) if WAL_SAFE] == []
            states.append(exported(database))
    assert states[0] == states[1]


PAGE = "青禾县召开第{}次会议\n来源：青禾县水务局  2023-04-12\n会议要求，各单位要完成整改。"
