"""Suggestions in the database: run once a version, never against a decision, and all of it an event of the log."""

from __future__ import annotations

import json

import pytest
from making import notice_of
from msgspec.structs import replace

from annotations.normalize import NORMALIZER, normalize
from annotations.spans import raw_span
from annotations.suggest import Suggestion, suggester_of
from store.db import turns
from store.doctor import findings
from store.edits.annotate import add_annotation
from store.edits.regions import override_region
from store.edits.undo import undo
from store.intake.predictions import load_predictions
from store.intake.suggest import notices_to_suggest, suggest_stored
from store.read.notices import notice_annotations
from store.read.stats import stats
from store.write.notices import add_notice

RAW = (
    "临江县召开河长制工作会\n来源:临江县水务局 时间:2023-04-12\n"
    "会议要求,各乡镇要于4月底前完成排查。副县长林知远出席。\n"
)
USING = [suggester_of(name) for name in ("dates", "officials", "requirements")]


class Fixed:
    """A suggester that finds what it is told to."""

    name = "fixed"

    def __init__(self, version, *spans):
        self.version = version
        self.spans = spans

    def suggest(self, page):
        for start, end in self.spans:
            yield Suggestion(raw_span(start, end), "DATE", {}, "rule", 0.5)


class Failing:
    name, version = "failing", "1"

    def suggest(self, page):
        if page.notice.doc == "bad":
            raise RuntimeError("cannot")
        return []


def add(database, raw=RAW, doc="page"):
    made = normalize(raw)
    notice = replace(
        notice_of(raw, doc), normalized=made.normalized, regions=made.regions, alignment=made.alignment,
        published=made.published, normalizer=NORMALIZER,
    )  # fmt: skip
    with database.write() as connection:
        return add_notice(connection, "importer", notice)


def run(database, using=USING, *, again=False, **options):
    refused = []
    numbers = notices_to_suggest(database.connection, using, again=again)
    return suggest_stored(database, "lin", using, numbers, refused.append, **options), refused


def everything(database, number=1):
    return notice_annotations(database.connection, number)


def decided(item, status):
    return replace(item, id=f"{item.id}.lin", annotator="lin", status=status)


def test_a_second_run_adds_nothing_and_sees_nothing(database):
    add(database)
    first, _ = run(database)
    assert first.notices == 1
    assert first.added == len(everything(database)) > 3
    assert run(database)[0].notices == 0
    again, _ = run(database, again=True)
    assert (again.notices, again.added, again.existing) == (1, 0, first.added)
    assert list(findings(database)) == []


def test_only_what_is_new_is_seen_and_a_changed_text_is_seen_again(database):
    add(database)
    run(database)
    add(database, RAW + "请于5月1日前上报。\n", "more")
    assert run(database)[0].notices == 1
    override_region(database, "lin", 1, 0, "boilerplate")
    assert notices_to_suggest(database.connection, USING) == [1]


def test_a_newer_version_withdraws_what_it_no_longer_finds_but_for_what_was_decided(database):
    add(database)
    run(database, [Fixed("1", (0, 3), (3, 5), (5, 7))])
    kept, _, _ = everything(database)
    add_annotation(database, "lin", 1, decided(kept, "accepted"))
    report, _ = run(database, [Fixed("2", (5, 7))])
    assert (report.added, report.withdrawn) == (1, 2)
    assert [(item.start, item.suggested_by, item.annotator) for item in everything(database)] == [
        (0, "fixed/rule@1", None),
        (0, "fixed/rule@1", "lin"),
        (5, "fixed/rule@2", None),
    ]
    assert list(findings(database)) == []


def test_what_was_rejected_does_not_come_back_from_the_same_version(database):
    add(database)
    run(database, [Fixed("1", (0, 3))])
    (item,) = everything(database)
    add_annotation(database, "lin", 1, decided(item, "rejected"))
    assert run(database, [Fixed("1", (0, 3))], again=True)[0].added == 0
    assert [each.status for each in everything(database)] == ["suggested", "rejected"]


