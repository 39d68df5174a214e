"""What people disagree on most: counted by kind and label, each with examples that show where in the text."""

from __future__ import annotations

from adjudicating import say
from making import RAW, annotation_of, normalized_notice, stored_notice

from annotations.spans import raw_span
from store.edits.annotate import add_annotation
from store.read.disagreements import MOST_EXAMPLES, disagreements, finished_by_two
from store.write.notices import add_notice


def found(database, *arguments):
    with database.read() as connection:
        return disagreements(connection, *arguments)


def shown(example):
    """Each side of an example: whose, the labels, the marked texts, the values."""
    return [
        (side.annotator, side.labels, tuple(example.text[start:end] for start, end in side.marks), dict(side.values))
        for side in example.sides
    ]


def test_differences_are_counted_by_kind_and_label_the_most_frequent_first(database):
    for index in range(5):
        number = stored_notice(database, RAW + "又" * index, f"doc-{index}")
        say(database, number, "chen", (20, 24, "OFFICIAL"), (40, 43, "DATE", "2023-04-30"))
        say(database, number, "li", (20, 22, "OFFICIAL"), (40, 43, "DATE", "2023-04-30" if index else "2023-05-31"))
    say(database, stored_notice(database, RAW + "只有一人做完", "alone"), "li", (0, 2, "DATE"))
    first, second = found(database)
    assert (first.kind, first.labels, first.count, first.notices) == ("edge", ("OFFICIAL",), 5, 5)
    assert len(first.examples) == MOST_EXAMPLES
    assert [example.doc for example in first.examples] == ["doc-0", "doc-1", "doc-2"]
    assert shown(first.examples[0]) == [
        ("chen", ("OFFICIAL",), (RAW[20:24],), {}), ("li", ("OFFICIAL",), (RAW[20:22],), {}),
    ]  # fmt: skip
    assert (second.kind, second.labels, second.count) == ("attribute", ("DATE",), 1)
    assert [values for *_, values in shown(second.examples[0])] == [{"iso": "2023-04-30"}, {"iso": "2023-05-31"}]


def test_who_and_which_label_can_be_chosen(database):
    number = stored_notice(database)
    for name, end in (("chen", 24), ("li", 22), ("wang", 22)):
        say(database, number, name, (20, end, "OFFICIAL"), *([(40, 43, "DATE")] if name == "wang" else []))
    assert [(each.kind, each.labels) for each in found(database)] == [("only", ("DATE",)), ("edge", ("OFFICIAL",))]
    assert [each.labels for each in found(database, (), "DATE")] == [("DATE",)]
    assert [each.labels for each in found(database, ("chen", "li"))] == [("OFFICIAL",)]
    assert found(database, ("li", "wang"), "OFFICIAL") == []
    # Of three the first two who differ are shown.
    (edge,) = found(database, (), "OFFICIAL")
    assert [side.annotator for side in edge.examples[0].sides] == ["chen", "li"]
    (only,) = found(database, (), "DATE")
    assert [(side.annotator, side.labels) for side in only.examples[0].sides] == [("chen", ()), ("wang", ("DATE",))]
    # Each example knows its place, and only the newest notices may be read.
    (example,) = found(database, (), "OFFICIAL")[0].examples
    assert (example.number, example.span) == (number, raw_span(20, 24))
    newest = stored_notice(database, RAW + "又", "later")
    say(database, newest, "chen", (20, 24, "OFFICIAL"))
    say(database, newest, "li", (20, 21, "OFFICIAL"))
    with database.read() as connection:
        (some,) = disagreements(connection, most=1)
        assert [each.number for each in some.examples] == [newest]
        assert [*finished_by_two(connection)] == [number, newest]


def test_text_is_the_normalized_line_and_raw_text_where_there_is_none(database):
    raw = "來源:臨江縣 時間:2023-04-12\n縣(xiàn)長(zhǎng)林知遠(yuǎn)出席會(huì)議。\n第二行。\n"
    with database.write() as connection:
        number = add_notice(connection, "importer", normalized_notice(raw, "readings"))
    start = raw.index("林知")
    for name, end in (("chen", raw.index("出席")), ("li", raw.index("遠"))):
        add_annotation(database, name, number, annotation_of(raw, start, end, "OFFICIAL", name))
    say(database, number, "chen")
    say(database, number, "li")
    # In the line of its source, which is no normalized text, one more.
    add_annotation(database, "li", number, annotation_of(raw, 3, 6, "OFFICIAL", "li"))
    edge, only = sorted(found(database), key=lambda each: each.kind)
    (example,) = only.examples
    assert example.text == raw.split("\n", maxsplit=1)[0]
    assert shown(example)[1][2] == (raw[3:6],)
    (example,) = edge.examples
    assert example.text == "县长林知远出席会议。"
    assert [marks for _, _, marks, _ in shown(example)] == [("林知远",), ("林知",)]
