"""What other tools export by themselves, imported into a layer: each shape, and what of it zhupi has no place for."""

from __future__ import annotations

import json

import pytest
from making import stored_notice, wrong
from tools import (
    TEXT,
    archive,
    inception,
    label_studio_choice,
    label_studio_region,
    lines,
    place,
)

from store.edits.people import add_reviewer
from store.intake.foreign import read_foreign
from store.intake.layers import LayerImport, import_layer
from store.project.reviewers import current_reviewer
from store.read.notices import notice_annotations, notice_reviews

WHO = place("副县长辛未然")
WHEN = place("4月10日前")
WHO_UNITS, WHEN_UNITS = place("副县长辛未然", units=True), place("4月10日前", units=True)
BOTH = {("OFFICIAL", "副县长辛未然"), ("DATE", "4月10日前")}


@pytest.fixture
def layer(database, tmp_path):
    """Imports files into the layer of li, where the notice is; returns the report and what was refused."""
    add_reviewer(database, current_reviewer(), "li", "reviewer")
    stored_notice(database, TEXT, "spring")

    def take(files, *names, name=None, **options):
        for file, content in files.items():
            (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / file).write_bytes(content)
        refused = []
        paths = [str(tmp_path / each) for each in names or files]
        wanted = LayerImport(annotator="li", **options)
        report = import_layer(database, read_foreign(paths, name), current_reviewer(), wanted, refused.append)
        assert wrong(database) == []
        return report, [line.removeprefix(f"{tmp_path}/") for line in refused]

    return take


def said(database, number=1):
    return {(each.label, each.text) for each in notice_annotations(database.connection, number)}


def lost(report):
    return {kind: found.count for kind, found in report.not_taken.kinds.items()}


