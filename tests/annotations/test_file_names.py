"""Names of files made from docs: safe, short, and each of one notice."""

from __future__ import annotations

import pytest
from hard_cases import EVIL_DOCS
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.names import FileNames, safe_name


@pytest.mark.parametrize(
    ("doc", "name"),
    [
        ("01-river", "01-river"),
        ("关于整改的通知", "关于整改的通知"),
        ("../../evil", "____evil"),
        ("a/b\\c:d", "a_b_c_d"),
        (".hidden", "_hidden"),
        ("-rf", "_rf"),
        ("", "_"),
        (".", "_"),
        ("con", "con_"),
        ("NUL.x", "NUL_.x"),
        ("console", "console"),
        ("a\x00\x1b\u202eb", "a___b"),
        ("half\ud800", "half_"),
        ("ends. ", "ends_"),
        ("長" * 300, "長" * 40),
    ],
)
def test_a_name_is_safe(doc, name):
    assert safe_name(doc) == name


@given(st.lists(st.one_of(st.text(), st.sampled_from(EVIL_DOCS)), unique=True))
def test_names_of_different_notices_differ_wherever_they_are_kept(docs):
    notices = [(doc, f"{number:016x}") for number, doc in enumerate([*docs, *EVIL_DOCS])]
    names = FileNames(doc for doc, _ in notices)
    made = [names.of(doc, notice_id) for doc, notice_id in notices]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert safe_name(name[:40]) in (name[:40], f"{name[:39]}_")
        assert len(name.encode()) < 140
        assert "/" not in name
        assert name not in ("", ".", "..")


def test_all_notices_of_one_name_get_their_ids_and_no_other_does():
    names = FileNames(["1", "2", "1", "Ä", "a\u0308", "3-0123456789abcdef"])
    assert names.of("1", "a" * 16) == f"1-{'a' * 16}"
    assert names.of("1", "b" * 16) == f"1-{'b' * 16}"
    assert names.of("2", "c" * 16) == "2"
    assert names.of("Ä", "d" * 16) == f"Ä-{'d' * 16}"
    # It could be what another notice called 3 is called once it has its id.
    assert names.of("3-0123456789abcdef", "e" * 16) == f"3-0123456789abcdef-{'e' * 16}"
