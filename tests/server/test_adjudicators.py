"""Three reviewers and an adjudicator, real Unix users at real terminals: from an empty database to an export of gold.

What is expected is computed here from the exported layers and from the keys that were pressed, by none of the code that
compares layers.
"""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import NamedTuple

import agreeing
import pytest
from workplace import SAMPLES

pytestmark = pytest.mark.server

FIRST, SECOND = "02-air-quality-campaign", "05-construction-dust-site-meeting"
TAGS = {
    (FIRST, "li"): (("10月10日", "3"), ("佘向晴", "2"), ("9月", "3"), ("绿禾", "2")),
    (FIRST, "wang"): (("10月10日", "3"), ("县领导佘向晴", "2"), ("9月", "2"), ("会后", "3")),
    (FIRST, "zhao"): (("10月10日", "3"), ("佘向晴", "2"), ("绿禾", "2")),
    (SECOND, "li"): (("11月8日", "3"), ("尚文麓", "2")),
    (SECOND, "zhao"): (("11月8日", "3"), ("尚文", "2")),
}
"""What each reviewer tags in which notice: the text and the key of its label."""


class Reviewer:
    """A reviewer at a terminal, with one notice open."""

    def __init__(self, people, user, database, doc):
        self.screen = people.open(user, 120, 40, "--db", database, "review", "--notice", doc)
        self.screen.wait(r"normalized \d")
        self.screen.wait("saved ✓")

    def tag(self, text, key):
        self.screen.press("/")
        self.screen.wait("enter stay")
        self.screen.press("\x15", text, "enter")
        self.screen.wait(rf"1 of [\d,]+: {text[:4]}")
        self.screen.press("esc", "v", *("l" * (len(text) - 1)), key)
        self.screen.wait("saved ✓")

    def finish(self):
        """Mark the notice done, whatever is open, and leave."""
        self.screen.press("m")
        if "again" in self.screen.text:
            self.screen.press("m")
        self.screen.wait(r"done: “|✓ done|done: no free")
        self.screen.press("\x11", "\x11")
        self.screen.wait_for_end()


class Said(NamedTuple):
    """An annotation as it is exported: where, what, and with which values."""

    start: int
    end: int
    label: str
    attributes: str


def layer(people, database, doc, name):
    """What somebody says in a notice, by its normalized text, from a fresh export."""
    notice = next(each for each in people.export(database) if each["doc"] == doc)
    return {
        item["normalized_text"]: Said(
            item["start"], item["end"], item["label"], json.dumps(item["attributes"], sort_keys=True)
        )
        for item in notice["annotations"]
        if item["annotator"] == name
    }


def exported_gold(people, database, doc):
    done = people.run("root", "--db", database, "export", "--format", "spans", "--layer", "gold")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert {(row["annotator"], row["status"]) for row in rows} == {("gold", "gold")}
    return {
        Said(row["start"], row["end"], row["label"], json.dumps(row["attributes"], sort_keys=True))
        for row in rows
        if row["doc"] == doc
    }


def compared(*layers):
    """What all say, and how many groups of overlapping spans there are that differ, and that only some have.

    Spans of one group overlap; those that all have are in none.
    """
    layers = [set(each.values()) for each in layers]
    agreed = set.intersection(*layers)
    rest = sorted(set.union(*layers) - agreed)
    groups = []
    for item in rest:
        if groups and item.start < max(other.end for other in groups[-1]):
            groups[-1].append(item)
        else:
            groups.append([item])
    only = [group for group in groups if len(group) == 1]
    return agreed, len(groups) - len(only), len(only)


def shown_counts(screen):
    """How many the screen says differ, that only some have, and are agreed."""
    # Beside a long message the words are left out.
    found = [re.search(rf"{sign} (\d+)(?: {word}| {{2,}}| *─)", screen.text)
             for sign, word in (("≠", "differ"), ("·", "only one"), ("=", "agreed"))]  # fmt: skip
    return tuple(int(match[1]) if match else 0 for match in found)


def rated(notice, names):
    """A notice as ``agreeing`` takes it: the length of what people judge, and what two of them say there.

    That is the normalized text, and the bylines before it as they are.
    """
    bylines = [region for region in notice["regions"] if region["kind"] == "metadata"]
    begin = sum(region["end"] - region["start"] for region in bylines)
    assert all(item["start"] >= region["end"] for item in notice["annotations"] for region in bylines)
    layers = [
        [
            (item["label"], begin + item["normalized_start"], begin + item["normalized_end"])
            for item in notice["annotations"]
            if item["annotator"] == name
        ]
        for name in names
    ]
    return begin + len(notice["normalized"]), *layers