def test_a_suggester_that_fails_on_one_notice_is_told_and_the_others_go_on(database):
    add(database, doc="bad")
    add(database, RAW + "完。\n", "good")
    report, refused = run(database, [Failing()])
    assert (report.notices, report.refused) == (2, 1)
    assert refused == ["bad: suggester failing failed: RuntimeError: cannot"]
    assert notices_to_suggest(database.connection, [Failing()]) == [1]


def test_several_processes_find_the_same(database):
    for number in range(70):
        add(database, RAW.replace("临江", f"临江{number}"), f"p{number}")
    report, _ = run(database, workers=2)
    assert report.notices == 70
    single = suggest_stored(database, "lin", USING, list(range(1, 71)), print)
    assert (single.added, single.existing) == (0, report.added)


def test_suggestions_are_not_undone_by_who_ran_the_rules(database):
    add(database)
    run(database)
    assert undo(database, "lin") is None


@pytest.mark.parametrize("name", ["predictions.jsonl", "predictions.jsonl.gz"])
def test_predictions_are_loaded_once_and_bad_lines_are_named(database, tmp_path, name):
    import gzip

    add(database)
    lines = [
        {"doc": "page", "label": "DATE", "text": "4月底前"},
        {"doc": "nosuch", "label": "DATE", "text": "4月底前"},
        {"text": RAW, "spans": [{"start": 0, "end": 3, "label": "DATE"}, {"start": 0, "end": 3, "label": "NO"}]},
        {"text": "another text", "spans": []},
    ]
    data = "\n".join(json.dumps(line) for line in lines).encode() + b"\n{\n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    refused = []
    report = load_predictions(database, "lin", path, refused.append)
    assert (report.added, report.refused, report.notices) == (2, 4, 1)
    assert [line.removeprefix(f"{path}:").split(":")[0] for line in refused] == ["2", "3", "4", "5"]
    assert {item.suggested_by for item in everything(database)} == {"predictions"}
    assert load_predictions(database, "lin", path, refused.append).existing == 2


def test_predictions_are_committed_a_batch_at_a_time(database, tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "TURN", 60.0)
    add(database)
    path = tmp_path / "predictions.jsonl"
    spans = [(start, start + length) for length in (1, 2, 3, 4) for start in range(35)]
    lines = [{"doc": "page", "label": "DATE", "start": start, "end": end} for start, end in spans]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = []
    database.connection.set_trace_callback(asked.append)
    report = load_predictions(database, "lin", path, pytest.fail)
    database.connection.set_trace_callback(None)
    assert (report.added, len(everything(database))) == (140, 140)
    assert asked.count("COMMIT") == 3


def test_stats_count_per_reviewer_label_and_rule(database):
    add(database)
    run(database, [Fixed("1", (0, 3), (3, 5), (5, 7))])
    one, two, _ = everything(database)
    add_annotation(database, "lin", 1, decided(one, "accepted"))
    add_annotation(database, "lin", 1, decided(two, "rejected"))
    add_annotation(
        database, "lin", 1, replace(decided(one, "accepted"), id="f" * 32, suggested_by=None, status="manual")
    )
    found = stats(database)
    assert (found.notices, found.reviewed) == (1, 0)
    (reviewer,) = found.reviewers
    assert (reviewer.annotations, reviewer.accepted, reviewer.rejected, reviewer.labels) == (2, 1, 1, {"DATE": 2})
    (rule,) = found.rules
    assert (rule.rule, rule.suggested, rule.open, rule.accepted, rule.rejected, rule.edited, rule.acceptance) == (
        "fixed/rule@1", 3, 1, 1, 1, 0, 0.5,
    )  # fmt: skip
    assert {each.label: each.suggested for each in found.labels} == {"REQUIREMENT": 0, "OFFICIAL": 0, "DATE": 1}


def test_what_a_newer_version_suggests_where_somebody_has_decided_is_open_to_nobody(database):
    add(database)
    run(database, [Fixed("1", (0, 3))])
    (one,) = everything(database)
    add_annotation(database, "lin", 1, decided(one, "accepted"))
    run(database, [Fixed("2", (0, 3), (5, 7))])
    found = stats(database)
    assert {each.rule: each.open for each in found.rules} == {"fixed/rule@1": 0, "fixed/rule@2": 1}
    assert [each.suggested for each in found.labels if each.label == "DATE"] == [1]
