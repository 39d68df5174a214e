"""Annotations of other tools into a layer: what every format brings back, what is refused, and what is one step."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from formats import INSTALLED
from hard_cases import differing, hostile, named, nothing_found, only_artefacts, page, store
from making import wrong

from annotations.formats import read
from annotations.formats.choice import ExportOptions
from annotations.formats.losses import (
    ATTRIBUTES,
    BLANK,
    COMMENTS,
    EDGE_INSIDE_ARTEFACT,
    EDGE_INSIDE_TOKEN,
    OUTSIDE_TEXT,
    OVERLAPPING,
    PARTLY_OUTSIDE_TEXT,
    UNSURE,
)
from annotations.formats.registry import format_of
from store.edits.people import add_reviewer
from store.intake.foreign import FORMATS, read_foreign
from store.intake.layers import LayerImport, import_layer
from store.open import open_database
from store.output.export import export_file
from store.project.reviewers import current_reviewer
from store.read.notices import each_notice

ROUND_TRIPS = [
    *((name, True) for name in INSTALLED if (name in FORMATS or name == "hf") and name != "conll"),
    *((name, False) for name in ("doccano", "brat", "cas")),
]
"""Formats that have spans of one text, and whether the notices are there already."""
PEERS = [name for name in ("prodigy", "doccano", "label-studio", "brat", "cas", "conll", "spacy") if name in INSTALLED]
NOT_WRITTEN = (OUTSIDE_TEXT, EDGE_INSIDE_TOKEN, OVERLAPPING, BLANK)
"""What is lost whole."""
SAID = [page(), nothing_found(), (only_artefacts(), [], []), differing(), hostile(), *named("../evil\x1b", "1")]
"""Hard cases whose names and texts are theirs alone."""


def taken(database, paths, refused=None, **options):
    """The report of an import into the layer of lin."""
    lines = [] if refused is None else refused
    wanted = LayerImport(annotator="lin", **options)
    return import_layer(database, read_foreign([str(path) for path in paths]), current_reviewer(), wanted, lines.append)


def spans(path, name):
    """What an export has, without ids and times."""
    options = {"text": "raw"} if name in ("jsonl", "spans", "w3c") else {}
    carried = format_of(name).carries - {"notice_attributes"}

    def said(span):
        values = sorted((key, value) for key, value in span.attributes.items() if value is not None)
        told = {"attributes": tuple(values), "comments": span.comment, "unsure": span.unsure}
        return [told[each] for each in sorted(carried)]

    return {
        (notice.text, span.label, span.start, span.end, *said(span))
        for notice in read(path, **options)
        for span in notice.spans
    }


@pytest.fixture
def first(tmp_path, empty_database):
    """A database with what people said, and ``database`` is to have it."""
    with open_database(Path(shutil.copy(empty_database, tmp_path / "first.db"))) as opened:
        store(opened, SAID)
        yield opened


@pytest.mark.parametrize(("name", "there"), ROUND_TRIPS)
def test_what_goes_out_in_a_format_comes_back_the_same(database, first, tmp_path, name, there):
    layer = {"layer": "lin"} if format_of(name).annotators else {}
    export_file(first, tmp_path / "out", ExportOptions(name, **layer), "0")
    add_reviewer(database, current_reviewer(), "lin", "reviewer")
    if there:
        store(database, [(notice, [], []) for notice, _, _ in SAID])
    refused = []
    report = taken(database, [tmp_path / "out"], refused)
    assert refused == []
    again = taken(database, [tmp_path / "out"])
    assert (again.annotations, again.added, again.existing) == (0, 0, report.annotations)
    export_file(database, tmp_path / "back", ExportOptions(name, **layer), "0")
    assert spans(tmp_path / "back", name) == spans(tmp_path / "out", name)
    assert wrong(database) == []


@pytest.mark.parametrize("name", PEERS)
def test_what_a_tool_does_not_give_back_was_counted_on_the_way_out(database, first, tmp_path, name):
    export_file(first, tmp_path / "out", ExportOptions(name, layer="lin", all_notices=True), "0")
    manifest = next(tmp_path.glob("out*/manifest.json"), tmp_path / "out.manifest.json")
    lost = {kind: told["first"] for kind, told in json.loads(manifest.read_text())["not_carried"].items()}
    add_reviewer(database, current_reviewer(), "lin", "reviewer")
    store(database, [(notice, [], []) for notice, _, _ in SAID])
    refused = []
    taken(database, [tmp_path / "out"], refused)
    assert refused == []
    gone = {each for kind in NOT_WRITTEN for each in lost.get(kind, ())}
    said = {place: item for place, item in placed(first) if item.id not in gone}
    back = dict(placed(database))
    assert (said.keys() - back.keys(), back.keys() - said.keys()) == (set(), set())
    for place, item in said.items():
        there = back[place]
        for kind, (mine, its) in {
            ATTRIBUTES: (given(item), given(there)),
            COMMENTS: (item.comment, there.comment),
            UNSURE: (item.unsure, there.unsure),
        }.items():
            assert mine == its or item.id in lost.get(kind, ()), (kind, item)
        # Its edges are where a reader sees them.
        if item.id not in (*lost.get(PARTLY_OUTSIDE_TEXT, ()), *lost.get(EDGE_INSIDE_ARTEFACT, ())):
            assert there.text.strip() in item.text
    assert wrong(database) == []


def placed(database):
    """The layer of lin, but for what is rejected: each annotation, by its notice, label and normalized span.

    White space at its edges is no part of that: brat and CoNLL mark none.
    """
    with database.read() as connection:
        for stored, items, _ in each_notice(connection):
            for item in items:
                if item.annotator == "lin" and item.status != "rejected":
                    span = stored.notice.alignment.to_normalized(item.span)
                    text = "" if span is None else span.of(stored.notice.normalized)
                    start = 0 if span is None else span.start + len(text) - len(text.lstrip())
                    yield (stored.notice.id, item.label, start, text.strip()), item


def given(item):
    return {name: value for name, value in item.attributes.items() if value is not None}


@pytest.mark.parametrize("there", [True, False], ids=["notices there", "new notices"])
def test_conll_finds_its_notices_again_though_it_does_not_tell_them_apart(database, first, tmp_path, there):
    options = ExportOptions("conll", layer="lin", all_notices=True)
    export_file(first, tmp_path / "out", options, "0")
    add_reviewer(database, current_reviewer(), "lin", "reviewer")
    if there:
        store(database, [(notice, [], []) for notice, _, _ in SAID])
    refused = []
    report = taken(database, [tmp_path / "out"], refused)
    assert (refused, report.added) == ([], 0 if there else 1)
    assert taken(database, [tmp_path / "out"]).annotations == 0
    export_file(database, tmp_path / "back", options, "0")
    assert (tmp_path / "back").read_bytes() == (tmp_path / "out").read_bytes()
