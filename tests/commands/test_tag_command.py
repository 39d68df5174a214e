"""``zhupi tag``: an annotation from a script is exact, or refused with a reason."""

from __future__ import annotations

import json
import os
import pwd

import pytest
from making import logged
from msgspec.structs import replace
from running import PAGE, annotations, page, refusal, run
from workplace import Workplace

from store.edits.annotate import change_annotation, delete_annotation
from store.open import open_database
from store.read.notices import notice_annotations


@pytest.fixture
def place(workplace):
    workplace.run("import", page(workplace))
    return workplace


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    """A workplace for what is refused."""
    workplace = Workplace(tmp_path_factory.mktemp("tag"))
    workplace.run("import", page(workplace))
    return workplace


def test_a_tag_is_printed_as_it_is_exported(place):
    printed = json.loads(
        place.run("tag", "page", "DATE", "33", "43", "--attr", "iso=2023-04-12", "--attr", "approx=no")
    )
    assert [printed] == annotations(place)
    assert printed["text"] == PAGE[33:43]
    assert printed["attributes"] == {"iso": "2023-04-12", "part": None, "mod": None, "role": None, "approx": False}
    assert (printed["status"], printed["unsure"], printed["comment"], printed["score"]) == ("manual", False, None, None)
    assert printed["annotator"] == pwd.getpwuid(os.getuid()).pw_name
    assert printed["created_at"] == printed["updated_at"]


def test_what_the_text_tells_is_filled_in(place):
    at = PAGE.index("4月底前")
    printed = json.loads(place.run("tag", "page", "DATE", str(at), str(at + 4)))
    assert printed["attributes"] == {
        "iso": "2023-04-30", "part": None, "mod": "before", "role": None, "approx": None,
    }  # fmt: skip
    assert [printed] == annotations(place)


def test_a_value_that_is_given_goes_before_what_the_text_tells(place):
    at = PAGE.index("4月底前")
    span = "tag", "page", "DATE", str(at), str(at + 4)
    given = json.loads(place.run(*span, "--attr", "iso=2024-04-30", "--attr", "mod="))["attributes"]
    assert (given["iso"], given["mod"]) == ("2024-04-30", None)


def test_who_tags_is_the_account_and_no_variable(place):
    done = run(place, "tag", "page", "DATE", "0", "3", env={"USER": "gold", "LOGNAME": "gold", "USERNAME": "gold"})
    assert json.loads(done.stdout)["annotator"] == pwd.getpwuid(os.getuid()).pw_name


def test_a_notice_is_named_by_its_id_or_its_doc(place):
    name = place.export()[0]["id"]
    place.run("tag", name, "DATE", "0", "3")
    place.run("tag", "page", "DATE", "0", "3")
    assert len(annotations(place)) == 2


def test_a_doc_of_several_notices_is_refused_with_their_ids(place):
    place.run("import", page(place, "b/page.txt", "别的通知。\n"), page(place, "c/page.txt", "又一份通知。\n"))
    names = [row["id"] for row in place.export()]
    line = refusal(place, "tag", "page", "DATE", "0", "2")
    assert all(name in line for name in names)
    for name in names:
        place.run("tag", name, "DATE", "0", "2")


