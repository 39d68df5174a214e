"""An import into a layer as a step of its log: whose it is, what a second one does, and what undo takes back."""

from __future__ import annotations

import pytest
from making import annotation_of, stored_notice, wrong
from msgspec.structs import replace
from tools import TEXT, archive, inception, lines, place

from annotations.labels import default_labels
from annotations.notice import notice_id, raw_sha256
from store.doctor import findings
from store.edits.annotate import add_annotation, delete_annotation
from store.edits.people import add_reviewer
from store.edits.undo import redo, undo
from store.errors import RoleError
from store.index import search_rows
from store.input import containers
from store.intake.finished import notice_of
from store.intake.foreign import read_foreign
from store.intake.layers import LayerImport, import_layer
from store.intake.sources import Source
from store.log.events import events
from store.project.reviewers import current_reviewer
from store.read.notices import notice_annotations
from store.write.notices import add_notice

ME = current_reviewer()
WHEN, WHO = place("4月10日前"), place("副县长辛未然")


@pytest.fixture
def take(database, tmp_path):
    """Imports a file into the layer of li; returns the report and what was refused."""
    add_reviewer(database, ME, "li", "reviewer")

    def take(content, name="all.jsonl", actor=ME, **options):
        (tmp_path / name).write_bytes(content)
        refused = []
        found = read_foreign([str(tmp_path / name)])
        report = import_layer(database, found, actor, LayerImport(annotator="li", **options), refused.append)
        return report, [line.removeprefix(f"{tmp_path}/") for line in refused]

    return take


def task(*spans, text=TEXT, **more):
    return {
        "text": text, **more,
        "spans": [{"start": start, "end": end, "label": label, "attributes": dict(values)}
                  for (start, end), label, *values in spans],
    }  # fmt: skip


def texts(database, number=1):
    return sorted(each.text for each in notice_annotations(database.connection, number))


def test_an_import_is_one_step_of_whoever_imports_in_the_layer_of_another(database, take):
    stored_notice(database, TEXT)
    content = lines(
        task((WHEN, "DATE"), (WHO, "OFFICIAL"), answer="accept"),
        task(((0, 2), "DATE"), text="新的通知\n请于5月1日前报送。\n"),
    )
    report, _ = take(content)
    assert (report.annotations, report.matched, report.added, report.reviews) == (3, 1, 1, 1)
    made = [each for each in events(database.connection) if each.action == "import layer"]
    assert {each.actor for each in made} == {ME}
    assert len({each.batch for each in made}) == 1
    assert {each.annotator for number in (1, 2) for each in notice_annotations(database.connection, number)} == {"li"}
    assert undo(database, ME).size == len(made)
    assert (texts(database), texts(database, 2)) == ([], [])
    assert redo(database, ME).size == len(made)
    undo(database, ME)
    assert take(content)[0].annotations == 3
    assert wrong(database) == []


def test_what_somebody_deleted_since_stays_deleted(database, take):
    stored_notice(database, TEXT)
    take(lines(task((WHEN, "DATE"))))
    (item,) = notice_annotations(database.connection, 1)
    delete_annotation(database, "li", 1, item)
    report, refused = take(lines(task((WHEN, "DATE"))))
    assert (report.annotations, report.existing, refused, texts(database)) == (0, 1, [], [])


def test_what_the_layer_says_already_is_not_said_twice_and_not_overwritten(database, take):
    stored_notice(database, TEXT)
    values = default_labels()["DATE"].attributes({"iso": "2026-04-10", "part": "AM"})
    add_annotation(database, "li", 1, replace(annotation_of(TEXT, *WHEN, annotator="li"), attributes=values))
    assert take(lines(task((WHEN, "DATE"))))[0].existing == 1
    assert take(lines(task((WHEN, "DATE", ("iso", "2026-04-10")))))[0].existing == 1
    report, refused = take(lines(task((WHEN, "DATE", ("iso", "2025-04-10")), answer="accept")))
    assert refused == ["all.jsonl:1: li has DATE “4月10日前” here with other attributes; the one here was kept"]
    assert (len(texts(database)), report.annotations) == (1, 0)


def test_of_notices_with_one_normalized_text_id_or_doc_decides(database, take):
    pages = [TEXT, TEXT.replace("\n", "\r\n"), f"{TEXT}\n\n"]
    with database.write() as connection:
        for number, page in enumerate(pages):
            add_notice(connection, ME, notice_of(Source(f"copy-{number}", page, "utf-8", "")))
    normalized = TEXT.strip()
    ids = [notice_id(raw_sha256(page)) for page in pages]
    _, refused = take(lines(task((WHEN, "DATE"), text=normalized)))
    assert refused == [f"all.jsonl:1: 3 notices with this text: {', '.join(ids)}; name one of them by its id or doc"]
    take(lines(task((WHEN, "DATE"), text=normalized, doc="copy-1"), task((WHO, "DATE"), text=normalized, id=ids[2])))
    assert [texts(database, number) for number in (1, 2, 3)] == [[], ["4月10日前"], ["副县长辛未然"]]
    take(lines(task((WHEN, "DATE"))))
    assert texts(database) == ["4月10日前"]


