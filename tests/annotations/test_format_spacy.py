"""The tokens of the spaCy format; what spaCy itself makes of them is for ``make readers``."""

from __future__ import annotations

import pytest

from annotations.formats.spacy import tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("𠮷河", [("𠮷", False), ("河", False)]),
        ("甲 乙", [("甲", True), ("乙", False)]),
        ("甲  乙", [("甲", True), (" ", False), ("乙", False)]),
        (" 甲\n\n乙\u3000", [(" ", False), ("甲", False), ("\n\n", False), ("乙", False), ("\u3000", False)]),
    ],
)
def test_a_token_is_a_character_with_its_space_or_a_run_of_white_space(text, tokens):
    assert list(zip(*tokens_of(text), strict=True)) == tokens