def test_a_span_may_overlap_and_cross_a_line_with_a_warning(place):
    place.run("tag", "page", "DATE", "0", "5")
    done = run(place, "tag", "page", "DATE", "3", "13")
    assert done.returncode == 0
    assert done.stderr.count("saved, but ") == 2
    assert len(annotations(place)) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("page", "DATE", "0", "1000000"), 1, "does not fit"),
        (("page", "DATE", "0", "9" * 40), 1, "does not fit"),
        (("page", "DATE", "3", "3"), 1, "does not fit"),
        (("page", "DATE", "5", "3"), 1, "does not fit"),
        (("page", "DATE", "--", "-3", "3"), 1, "does not fit"),
        (("page", "DATE", "x", "3"), 2, "not a valid integer"),
        (("page", "DATE", "0.5", "3"), 2, "not a valid integer"),
        (("page", "DATE", "0"), 2, "Missing argument"),
        (("page", "DATE", "0", "3", "4"), 2, "unexpected extra argument"),
        (("page", "NOSUCH", "0", "3"), 2, "unknown label NOSUCH; the label set has REQUIREMENT, OFFICIAL, DATE"),
        (("page", "date", "0", "3"), 2, "unknown label date"),
        (("page", "DA\x1b[2JTE\u202e", "0", "3"), 2, "unknown label DA␛[2JTE¬"),
        (("page", b"DA\x80TE", "0", "3"), 2, "not UTF-8"),
        (("nosuch", "DATE", "0", "3"), 2, "no notice has the id or doc nosuch"),
        (("no\x1b]0;x\x07such", "DATE", "0", "3"), 2, "no␛]0;x␇such"),
        ((b"\xff\xfe", "DATE", "0", "3"), 2, "not UTF-8"),
        (("", "DATE", "0", "3"), 2, "no notice has the id or doc"),
        (("page%", "DATE", "0", "3"), 2, "no notice"),
        (("page", "DATE", "0", "3", "--attr", "colour=red"), 1, "DATE has no attribute colour"),
        (("page", "DATE", "0", "3", "--attr", "iso"), 1, "NAME=VALUE"),
        (("page", "DATE", "0", "3", "--attr", "iso=2021-02-29"), 1, "iso=2021-02-29: it is"),
        (("page", "DATE", "0", "3", "--attr", "iso=2021-09-30/2021-09-01"), 1, "it is"),
        (("page", "DATE", "0", "3", "--attr", "approx=perhaps"), 1, "it is true or false"),
        (("page", "DATE", "0", "3", "--attr", "part=am"), 1, "it is one of AM, PM"),
        (("page", "DATE", "0", "3", "--attr", "iso=2021-09-26", "--attr", "iso=2021-09-27"), 1, "given twice"),
        (("page", "OFFICIAL", "0", "3", "--attr", b"name=\x80"), 2, "not UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_tagged_is_refused_and_leaves_nothing(unchanged, arguments, status, told):
    assert told in refusal(unchanged, "tag", *arguments, status=status)
    with open_database(unchanged.folder / "zhupi.db") as database:
        assert logged(database) == []


def test_what_was_tagged_reaches_a_terminal_as_escapes_of_json(place):
    place.run("import", page(place, "evil.txt", "标题\x1b[2J会议\u202e要求\x9b整改。\n"))
    done = run(place, "tag", "evil", "DATE", "0", "12")
    assert json.loads(done.stdout)["text"] == "标题\x1b[2J会议\u202e要求\x9b"
    assert not any(sign in done.stdout for sign in "\x1b\u202e\x9b")


def test_a_span_may_cross_a_line_end_that_hard_wrapping_made(workplace):
    raw = (
        "临江县关于加强值守工作的通知\n"
        "    为切实做好汛期安全工作，保障人民群众生命财产安全，经县政\n府研究，现就有关事项通知如下：\n"
        "    一、各乡镇要严格落实领导带班制度，加强对重点部位的巡查检\n"
        "查，发现问题要及时上报和处置，有关情况务必于2023年6月30\n日前报告。\n"
        "    二、县水务局要会同有关部门开展隐患排查，逐项明确责任人和\n完成时限，不得漏报。\n"
    )
    workplace.run("import", page(workplace, "mail.txt", raw))
    start = raw.index("2023年")
    end = raw.index("报告。")
    done = run(workplace, "tag", "mail", "DATE", str(start), str(end))
    assert "crosses" not in done.stderr
    made = json.loads(done.stdout)
    assert (made["normalized_text"], made["attributes"]["iso"]) == ("2023年6月30日前", "2023-06-30")
    assert "\n" in made["text"]
    done = run(workplace, "tag", "mail", "REQUIREMENT", str(start), str(end + 12))
    assert "saved, but the span crosses a line" in done.stderr
    (workplace.folder / "out.jsonl").write_text(workplace.run("export"), encoding="utf-8")
    assert "all proved" in run(workplace, "verify", "out.jsonl").stderr


# Ids of the client


def test_a_tag_with_an_id_of_the_client_is_one_however_often_it_is_sent(place):
    at = PAGE.index("4月底前")
    span = "tag", "page", "DATE", str(at), str(at + 4), "--id", "batch_7-1"
    first = json.loads(place.run(*span, "--attr", "part=PM"))
    assert first["id"] == "batch_7-1"
    assert json.loads(place.run(*span, "--attr", "part=PM")) == first
    assert json.loads(place.run(*span)) == first
    assert annotations(place) == [first]
    with open_database(place.folder / "zhupi.db") as database:
        assert len(logged(database)) == 1


def test_a_retry_brings_back_neither_what_was_changed_nor_what_was_deleted(place):
    span = "tag", "page", "DATE", "33", "43", "--id", "one"
    place.run(*span)
    with open_database(place.folder / "zhupi.db") as database:
        [item] = notice_annotations(database.connection, 1)
        after = replace(item, comment="?")
        change_annotation(database, item.annotator, 1, item, after)
        assert json.loads(place.run(*span))["comment"] == "?"
        delete_annotation(database, item.annotator, 1, after)
    done = run(place, *span)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "one: stored before, and deleted since; nothing was changed\n"
    assert annotations(place) == []


@pytest.mark.parametrize(
    "other",
    [
        ("page", "DATE", "33", "42"),
        ("page", "OFFICIAL", "33", "43"),
        ("page", "DATE", "33", "43", "--attr", "iso=2021-01-01"),
        ("other", "DATE", "33", "43"),
    ],
)
def test_an_id_of_another_annotation_is_refused(place, other):
    place.run("import", page(place, "other.txt", PAGE + "又及。\n"))
    place.run("tag", "page", "DATE", "33", "43", "--id", "one")
    assert "this id is another annotation" in refusal(place, "tag", *other, "--id", "one", status=1)
    assert len(annotations(place)) == 1


@pytest.mark.parametrize("given", ["", "a.lin", "a b", "\x1b[2J", "编号", "x" * 65])
def test_an_id_that_no_client_should_give_is_refused(unchanged, given):
    assert "letters, digits" in refusal(unchanged, "tag", "page", "DATE", "0", "2", "--id", given)
