"""``zhupi stats --report``: one page that stands alone, whatever stands in its cells, written whole or not at all."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from clock import set_clock
from making import RAW, annotation_of, notice_of
from msgspec.structs import replace
from week import FAST, NEW, SLOW, a_week

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation
from store.edits.mute import mute
from store.edits.review import set_review
from store.open import open_database
from store.project.reviewers import current_reviewer
from store.read.disagreements import disagreements
from store.read.stats import stats
from store.write.notices import add_notice

HOSTILE = "</td><script>alert(1)</script><img src=http://x.y onerror=alert(1)>\x1b]0;x\x07\u202e&lt;\"'`"
NAME = "<b>'\"&wang"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its attributes, its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.cells, self.open = [], [], [], []
        self.feed(text)
        self.close()

    @property
    def text(self):
        return "".join(self.cells)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.cells.append(data)


@pytest.fixture
def place(workplace, monkeypatch):
    workplace.run("init")
    with open_database(workplace.folder / "zhupi.db") as database, monkeypatch.context() as patch:
        a_week(database, lambda moment: set_clock(patch, moment))
    return workplace


def written(place, *arguments):
    place.run("stats", "--report", "r.html", *arguments)
    text = (place.folder / "r.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    return text, page


def test_the_page_has_the_figures_and_the_disagreements_with_their_text(place):
    text, page = written(place)
    with open_database(place.folder / "zhupi.db") as database:
        found = stats(database)
        first = found.reliability[0]
        mute(database, current_reviewer(), first.rule, first.label, muted=True)
        _, muted = written(place)
        mute(database, current_reviewer(), first.rule, first.label, muted=False)
        with database.read() as connection:
            most, *_ = disagreements(connection)
    slow = next(one for one in found.reviewers if one.annotator == SLOW)
    for figure in (slow.pace.minutes, slow.pace.minutes_per_notice, slow.pace.spans_per_hour):
        assert f">{figure:,.1f}<" in text
    assert (most.kind, most.labels, most.count, most.notices) == ("edge", ("OFFICIAL",), 12, 6)
    assert "OFFICIAL: other edges, 12 in 6 notices" in page.text
    assert [example.sides[0].annotator for example in most.examples] == [NEW] * 3
    # What both marked is tinted and underlined, what one marked is one of the two.
    assert '<span class="other">副县长</span><span class="one other">林知远</span>出席' in text
    assert page.tags.count("svg") == 5
    (score,) = found.reliability
    assert f"<td>{score.decisions}</td><td>{score.said:.2f}</td><td>{score.accepted:.2f}</td>" in text
    assert "Muted: what is suggested and not shown" in muted.text
    assert "Muted: what is suggested and not shown" not in page.text
    assert "缺第二页" in page.text
    assert FAST in page.text


def test_nothing_runs_nothing_is_loaded_and_nothing_is_markup(place):
    with open_database(place.folder / "zhupi.db") as database:
        raw = f"{RAW}{HOSTILE}\n又一行"
        with database.write() as connection:
            number = add_notice(connection, "importer", replace(notice_of(raw, HOSTILE), title=HOSTILE))
        for name, end in ((NAME, 22), ("li", len(raw) - 2)):
            item = annotation_of(raw, 20, end, "OFFICIAL", name)
            values = {**item.attributes, "name": HOSTILE.replace("\x1b", "").replace("\x07", "")}
            add_annotation(database, name, number, replace(item, attributes=values))
            set_review(database, name, number, Review(name, "done", None, now()))
        with database.write() as connection:
            other = add_notice(connection, "importer", notice_of("另一份", "other"))
        set_review(database, "li", other, Review("li", "flagged", HOSTILE, now()))
    text, page = written(place, "--pair", NAME, "li")
    assert NAME in page.text
    assert "script" not in page.tags
    assert not {"a", "img", "link", "iframe", "object", "base", "form", "image", "use"} & set(page.tags)
    assert not {
        name for name, _ in page.attributes if name.startswith("on") or name in ("href", "src", "xlink:href", "style")
    }
    # Neither an address that is ours, nor one that a style sheet would load.
    sheet = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    assert not re.search(r"url\(|@import|https?:|//", sheet)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "default-src 'none'" in text
    assert page.text.count("</td><script>alert(1)</script>") >= 3


def test_an_empty_project_has_a_page_too(workplace):
    workplace.run("init")
    _, page = written(workplace)
    for told in (
        "Nobody has reviewed yet.",
        "No suggestions yet.",
        "No notice is finished by two people.",
        "Nothing is stuck.",
    ):
        assert told in page.text


def test_a_label_or_a_pair_chooses_what_is_told_of_agreement(place):
    _, page = written(place, "--label", "DATE", "--pair", NEW, SLOW)
    assert "DATE: tagged by one, not by the other" in page.text
    assert "OFFICIAL: other edges" not in page.text
    assert f"{NEW} · {SLOW}" in page.text
    assert f"{NEW} · {FAST}" not in page.text


def test_the_page_is_written_whole_or_not_at_all_and_never_over_a_database(place):
    before = (place.folder / "zhupi.db").read_bytes()
    (place.folder / "folder").mkdir()
    place.run("release", "v1", "-o", "v1")
    for target, told in (
        ("zhupi.db", "this is the database itself"),
        ("zhupi.db-wal", "this is the database itself"),
        ("other.db-wal", "databases have such files beside them"),
        ("folder", "not a file that can be replaced"),
        ("nosuch/r.html", "cannot be written: there is no folder nosuch; make it first"),
        ("v1/r.html", "in the release v1"),
    ):
        done = place.call("stats", "--report", target)
        assert (done.returncode, done.stdout) == (1, ""), target
        assert told in done.stderr
        assert done.stderr.count("\n") == 1
    assert (place.folder / "zhupi.db").read_bytes()[:100] == before[:100]
    (place.folder / "r.html").write_text("old")
    assert place.call("stats", "--report", "r.html").stderr == "report: r.html\n"
    assert not list(place.folder.glob(".r.html*"))
    assert place.run("stats", "--report", "-").startswith("<!DOCTYPE html>\n<html")
    assert place.run("stats", "--report", "r.html", "--json").startswith('{"notices":18,')
