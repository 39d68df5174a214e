"""Paths that are completed in a field, as a shell would."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.forms.path_completion import complete


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    for name in ("notices/a.txt", "notices/b.txt", "notes.txt", ".hidden", "two words/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("typed", "text", "choices"),
    [
        ("noti", "notices/", ()),
        ("n", "not", ("notes.txt", "notices/")),
        ("note", "notes.txt ", ()),
        ("notices/", "notices/", ("a.txt", "b.txt")),
        ("notes.txt two", "notes.txt 'two words/'", ()),
        ("'two w", "'two words/'", ()),
        ('notes.txt "two words/"', "notes.txt 'two words/x.txt' ", ()),
        ("two\\ w", "'two words/'", ()),
        ("~/note", "~/notes.txt ", ()),
        ("~/'two", "~/'two words/'", ()),
        (".h", ".hidden ", ()),
        ("nothing", "nothing", ()),
        ("no such folder/", "no such folder/", ()),
        ("~nobody-of-that-name/", "~nobody-of-that-name/", ()),
        ("a\x00b", "a\x00b", ()),
        ("end\\", "end\\", ()),
    ],
)
def test_the_last_path_is_completed_as_far_as_the_names_agree(typed, text, choices):
    completion = complete(typed)
    assert (completion.text, completion.choices) == (text, choices)


@given(st.text(alphabet="no.t ~/'\"\\w", max_size=12))
def test_what_is_completed_can_be_read_as_paths_and_keeps_what_was_typed(typed):
    completed = complete(typed).text
    if completed != typed:
        words = shlex.split(completed)
        again = shlex.split(complete(completed).text)
        assert again[len(words) - 1].startswith(words[-1])
