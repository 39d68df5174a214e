"""The formats of an export: known by name without being imported, and each makes whole lines of a notice."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from making import notice_of

from annotations.formats.registry import FORMATS, NATIVE, format_of
from annotations.labels import default_labels
from annotations.suggest import RULES, suggest, suggester_of

NOTICE = notice_of("某县召开会议\n会议要求,各镇要于2023年4月10日前完成排查。")
FOUND = suggest(NOTICE, default_labels(), [suggester_of(name) for name in RULES])


def test_the_names_are_known_before_any_format_is_imported():
    script = (
        "import sys; from annotations.formats.registry import FORMATS; "
        "print([known.module for known in FORMATS.values() if known.module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", FORMATS)
def test_each_makes_whole_lines(name):
    lines = list(format_of(name).lines(NOTICE, FOUND, []))
    assert lines
    for line in lines:
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert isinstance(json.loads(line), dict)


def test_a_notice_without_annotations_is_a_native_line_and_no_span():
    assert len(list(format_of(NATIVE).lines(NOTICE, [], []))) == 1
    assert list(format_of("spans").lines(NOTICE, [], [])) == []


def test_an_unknown_name_is_none():
    with pytest.raises(KeyError):
        format_of("brat")
