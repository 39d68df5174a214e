"""What an export holds: everything in the native format, what people said in every other."""

from __future__ import annotations

import pytest
from making import RAW, annotation_of
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.errors import FormatError
from annotations.formats import registry
from annotations.formats.choice import ExportOptions, LeftOut

PLAIN = "plain"
"""A format that does not tell whose an annotation is."""


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setitem(registry.FORMATS, PLAIN, registry.Entry("annotations.formats.doccano", "for a test"))


def item(name, annotator="lin", start=0, **changes):
    return replace(annotation_of(RAW, start, start + 3), id=name, annotator=annotator, **changes)


def suggestion(name, start=0, **changes):
    return item(name, None, start, status="suggested", suggested_by="dates/1", **changes)


def done(*names, status="done"):
    return [Review(name, status, None, now()) for name in names]


def chosen(items, reviews=(), format_="spans", **options):
    """The ids that are exported, or why the notice is left out."""
    found = ExportOptions(format_, **options).choose(sorted(items, key=lambda each: each.order), reviews)
    return found if isinstance(found, LeftOut) else [each.id for each in found.annotations]


DECIDED = [
    suggestion("open"), suggestion("taken", 3), suggestion("refused", 6),
    item("taken.lin", "lin", 3, status="accepted"), item("refused.lin", "lin", 6, status="rejected"),
    item("own", "lin", 9),
]  # fmt: skip
GOLD = item("g", "gold", status="gold")


@pytest.mark.parametrize("format_", ["spans", PLAIN])
def test_what_people_said_is_what_they_accepted_and_tagged(format_):
    assert chosen(DECIDED, format_=format_) == ["taken.lin", "own"]


@pytest.mark.parametrize("format_", ["spans", PLAIN])
def test_gold_goes_before_what_its_annotators_said(format_):
    assert chosen([*DECIDED, GOLD, item("w", "wei", 2)], format_=format_) == ["g"]
    # An adjudicator who is done and found nothing has said that there is nothing.
    assert chosen(DECIDED, done("gold"), format_) == []
    assert chosen(DECIDED, done("gold", status="open"), format_) == ["taken.lin", "own"]


@pytest.mark.parametrize("format_", ["spans", PLAIN])
@pytest.mark.parametrize(
    "items", [[], [suggestion("open")], [item("refused.lin", status="rejected")]], ids=["none", "open", "rejected"]
)
def test_a_notice_about_which_nobody_has_said_anything_is_left_out(format_, items):
    assert chosen(items, format_=format_) == LeftOut()
    assert chosen(items, done("lin", status="flagged"), format_) == LeftOut()
    assert chosen(items, done("lin"), format_) == []
    assert chosen(items, format_=format_, all_notices=True) == []


def test_where_the_format_has_annotators_each_has_an_entry():
    items = [item("l", "lin"), item("w", "wei"), item("w2", "wei", 5)]
    assert chosen(items) == ["l", "w", "w2"]


def test_where_the_format_has_none_layers_that_say_the_same_are_written_once():
    items = [item("l", "lin"), item("w.1", "wei", comment="why"), item("w.2", "wei", 5), item("l2", "lin", 5)]
    assert chosen(items, format_=PLAIN) == ["l", "l2"]
    assert chosen([item("a"), item("b")], format_=PLAIN) == ["a"]


@pytest.mark.parametrize(
    ("items", "reviews"),
    [
        ([item("l", "lin"), item("w", "wei", 1)], ()),
        ([item("l", "lin"), item("l2", "lin", 5), item("w", "wei")], ()),
        ([item("l", "lin"), item("w", "wei", attributes={"iso": "2023-04-12"})], ()),
        ([item("l", "lin")], done("lin", "wei")),
        ([item("l", "lin"), item("s.wei", "wei", status="rejected")], done("wei")),
    ],
    ids=["other place", "one more", "other values", "nothing found", "nothing accepted"],
)
def test_where_the_format_has_none_a_notice_whose_layers_differ_is_left_out_and_named(items, reviews):
    assert chosen(items, reviews, PLAIN) == LeftOut(("lin", "wei"))
    assert chosen(items, reviews, PLAIN, all_notices=True) == LeftOut(("lin", "wei"))
    assert chosen(items, reviews, PLAIN, layer="lin") == [each.id for each in items if each.annotator == "lin"]
    assert chosen([*items, GOLD], reviews, PLAIN) == ["g"]


def test_a_layer_is_of_whoever_said_something_or_is_done():
    items = [item("l", "lin"), item("s.wei", "wei", status="rejected")]
    assert chosen(items, done("lin"), PLAIN) == ["l"]