DOCCANO = {
    "label": {"id": 7, "label": [[*WHO_UNITS, "OFFICIAL"], [*WHEN_UNITS, "DATE"]], "Comments": ["再看"]},
    "entities": {
        "id": 7, "Comments": [{"id": 1, "comment": "再看"}],
        "relations": [{"id": 1, "from_id": 4, "to_id": 5, "type": "x"}],
        "entities": [
            {"id": 4, "label": "OFFICIAL", "start_offset": WHO_UNITS[0], "end_offset": WHO_UNITS[1]},
            {"id": 5, "label": "DATE", "start_offset": WHEN_UNITS[0], "end_offset": WHEN_UNITS[1]},
        ],
    },
    "labels": {"labels": [[*WHO_UNITS, "OFFICIAL"], [*WHEN_UNITS, "DATE"]], "meta": {}, "comments": [{"text": "再看"}]},
    "spans": {"spans": [[*WHO_UNITS, "OFFICIAL"], [*WHEN_UNITS, "DATE"]], "cats": ["urgent"], "Comments": ["再看"]},
    "annotations": {
        "comments": ["再看"],
        "annotations": [
            {"label": 2, "start_offset": WHO_UNITS[0], "end_offset": WHO_UNITS[1], "user": 1},
            {"label": 3, "start_offset": WHEN_UNITS[0], "end_offset": WHEN_UNITS[1], "user": 1},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("shape", DOCCANO)
def test_doccano_in_each_of_its_shapes(database, layer, shape):
    report, refused = layer(
        {"all.jsonl": lines({"text": TEXT, **DOCCANO[shape]})}, labels={"2": "OFFICIAL", "3": "DATE"}
    )
    assert (refused, said(database)) == ([], BOTH)
    assert lost(report) == {"entities": {"relations": 1}, "spans": {"labels_of_whole_texts": 1}}.get(shape, {})
    (review,) = notice_reviews(database.connection, 1)
    assert (review.annotator, review.status, review.comment) == ("li", "open", "再看")


def task(*results, **changes):
    return {
        "id": 1, "data": {"text": TEXT, "page": "3"}, "drafts": [], "predictions": [], "project": 1,
        "annotations": [{"id": 1, "completed_by": 3, "was_cancelled": False, "result": [*results]}],
        **changes,
    }  # fmt: skip


def test_label_studio_with_all_that_a_task_may_have(database, layer):
    regions = [
        label_studio_region("r1", "副县长辛未然", "OFFICIAL", meta={"text": ["是他?"]}),
        label_studio_choice("r1", "副县长辛未然", "mention", "full"),
        label_studio_choice("r1", "副县长辛未然", "mood", "good"),
        label_studio_region("r2", "4月10日前", "DATE"),
        label_studio_choice("r2", "4月10日前", "part", "noon"),
        {"type": "relation", "from_id": "r1", "to_id": "r2", "direction": "right"},
        {"id": "c1", "type": "choices", "from_name": "topic", "to_name": "text", "value": {"choices": ["farming"]}},
    ]
    suggested = {"model_version": "m", "result": [label_studio_region("p", "会议强调", "DATE")]}
    full = task(*regions, predictions=[suggested], drafts=[{"result": [label_studio_region("d", "会议", "DATE")]}])
    bare = task(
        label_studio_region("r3", "会议强调", ""), label_studio_region("r4", "会议强调", "DATE"), data={"text": "某\n"}
    )
    report, refused = layer({"tasks.json": json.dumps([full, bare], ensure_ascii=False, indent=2).encode()})
    assert refused == [
        "tasks.json:2 r3: it has no label",
        "tasks.json:2 r4: DATE: span 10..14 does not fit into the text, which has 2 UTF-16 units",
    ]
    assert (said(database), report.reviews) == (BOTH, 1)
    assert lost(report) == {
        "relations": 1, "labels_of_whole_texts": 1, "drafts": 1, "suggestions": 1,
        "attributes_that_the_label_does_not_have": 1, "values_that_an_attribute_cannot_have": 1,
    }  # fmt: skip
    official = next(each for each in notice_annotations(database.connection, 1) if each.label == "OFFICIAL")
    assert (official.attributes["mention"], official.comment, official.status) == ("full", "是他?", "manual")
    assert [each.status for each in notice_reviews(database.connection, 1)] == ["done"]


def test_label_studio_of_several_people_takes_who_is_named(database, layer):
    two = [
        {
            "completed_by": {"id": 3, "email": "a@example.org"},
            "result": [label_studio_region("r", "4月10日前", "DATE")],
        },
        {"completed_by": {"id": 4, "email": "b@example.org"}, "result": [label_studio_region("r", "会议强调", "DATE")]},
        {"completed_by": {"id": 5}, "was_cancelled": True, "result": []},
    ]
    content = {"tasks.json": json.dumps([task(annotations=two)]).encode()}
    report, refused = layer(content, said_by="b@example.org", dry_run=True)
    assert (report.annotations, lost(report), said(database)) == (1, {"of_other_annotators": 2}, set())
    report, refused = layer(content)
    assert said(database) == {("DATE", "4月10日前")}
    (line,) = refused
    assert line.startswith("tasks.json:1: b@example.org said this, and what a@example.org said")
    assert lost(report) == {"skipped_texts": 1}


def test_label_studio_json_min(database, layer):
    start, end = WHEN_UNITS
    row = {
        "id": 1, "text": TEXT, "page": "3", "annotator": 2, "annotation_id": 9, "lead_time": 3.2,
        "created_at": "2026-04-01T00:00:00Z", "updated_at": "2026-04-01T00:00:00Z",
        "label": [
            {"start": start, "end": end, "text": "4月10日前", "labels": ["DATE"]},
            {"start": WHO_UNITS[0], "end": WHO_UNITS[1], "text": "副县长辛未然", "labels": ["OFFICIAL"]},
        ],
        "mod": [{"start": start, "end": end, "text": "4月10日前", "choices": ["before"]}],
    }  # fmt: skip
    report, refused = layer({"min.json": json.dumps([row], ensure_ascii=False).encode()})
    assert (refused, said(database), report.reviews) == ([], BOTH, 1)
    assert {each.attributes.get("mod") for each in notice_annotations(database.connection, 1)} == {"before", None}


def test_prodigy_by_what_was_answered(database, layer):
    span = {"start": WHEN[0], "end": WHEN[1], "token_start": 5, "token_end": 8, "label": "DATE"}
    other = {"text": "另一则通知\n5月1日前报送。\n", "spans": [], "_input_hash": 1, "_view_id": "ner_manual"}
    rows = [
        {"text": TEXT, "tokens": [], "spans": [span], "answer": "accept", "_session_id": "db-ann", "relations": [{}]},
        {**other, "answer": "reject"}, {**other, "answer": "ignore"}, {**other, "answer": "maybe"},
    ]  # fmt: skip
    report, refused = layer({"out.jsonl": lines(*rows)})
    assert (said(database), report.reviews, report.added) == ({("DATE", "4月10日前")}, 1, 0)
    assert lost(report) == {"relations": 1, "rejected_texts": 1, "skipped_texts": 1}
    assert refused == ["out.jsonl:4: answer: it is accept, reject or ignore, not maybe"]


ANN = (
    "T1\tDATE {when}\t4月10日前\nA1\tiso T1 2026-04-10\nM1\tapprox T1\n#1\tAnnotatorNotes T1\t确定\n"
    "A9\tNegated E1\n*\tEquiv T1 T2\nT2\tOFFICIAL {who}\t副县长辛未然\nA2\tmention T2 full\nN1\tReference T2 KB:1\tx\n"
    "E1\tDATE:T1 Theme:T2\nR1\tOf Arg1:T1 Arg2:T2\nT3\tREQUIREMENT {first};{last}\t𠮷家镇要 完成排查\nwhat\n"
)


@pytest.mark.parametrize("units", [False, True], ids=["code points", "UTF-16"])
def test_brat_with_all_kinds_of_lines(database, layer, units):
    quotes = {"when": "4月10日前", "who": "副县长辛未然", "first": "𠮷家镇要", "last": "完成排查"}
    places = {key: "{} {}".format(*place(quote, units=units)) for key, quote in quotes.items()}
    ann = ANN.format(**places).encode()
    files = {"b/spring.txt": TEXT.encode(), "b/spring.ann": ann, "b/annotation.conf": b"[entities]\n"}
    report, refused = layer(files, "b")
    whole = "𠮷家镇要于4月10日前完成排查"
    assert said(database) == BOTH | {("REQUIREMENT", whole)}
    assert refused == ["b/spring.ann:13: neither a span nor an attribute, a note, a relation, an event or a link"]
    assert lost(report) == {
        "attributes_and_notes_of_no_span": 1, "relations": 2, "references_to_knowledge_bases": 1, "events": 1,
        "discontinuous_spans": 1,
    }  # fmt: skip
    found = {each.label: each for each in notice_annotations(database.connection, 1)}
    assert (found["DATE"].attributes["iso"], found["DATE"].attributes["approx"]) == ("2026-04-10", True)
    assert (found["DATE"].comment, found["OFFICIAL"].attributes["mention"]) == ("确定", "full")
    assert (found["REQUIREMENT"].unsure, found["REQUIREMENT"].comment) == (True, "parts: “𠮷家镇要” … “完成排查”")


@pytest.mark.parametrize("packed", [True, False], ids=["archive", "folder"])
def test_inception_exports_a_document(database, layer, packed):
    files = inception()
    report, refused = layer({"spring.zip": archive(files)}) if packed else layer(files, "spring.xmi")
    assert (refused, said(database), report.documents) == ([], BOTH, 1)
    assert lost(report) == {"references_to_knowledge_bases": 1, "relations": 1}
    (date,) = [each for each in notice_annotations(database.connection, 1) if each.label == "DATE"]
    assert (date.attributes["iso"], date.attributes["part"]) == ("2026-04-10", "AM")


def test_inception_exports_a_project_with_a_file_for_each_annotator(database, layer):
    states = [{"name": "spring.txt", "user": "bob", "state": "FINISHED"}, {"name": "spring.txt", "user": "ann"}]
    files = {
        "exportedproject1.json": json.dumps({"name": "p", "annotation_documents": states}).encode(),
        "source/spring.txt": TEXT.encode(), "annotation_ser/spring.txt/ann.ser": b"\xac\xed",
        "annotation/spring.txt/INITIAL_CAS.zip": archive(inception()),
        "annotation/spring.txt/ann.zip": archive(inception()),
        "annotation/spring.txt/bob.zip": archive(inception(date=False)),
        "curation/spring.txt/CURATION_USER.zip": b"PK\x03\x04cut",
    }  # fmt: skip
    content = {"project.zip": archive(files)}
    report, refused = layer(content, said_by="bob")
    assert said(database) == {("OFFICIAL", "副县长辛未然")}
    assert (lost(report)["of_other_annotators"], report.reviews) == (1, 1)
    assert refused == [
        "project.zip/curation/spring.txt/CURATION_USER.zip: a damaged or cut off ZIP archive: export it again"
    ]
    assert layer(content, said_by="ann")[0].reviews == 0
    assert said(database) == BOTH


def test_webanno_tsv(database, layer):
    def row(number, word, *cells):
        start, end = place(word, units=True)
        return f"{number}\t{start}-{end}\t{word}\t" + "\t".join(cells) + "\t\n"

    tsv = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.DATE|iso|part\n"
        "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value\n"
        "#T_RL=webanno.custom.Duty|kind|BT_webanno.custom.DATE\n\n\n"
        f"#Text={TEXT.splitlines()[0]}\n" + row("1-1", "青禾县", "_", "_", "_", "_", "_") + "\n"
        f"#Text={TEXT.splitlines()[1]}\n" + row("2-1", "4月", "2026-04-10[1]", "*[1]", "_", "x", "2-2")
        + row("2-2", "10日前", "2026-04-10[1]", "*[1]", "_", "_", "_")
        + row("2-3", "副县长", "_", "_", "OFFICIAL[2]|OFFICIAL[3]", "_", "_")
        + row("2-4", "辛未然", "_", "_", "OFFICIAL[2]", "_", "_")
    )  # fmt: skip
    report, refused = layer({"spring.tsv": tsv.encode()})
    assert (refused, report.added) == ([], 0)
    assert said(database) == BOTH | {("OFFICIAL", "副县长")}
    assert lost(report) == {"relations": 1}


@pytest.mark.parametrize("scheme", ["bio", "bioes", "iob1"])
def test_conll_in_its_schemes_with_words_of_several_columns(database, layer, scheme):
    marks = {"bio": "BII", "bioes": "BIE", "iob1": "III"}[scheme]
    words = {"4月10日前": ("4月", "10日", "前"), "副县长辛未然": ("副县长", "辛未", "然")}
    tagged = {word: f"{mark}-{label}" for quote, label in (("4月10日前", "DATE"), ("副县长辛未然", "OFFICIAL"))
              for word, mark in zip(words[quote], marks, strict=True)}  # fmt: skip
    rest, rows = TEXT, []
    while rest:
        word = next((each for each in tagged if rest.startswith(each)), rest[0])
        rows.append("" if word == "\n" else f"{word} NN I-NP {tagged.get(word, 'O')}")
        rest = rest[len(word) :]
    other = "-DOCSTART- -X- O O\n\nThe\tO\nMarch\tB-DATE\n2026\tI-DATE\n会\tO\n"
    report, refused = layer({"ner.conll": ("\n".join(rows) + "\n\n" + other).encode()})
    assert (refused, said(database), report.added) == ([], BOTH, 1)
    assert said(database, 2) == {("DATE", "March 2026")}
