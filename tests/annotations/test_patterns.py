"""Patterns of a project: what they find, where they stop, and which of them are refused."""

from __future__ import annotations

import pickle

import pytest
from making import notice_of
from msgspec.structs import replace

from annotations.errors import PatternError
from annotations.labels import LabelSet, default_labels, label_tables
from annotations.normalize import normalize
from annotations.suggest import suggest
from annotations.suggest.declared import patterns_of
from annotations.suggest.matching import MOST_HITS, Matcher, Text
from annotations.suggest.pattern import Pattern, to_toml
from annotations.suggest.patterns import Patterns

LABELS = default_labels()


def page(raw):
    made = normalize(raw)
    return replace(notice_of(raw), normalized=made.normalized, regions=made.regions, alignment=made.alignment)


def declared(label="DATE", **fields):
    (found,) = patterns_of([{"name": "own", "label": label, **fields}], LABELS, "own.toml")
    return found


def hits(text, **fields):
    return [text[hit.start : hit.end] for hit in Matcher(declared(**fields)).hits(Text(text))]


@pytest.mark.parametrize(
    ("text", "fields", "found"),
    [
        ("縣河長办与县河长制", {"expression": "縣河长制?"}, ["縣河長", "县河长制"]),
        ("水务局局长到水務局", {"words": ["水務局", "水务局局长"]}, ["水务局局长", "水務局"]),
        ("Ａ１路口、a1路口", {"words": ["A1路口"]}, ["Ａ１路口", "a1路口"]),
        ("年甲、甲、乙甲", {"words": ["甲"], "before": "、|^年", "after": "、"}, ["甲", "甲"]),
        ("、甲、乙、丙、", {"expression": "[甲乙丙]", "before": "、", "after": "、"}, ["甲", "乙", "丙"]),
        ("甲甲\n甲", {"expression": "^甲"}, ["甲", "甲"]),
        ("甲" * 1500, {"expression": "^甲|甲$"}, ["甲", "甲"]),
        ("前" * 2000 + "甲乙" + "后" * 2000, {"expression": "甲乙", "before": "前{3}"}, ["甲乙"]),
        ("上一行\n下一行", {"expression": "行[^x]下"}, []),
        ("字" * 600, {"expression": "字+"}, []),
    ],
    ids=["script", "longest", "width", "context", "shared", "lines", "edges", "far", "paragraph", "reach"],
)
def test_a_pattern_finds(text, fields, found):
    assert hits(text, **fields) == found


@pytest.mark.parametrize("expression", ["(a+)+$b", "(a|aa)*b", "(a?){100}a{100}b", "(.*)*=x", "a(.*a){9}b"])
def test_no_text_makes_an_expression_explode(expression):
    # Each of them takes an engine that goes back longer than anybody lives.
    assert hits("a" * 30_000 + "\n" + "a=" * 3_000, expression=expression) == []


def test_too_many_hits_are_an_error_and_no_flood():
    with pytest.raises(PatternError, match="more than 10,000 places"):
        list(Matcher(declared(expression="a(.*x)?")).hits(Text("a" * (MOST_HITS + 1))))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"expression": "("}, "pattern own: expression: missing"),
        ({"expression": "a", "after": "(?=x)"}, "pattern own: after: .*use before and after"),
        ({"expression": "a*"}, "it finds what is empty"),
        ({"expression": "a)(b"}, "pattern own: expression: unexpected"),
        ({"expression": "(?P<nope>a)"}, "group nope: DATE has no such attribute; it has iso"),
        ({"expression": "[a-z]{900}{9}"}, "pattern own: expression"),
        ({"expression": "(?:会议要求){300}"}, "too large"),
        ({}, "give words, a file of words, or an expression"),
        ({"expression": "a", "words": ["b"]}, "one of them only"),
        ({"words": [" "]}, "a word is text of one line"),
        ({"expression": "a", "score": 2}, "from 0 to 1, not 2"),
        ({"expression": "a", "attributes": {"iso": "gestern"}}, "iso=gestern"),
        ({"expression": "a", "label": "NOPE"}, "unknown label NOPE"),
        ({"expression": "a", "name": "Own Name"}, "a name is small letters"),
        ({"expression": 3}, r"pattern 1 \(own\): Expected `str`"),
        (
            {"expresion": "a"},
            r"pattern 1 \(own\): no key .* “expresion”; .* words, file, .*; did you mean expression\?$",
        ),
        ({"词": ["a"]}, "no key of a pattern is called “词”; there are name, [^;]*$"),
    ],
)
def test_a_bad_pattern_is_refused_by_name(fields, told):
    with pytest.raises(PatternError, match=f"^own.toml: .*{told}") as refused:
        patterns_of([{"name": "own", "label": "DATE", **fields}], LABELS, "own.toml")
    assert "\n" not in str(refused.value)


def test_two_of_one_name_are_refused():
    one = {"name": "own", "label": "DATE", "expression": "a"}
    with pytest.raises(PatternError, match="declared twice"):
        patterns_of([one, one], LABELS, "own.toml")
    with pytest.raises(PatternError, match=r"begin each with \[\[pattern\]\]"):
        patterns_of(one, LABELS, "own.toml")


def test_a_file_of_patterns_reads_as_the_same():
    patterns = (
        declared(words=["甲\x7f", '"乙"'], before="(?:a|b)\\n", attributes={"iso": "2021-01-01", "approx": True}),
        Pattern("other", "DATE", expression="(?P<iso>a)", score=0.25, reason="so"),
    )
    assert patterns_of(label_tables(to_toml(patterns), "x")["pattern"], LABELS, "x") == patterns


def test_suggestions_have_values_of_groups_of_the_pattern_and_of_the_reader():
    notice = page("會議要求，2023年4月30日前完成，第7期。\n")
    patterns = (
        declared(expression="(?P<iso>[0-9]{4})年", attributes={"approx": True}),
        Pattern("issue", "DATE", expression="第(?P<iso>[0-9])期"),
    )
    suggester = pickle.loads(pickle.dumps(Patterns(patterns, LABELS)))
    year, issue = suggest(notice, LABELS, [suggester])
    assert (year.text, year.attributes["approx"]) == ("2023年", True)
    assert issue.attributes["iso"] is None  # 7 is no date, and no reader knows one there
    assert year.suggested_by == f"patterns/own@{patterns[0].digest(LABELS)}"


def test_a_pattern_has_a_digest_of_its_own_that_follows_what_it_finds():
    one = declared(words=["甲", "乙"])
    assert one.digest(LABELS) == declared(words=["乙", "甲"], reason="else").digest(LABELS)
    assert one.digest(LABELS) != declared(words=["甲"]).digest(LABELS)
    renamed = LabelSet.from_toml(
        '[[label]]\nname = "DAY"\nsign = "D"\nhue = "blue"\nformer_names = ["DATE"]\n', "x.toml"
    )
    assert one.digest(LABELS) == one.digest(renamed)
    notice = page("甲\n")
    assert [item.label for item in suggest(notice, renamed, [Patterns([one], renamed)])] == ["DAY"]