def agreement_of_each_pair(people, database, users):
    """F1, kappa and alpha of each two people and of each label, under None of all, from a fresh export."""
    notices = people.export(database)
    labels = ("REQUIREMENT", "OFFICIAL", "DATE")
    found = {}
    for names in combinations(sorted(users), 2):
        both = [
            rated(notice, names)
            for notice in notices
            if {review["annotator"] for review in notice["reviews"] if review["status"] == "done"} >= {*names}
        ]
        for some in (labels, *((label,) for label in labels)):
            figures = (measure(both, some) for measure in (agreeing.f1, agreeing.kappa, agreeing.alpha))
            key = (*names, some[0] if len(some) == 1 else None)
            found[key] = [None if figure is None else pytest.approx(float(figure)) for figure in figures]
    return found


def told_of_each_pair(people, database):
    """What ``zhupi stats`` says of the same."""
    done = people.run("root", "--db", database, "stats", "--json")
    assert done.returncode == 0, done.stderr
    return {
        (*pair["annotators"], each["label"]): [each[measure].get("value") for measure in ("f1_exact", "kappa", "alpha")]
        for pair in json.loads(done.stdout)["agreement"]["pairs"]
        for each in pair["agreement"]["labels"]
    }


def test_from_an_empty_database_to_an_export_of_gold(people):
    database = people.place / "shared" / "gold.db"
    users = {name: people.add(name) for name in ("li", "wang", "zhao", "chen")}
    for arguments in (
        ("init", "--db", database, "--group", people.group),
        ("--db", database, "import", SAMPLES / f"{FIRST}.txt", SAMPLES / f"{SECOND}.txt"),
        *(("--db", database, "reviewers", "add", users[name]) for name in ("li", "wang", "zhao")),
        ("--db", database, "reviewers", "add", users["chen"], "--role", "adjudicator"),
    ):
        done = people.run("root", *arguments, umask=0o077)
        assert done.returncode == 0, done.stderr
    refused = people.run(users["li"], "--db", database, "adjudicate", "--auto", "all")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    for (doc, name), tags in TAGS.items():
        reviewer = Reviewer(people, users[name], database, doc)
        for text, key in tags:
            reviewer.tag(text, key)
        reviewer.finish()

    layers = {at: layer(people, database, at[0], users[at[1]]) for at in TAGS}
    assert {at: len(each) for at, each in layers.items()} == {at: len(tags) for at, tags in TAGS.items()}
    li, wang, zhao = (layers[FIRST, name] for name in ("li", "wang", "zhao"))
    agreed, differ, only = compared(li, wang, zhao)
    others_agreed, others_differ, others_only = compared(layers[SECOND, "li"], layers[SECOND, "zhao"])
    assert (len(agreed), differ, only) == (1, 2, 2)

    reviewers = [users[name] for name in ("li", "wang", "zhao")]
    told = told_of_each_pair(people, database)
    assert told == agreement_of_each_pair(people, database, reviewers)
    assert len(told) == 3 * 4

    chen = people.open(users["chen"], 120, 40, "--db", database, "adjudicate")
    chen.wait("1 agreed taken into gold")
    assert shown_counts(chen) == (differ, only, len(agreed))
    # In the order of the text: 县领导佘向晴, 9月, 会后, 绿禾.
    chen.press("2")
    chen.wait(f"{users['wang']}'s by {users['chen']}")
    chen.press("=", "x", "1")
    chen.wait("all decided: m marks it done")
    assert shown_counts(chen)[:2] == (0, 0)
    chen.press("u")
    chen.wait("undone: ")
    assert shown_counts(chen)[1] == 1
    chen.press("3")
    chen.wait("all decided")
    chen.press("m")
    chen.wait("adjudicated: “")
    assert shown_counts(chen) == (others_differ, others_only, len(others_agreed))
    # The end of 尚文麓 moves back onto 尚文: an edit of what the first layer says.
    chen.press("<")
    chen.wait("edited by")
    chen.press("m")
    chen.wait("adjudicated: “.*”; no other notice is ready")
    chen.press("q", "q")
    chen.wait_for_end()

    assert exported_gold(people, database, FIRST) == {
        *agreed, wang["县领导佘向晴"], li["9月"], wang["9月"], zhao["绿禾"],
    }  # fmt: skip
    assert exported_gold(people, database, SECOND) == {*others_agreed, layers[SECOND, "zhao"]["尚文"]}
    whole = people.export(database)
    assert {review["annotator"]: review["status"] for review in whole[0]["reviews"]}["gold"] == "done"
    # That somebody has adjudicated changes nothing about how far others agree.
    assert told_of_each_pair(people, database) == told
    checked = people.run(users["chen"], "--db", database, "check")
    assert checked.returncode == 0, checked.stdout
