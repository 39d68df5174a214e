"""The formats of an export: known by name without being imported, and each is handed the same notices."""

from __future__ import annotations

import subprocess
import sys

import pytest
from formats import INSTALLED, write
from hard_cases import all_cases, page
from making import RAW, annotation_of, notice_of
from msgspec.structs import replace

from annotations.errors import FormatError
from annotations.formats.base import needing
from annotations.formats.registry import FORMATS, Entry, format_of


def test_the_names_are_known_before_any_format_is_imported():
    script = (
        "import sys; from annotations.formats.registry import FORMATS; "
        "print([known.module for known in FORMATS.values() if known.module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_what_an_extra_brings_is_not_imported_before_something_is_written():
    script = (
        "import sys; from annotations.formats.registry import FORMATS, format_of; "
        "print([format_of(name) for name in FORMATS] and {'cassis', 'pyarrow', 'spacy', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", INSTALLED)
def test_each_writes_one_state_of_one_text_as_the_same_bytes(name):
    first, second = (write(name, all_cases()) for _ in range(2))
    assert first.files
    assert first.files == second.files


@pytest.mark.parametrize("name", INSTALLED)
def test_each_writes_an_empty_export(name):
    assert all(isinstance(content, bytes) for content in write(name, []).files.values())


def test_what_the_normalized_text_leaves_out_is_counted_and_the_rest_is_written():
    lost = write("prodigy", [page()]).lost
    assert lost == {
        "outside_text": ["left-out"],
        "partly_outside_text": ["partly-left-out"],
        "edge_inside_artefact": ["inside-artefact"],
    }
    assert write("prodigy", [page()], text="raw").lost == {}


def test_what_a_format_has_no_place_for_is_counted():
    lost = write("doccano", [page()], text="raw").lost
    assert lost == {"attributes": ["astral", "outer", "inner"], "comments": ["comment"], "unsure": ["unsure"]}
    assert write("spans", [page()]).lost == {"comments": ["comment"], "unsure": ["unsure"]}
    assert write("jsonl", [page()]).lost == {}


def test_a_comment_on_an_annotation_that_is_written_once_for_two_people_is_counted():
    notice = notice_of(RAW)
    items = [annotation_of(RAW, 0, 3), replace(annotation_of(RAW, 0, 3, annotator="wei"), id="w", comment="why")]
    assert write("doccano", [(notice, items, [])]).lost == {"comments": ["w"]}


def test_the_first_ids_of_many_are_told():
    items = [replace(annotation_of(RAW, at, at + 1), id=f"{at:02}", comment="why") for at in range(20)]
    losses = write("doccano", [(notice_of(RAW), items, [])]).losses
    assert list(losses.lines()) == ["comments: 20 (00, 01, 02, 03, 04, 05, 06, 07, …)"]


def test_an_unknown_name_is_refused_with_those_that_there_are():
    with pytest.raises(FormatError, match="unknown format nosuch; there are jsonl, spans, prodigy, "):
        format_of("nosuch")


def test_what_is_no_format_is_refused(monkeypatch):
    monkeypatch.setitem(FORMATS, "odd", Entry("annotations.formats.losses", "nothing"))
    monkeypatch.setattr("annotations.formats.losses.FORMAT", 1, raising=False)
    with pytest.raises(FormatError, match="neither a FileFormat nor a FolderFormat"):
        format_of("odd")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (ModuleNotFoundError("No module named 'lxml'", name="lxml"), "install zhupi[html]"),
        (ImportError("libxml2.so: cannot open"), "install zhupi[html] anew"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_told_in_one_line_with_the_extra_that_brings_it(error, advice):
    with pytest.raises(FormatError) as refused, needing("html"):
        raise error
    assert str(refused.value) == f"the format needs what the extra html brings: {error}; {advice}"