def test_a_named_notice_with_another_text_is_searched_for_the_quotes(database, take):
    stored_notice(database, TEXT)
    text = TEXT[6:].replace("完成", "做完")
    spans = [(place(quote, text=text), "DATE") for quote in ("4月10日前", "会议", "做完")]
    report, refused = take(lines(task(*spans, text=text, id=notice_id(raw_sha256(TEXT)), answer="accept")))
    assert (texts(database), report.added, report.reviews) == (["4月10日前"], 0, 0)
    assert refused == [
        "all.jsonl:1: DATE: “会议” stands in the notice 2 times; give its offsets",
        "all.jsonl:1: DATE: “做完” is not in the notice",
    ]


def test_a_text_that_is_nearly_that_of_a_notice_is_new_and_named(database, take, monkeypatch):
    monkeypatch.setattr(search_rows, "LONG", 12)
    text = TEXT + "会议指出,各村要落实责任,按时报送情况,不得拖延。\n"
    stored_notice(database, text)
    report, _ = take(lines(task((WHEN, "DATE"), text=text.replace("按时", "及时"))))
    assert (report.added, report.near_copies.count, report.near_copies.first[0][-11:]) == (1, 1, "all.jsonl:1")
    assert not [line for line in findings(database) if line.startswith("search: ")]


def test_a_dry_run_says_the_same_and_stores_nothing(database, take):
    stored_notice(database, TEXT)
    content = lines(task((WHEN, "DATE"), (WHO, "ORG"), answer="accept"), task(((0, 2), "DATE"), text="新的通知\n"))
    before = [*events(database.connection)]
    report, refused = take(content, labels={"X": "DATE"}, dry_run=True)
    assert [*events(database.connection)] == before
    told = (report.annotations, report.added, report.matched, report.reviews, report.unknown_labels, refused)
    assert told == (2, 1, 1, 0, {"ORG": 1}, [])
    assert report.unused_names == ["X"]
    real, _ = take(content)
    assert (real.annotations, real.added, real.matched, real.reviews) == told[:4]


def test_only_an_admin_imports_for_others(database, take):
    stored_notice(database, TEXT)
    with pytest.raises(RoleError):
        take(lines(task((WHEN, "DATE"))), actor="li")


def test_hostile_files_cost_themselves_alone(database, take, monkeypatch):
    stored_notice(database, TEXT)
    monkeypatch.setattr(containers, "MOST_UNFOLDED", 1 << 20)
    good = lines(task((WHEN, "DATE")))
    half = b'{"text": "\\ud800", "spans": []}\n'
    offsets = [(0, 10**30), (-3, 2), (8, 2), (3, 3), (None, None), (True, 3), ("1", 3), (1.5, 3)]
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    for name, content, most in [
        ("cut.json", b'[{"text": "a", "spans": []}, {"te', 1),
        ("deep.json", b"[" * 100_000, 1),
        ("half.jsonl", half + good, 1),
        ("offsets.jsonl", lines(*(task((each, "DATE")) for each in offsets)) + good, len(offsets)),
        ("bomb.zip", archive({"a.jsonl": b" " * (2 << 20)}), 1),
        ("cut.zip", archive({"a.jsonl": good})[:60], 1),
        ("entities.zip", archive({**inception(), "spring.xmi": bomb}), 1),
        ("types.zip", archive({**inception(), "TypeSystem.xml": bomb}), 1),
        ("no-types.zip", archive({"spring.xmi": inception()["spring.xmi"]}), 1),
        ("words.md", "随便写的文字\n".encode(), 1),
        ("nothing.jsonl", b"", 1),
    ]:
        report, refused = take(content, name)
        assert (name, len(refused)) == (name, most)
        assert all(line.startswith(name) and "\n" not in line for line in refused), refused
        assert report.refused == most
    assert take(archive({"../../a.jsonl": good}), "out.zip")[0].matched == 1
    assert take(good.decode().encode("gb18030"), "gb.jsonl")[0].existing == 1
    assert take(good.decode().encode("utf-16"), "utf-16.jsonl")[0].existing == 1
    assert texts(database) == ["4月10日前"]
    assert wrong(database) == []
