"""Which notices stand in an export again: each with its first place, whatever ids and places look like."""

from __future__ import annotations

import random
from errno import ENOSPC

import pytest

from store.errors import SourceError
from store.output import places as module
from store.output.places import Places


@pytest.mark.parametrize("long", [1, 100, 2048])
@pytest.mark.parametrize(
    "place",
    [str, "{}.ann".format, "²{}".format, "a\n\t\\\0{}\udc80".format, "9{:030}".format],
    ids=["line", "file", "²", "marks", "long"],
)
def test_each_notice_that_stands_again_is_told_with_its_first_place(monkeypatch, place, long):
    monkeypatch.setattr(module, "_LONG", long)
    monkeypatch.setattr(module, "_BUCKETS", 7)
    some = [f"{number:016x}" for number in (random.getrandbits(64) for _ in range(300))]
    odd = ["", "short", "A" * 16, "0" * 17, "é" * 16, "page-1", "\t", "\n", "\\t", "\udcff"]
    once = ["once", "one\nmore"]
    asked = [*some, *odd] * 3 + once
    random.shuffle(asked)
    wanted, first = [], {}
    with Places() as places:
        for line, notice in enumerate(asked, 1):
            places.add(notice, place(line))
            if first.setdefault(notice, place(line)) != place(line):
                wanted.append((notice, place(line), first[notice]))
        assert places.repeats() == wanted
    assert len(wanted) == 620


def test_a_disk_without_room_is_named(monkeypatch):
    def full():
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_LONG", 1)
    monkeypatch.setattr(module, "TemporaryFile", full)
    with Places() as places, pytest.raises(SourceError, match="No space left on device; set TMPDIR to a folder"):
        places.add("one", "1")