def test_only_what_is_written_is_compared():
    items = [item("l", "lin"), item("w", "wei"), item("l2", "lin", 5, label="OFFICIAL")]
    assert chosen(items, format_=PLAIN) == LeftOut(("lin", "wei"))
    assert chosen(items, format_=PLAIN, label="DATE") == ["l"]


@pytest.mark.parametrize("format_", ["spans", PLAIN])
def test_a_layer_by_its_name_has_what_that_annotator_said(format_):
    items = [*DECIDED, item("w", "wei", 2), GOLD]
    assert chosen(items, format_=format_, layer="lin") == ["taken.lin", "own"]
    assert chosen(items, format_=format_, layer="gold") == ["g"]
    assert chosen(DECIDED, format_=format_, layer="gold") == LeftOut()
    assert chosen(items, done("wei"), format_=format_, layer="nobody") == LeftOut()
    assert chosen([], done("wei"), format_=format_, layer="wei") == []


@pytest.mark.parametrize("format_", ["spans", PLAIN])
def test_suggestions_are_those_that_nobody_has_decided(format_):
    assert chosen(DECIDED, format_=format_, layer="suggested") == ["open"]
    assert chosen(DECIDED[3:], done("lin"), format_=format_, layer="suggested") == LeftOut()
    assert chosen(DECIDED[3:], done("lin"), format_=format_, layer="suggested", all_notices=True) == []


def test_all_layers_are_everything_that_is_there():
    assert chosen(DECIDED, layer="all") == [each.id for each in sorted(DECIDED, key=lambda each: each.order)]
    assert chosen([suggestion("open")], layer="all") == ["open"]
    assert chosen([], layer="all") == LeftOut()


def test_a_label_and_a_status_choose_annotations_and_no_notices():
    assert chosen(DECIDED, label="OFFICIAL") == []
    assert chosen(DECIDED, status="manual") == ["own"]
    assert chosen(DECIDED, status="rejected") == ["refused.lin"]
    assert chosen(DECIDED, status="suggested", layer="all") == ["open", "taken", "refused"]


def test_the_native_format_is_complete():
    everything = [*DECIDED, GOLD, item("w", "wei", 2)]
    assert set(chosen(everything, format_="jsonl")) == {each.id for each in everything}
    assert chosen([], format_="jsonl") == []
    assert chosen(everything, format_="jsonl", layer="lin") == ["taken.lin", "refused.lin", "own"]
    assert chosen(everything, format_="jsonl", status="suggested") == ["open", "taken", "refused"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"format": "nosuch"}, "unknown format nosuch; there are jsonl, spans, "),
        ({"format": PLAIN, "layer": "all"}, "does not tell layers apart"),
        ({"format": "spans", "status": "suggested"}, "choose the layer suggested"),
        ({"format": "spans", "status": "suggested", "layer": "lin"}, "choose the layer suggested"),
        ({"format": "jsonl", "text": "raw"}, "jsonl does not know the text raw; leave out --text"),
        ({"format": "spans", "text": "normalized"}, "spans does not know the text normalized; it takes raw"),
        ({"format": "prodigy", "scheme": "bio"}, "prodigy does not know the scheme bio; leave out --scheme"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(options, told):
    with pytest.raises(FormatError, match=told):
        ExportOptions(**options)


def test_an_option_that_is_not_given_is_what_the_format_does():
    assert [ExportOptions(name).text for name in ("jsonl", "spans", "prodigy", "w3c")] == [
        None, "raw", "normalized", None,
    ]  # fmt: skip
    assert ExportOptions("prodigy", text="raw").text == "raw"


def test_who_said_something_is_told_with_what_is_chosen():
    items = [item("l"), item("s.wei", "wei", status="rejected"), item("c", "chen", 3)]
    choose = ExportOptions("prodigy").choose
    assert choose(items, done("bai")).annotators == ("bai", "chen", "lin")
    assert ExportOptions("prodigy", label="OFFICIAL").choose(items, ()).annotators == ("chen", "lin")
    rejected = ExportOptions("prodigy", status="rejected").choose(items, ())
    assert ([each.id for each in rejected.annotations], rejected.annotators) == (["s.wei"], ("chen", "lin", "wei"))


def test_what_is_written_once_tells_what_it_stands_for():
    items = [item("l"), item("w", "wei", comment="why")]
    found = ExportOptions(PLAIN).choose(items, ())
    assert [[each.id for each in part] for part in (found.annotations, found.repeated)] == [["l"], ["w"]]
