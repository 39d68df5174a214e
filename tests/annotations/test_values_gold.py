"""How often the values that are read are those that people gave the spans of the shared pages."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest
from making import annotation_of, notice_of
from msgspec.structs import replace

from annotations.labels import default_labels
from annotations.lexicon.lists import SHIPPED
from annotations.normalize import normalize
from annotations.spans import raw_span
from annotations.values import read_values

LEAST = {
    "DATE": {"iso": 1.0, "part": 1.0, "mod": 1.0, "role": 1.0},
    "OFFICIAL": {"name": 1.0, "title": 1.0, "organisation": 1.0, "organisation_inferred": 0.8, "mention": 1.0},
    "REQUIREMENT": {"addressee": 0.9, "cue": 0.95, "modality": 0.95, "deadline": 1.0, "item": 0.9},
}
"""Shares below which something has broken; dates with an unknown year or a rough one are left out, as in the scorer."""


@cache
def counted(shared):
    """For each label and attribute how many values were read as they should be, and how many there are."""
    right, all_of = Counter(), Counter()
    for path in sorted((shared / "gold").glob("*.gold.jsonl")):
        stem = path.name.removesuffix(".gold.jsonl")
        raw = (shared / "notices" / f"{stem}.txt").read_bytes().decode("utf-8-sig")
        made = normalize(raw)
        notice = replace(
            notice_of(raw), published=made.published, normalized=made.normalized, regions=made.regions,
            alignment=made.alignment,
        )  # fmt: skip
        spans = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        layer = []
        for span in sorted(spans, key=lambda each: (each["start"], each["end"])):
            label = default_labels()[span["label"]]
            wanted = label.attributes(span["attributes"])
            if label.name == "OFFICIAL":
                wanted["mention"] = wanted["mention"] or "full"  # gold leaves it out
            found = read_values(label, notice, raw_span(span["start"], span["end"]), SHIPPED, layer)
            for name, value in wanted.items():
                if name == "iso" and (wanted["approx"] or "X" in str(value)):
                    continue
                all_of[label.name, name] += 1
                right[label.name, name] += found[name] == value
            layer.append(replace(annotation_of(raw, span["start"], span["end"], label.name), attributes=wanted))
    return right, all_of


@pytest.mark.parametrize(
    ("label", "name", "least"), [(label, name, least) for label, of in LEAST.items() for name, least in of.items()]
)
def test_values_are_read_as_people_gave_them(shared, label, name, least):
    right, all_of = counted(shared)
    assert all_of[label, name] > 0
    assert right[label, name] / all_of[label, name] >= least
