"""The CAS format, read by cassis and, where it comes to UTF-16 units, by the rules of Java."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem
from formats import write
from hard_cases import ATTRIBUTES, PAGE_ITEMS, all_cases, differing, item, page
from lxml import etree
from making import notice_of
from msgspec.structs import replace

from annotations.formats.cas import features_of
from annotations.labels import LabelSet


def loaded(written):
    """Each CAS by the name of its file."""
    types = load_typesystem(BytesIO(written.files["TypeSystem.xml"]))
    xmi = {
        name.removesuffix(".xmi"): load_cas_from_xmi(BytesIO(content), types)
        for name, content in written.files.items()
        if name.endswith(".xmi")
    }
    json_cas = {
        name.removesuffix(".cas.json"): load_cas_from_json(BytesIO(content))
        for name, content in written.files.items()
        if name.endswith(".cas.json")
    }
    return xmi | json_cas


def spans(cas):
    return list(cas.select("custom.Span"))


def utf_16(text, begin, end):
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le")


@pytest.mark.parametrize("text", ["raw", "normalized"])
def test_cassis_reads_each_span_and_its_offsets_are_utf_16_units(text):
    notice = page()[0]
    written = write("cas", [page()], text=text)
    cas = loaded(written)["page"]
    assert cas.sofa_string == getattr(notice, text)
    found = {(each.begin, each.end, each.label) for each in spans(cas)}
    if text == "raw":
        assert found == {(each.start, each.end, each.label) for each in PAGE_ITEMS}
    assert len(spans(cas)) == len(PAGE_ITEMS) - (text == "normalized")
    told = etree.fromstring(written.files["page.xmi"])
    official = told.find(".//{*}Span[@title]")
    quote = utf_16(cas.sofa_string, int(official.get("begin")), int(official.get("end")))
    assert quote in ("市水務局局長𠮷小河", "市水务局局长𠮷小河")
    after = next(each for each in told.iterfind(".//{*}Span") if each.get("begin") == official.get("end"))
    assert utf_16(cas.sofa_string, int(after.get("begin")), int(after.get("end"))) in ("出席會議", "出席会议")


def test_features_tell_label_annotator_and_attributes():
    (official,) = (each for each in spans(loaded(write("cas", [page()]))["page"]) if each.title)
    assert (official.label, official.annotator) == ("OFFICIAL", "lin")
    assert {name: official[name] for name in ATTRIBUTES["OFFICIAL"]} == ATTRIBUTES["OFFICIAL"]
    assert official.iso is None
    (dated,) = (each for each in spans(loaded(write("cas", [page()]))["page"]) if each.iso)
    assert dated.approx == "true"
    (unsure,) = (each for each in spans(loaded(write("cas", [page()]))["page"]) if each.unsure)
    assert (unsure.get_covered_text(), unsure.status) == ("讲话", "manual")
    (told,) = (each for each in spans(loaded(write("cas", [page()]))["page"]) if each.comment)
    assert told.comment == "为什么?\t“不是”<b>要求</b>\n第二行"


def test_each_annotator_has_spans_of_their_own():
    cas = loaded(write("cas", [differing()]))["differing"]
    assert sorted((each.annotator, each.get_covered_text()) for each in spans(cas)) == [
        ("lin", "2023年4月10日前"), ("wei", "4月10日"),
    ]  # fmt: skip


def test_cassis_reads_the_whole_corpus_and_the_notice_of_each():
    said = all_cases()
    found = loaded(write("cas", said, all_notices=True))
    assert len(found) == len(said)
    metadata = [next(iter(cas.select("DocumentMetaData"))) for cas in found.values()]
    assert {each.documentId for each in metadata} == {notice.id for notice, _, _ in said}
    texts = {each.documentId: cas.sofa_string or "" for each, cas in zip(metadata, found.values(), strict=True)}
    assert texts == {notice.id: notice.normalized for notice, _, _ in said}


BEYOND_XML = ["\x00", "\x0b", "\x1b[2J", "\ufffe", "\uffff"]


@pytest.mark.parametrize("beyond", BEYOND_XML)
def test_a_notice_with_what_xml_cannot_hold_is_written_as_json_and_not_altered(beyond):
    raw = f"某{beyond}县𠮷召开\r\n会\t议\x85。"
    said = notice_of(raw), [item("told", "召开\r\n会\t议", raw=raw)], []
    written = write("cas", [said, page()], text="raw")
    assert sorted(name.partition(".")[2] for name in written.files) == ["cas.json", "xmi", "xml"]
    assert written.lost == {"characters_beyond_xml": [said[0].id]}
    (cas,) = [cas for cas in loaded(written).values() if cas.sofa_string == raw]
    assert [(each.get_covered_text(), each.label) for each in spans(cas)] == [("召开\r\n会\t议", "DATE")]
    (name,) = (name for name in written.files if name.endswith(".cas.json"))
    told = json.loads(written.files[name])["%FEATURE_STRUCTURES"]
    (span,) = (each for each in told if each["%TYPE"] == "custom.Span")
    assert utf_16(raw, span["begin"], span["end"]) == "召开\r\n会\t议"


@pytest.mark.parametrize("changes", [{"comment": "\x1b"}, {"attributes": {"iso": "\x1b"}}])
def test_what_xml_cannot_hold_in_a_value_or_a_comment_is_held_by_json(changes):
    raw = "某县会议"
    named = item("value", "会议", raw=raw)
    changes = {key: {**named.attributes, **value} if key == "attributes" else value for key, value in changes.items()}
    written = write("cas", [(notice_of(raw), [replace(named, **changes)], [])])
    (span,) = spans(loaded(written)["page"])
    assert "\x1b" in (span.iso, span.comment)
    assert list(written.lost) == ["characters_beyond_xml"]


def test_a_notice_that_is_called_manifest_is_not_taken_for_one():
    raw = "某\x00县会议"
    written = write("cas", [(notice_of(raw, "manifest"), [item("a", "会议", raw=raw)], [])], text="raw")
    assert "manifest.cas.json" in written.files


def test_an_attribute_never_takes_the_place_of_another_feature():
    labels = LabelSet.from_toml(
        '[[label]]\nname = "A"\nsign = "A"\nhue = "red"\n'
        + "".join(
            f'[[label.attribute]]\nname = "{name}"\ntype = "text"\n'
            for name in ("begin", "label", "attribute_label", "iso")
        ),
        "test",
    )
    assert features_of(labels) == {
        "attribute_label": "attribute_attribute_label", "begin": "attribute_begin", "iso": "iso",
        "label": "attribute_label",
    }  # fmt: skip
