"""Traditional to Simplified: equal to OpenCC, own lists on top, and only for pages that are Traditional."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from annotations.lexicon import tables
from annotations.normalize.script import convert, judge, simplified_only, t2s, traditional_only

PHRASES = list(tables.dictionary("TSPhrases.txt"))
CHARACTERS = list(tables.dictionary("TSCharacters.txt"))
KEYS = st.sampled_from(PHRASES)


@pytest.fixture(scope="module")
def opencc() -> OpenCC:
    return OpenCC("t2s")


def test_every_key_is_converted_as_opencc_does(opencc):
    assert [key for key in PHRASES + CHARACTERS if t2s(key) != opencc.convert(key)] == []


def test_every_pair_of_phrases_is_converted_as_opencc_does_even_where_they_overlap(opencc):
    generator = random.Random(7)  # all pairs would take a minute
    for first in PHRASES:
        for second in generator.sample(PHRASES, 12):
            for shared in range(min(len(first), len(second))):
                if first.endswith(second[:shared]):
                    text = first + second[shared:]
                    assert t2s(text) == opencc.convert(text)


@given(st.lists(KEYS | st.sampled_from(CHARACTERS) | st.sampled_from(list("的，。 aＡ\n𠮷")), max_size=12).map("".join))
def test_random_strings_of_keys_are_converted_as_opencc_does(text):
    assert t2s(text) == OPENCC.convert(text)


@given(st.text(st.sampled_from(sorted(set("".join(PHRASES)))), max_size=20))
def test_random_strings_of_their_characters_are_converted_as_opencc_does(text):
    assert t2s(text) == OPENCC.convert(text)


OPENCC = OpenCC("t2s")


def test_the_shared_pages_are_converted_as_opencc_does(shared, opencc):
    for page in sorted((shared / "notices").glob("*.txt")):
        text = page.read_text(encoding="utf-8-sig")
        assert t2s(text) == opencc.convert(text)


def test_no_entry_changes_the_length_of_a_text():
    assert all(len(key) == 1 == len(choices[0]) for key, choices in tables.dictionary("TSCharacters.txt").items())
    assert all(len(key) == len(choices.split()[0]) for key, choices in tables.dictionary("TSPhrases.txt").items())


def test_the_two_scripts_share_no_character_but_those_opencc_disagrees_with_itself_about():
    assert len(traditional_only() & simplified_only()) <= 5


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("事事有著落", "事事有着落"),
        ("沿著河岸", "沿着河岸"),
        ("著力推進", "着力推进"),
        ("著眼長遠、著手整治", "着眼长远、着手整治"),
        ("成效顯著", "成效显著"),
        ("一部專著", "一部专著"),
        ("著名專家", "著名专家"),
        ("寫著名字", "写着名字"),
        ("配合著開展", "配合着开展"),
        ("二人合著", "二人合著"),
        ("李某著《河流》", "李某著《河流》"),
        ("乾縣、乾安縣", "乾县、乾安县"),
        ("畢昇", "毕昇"),
        ("於潛鎮位於山中", "於潜镇位于山中"),
        ("乾燥", "干燥"),
    ],
)
def test_what_t2s_leaves_wrong(traditional, simplified):
    assert convert(traditional) == simplified


def test_every_entry_of_the_own_lists_is_needed_or_guards_another_and_has_a_reason():
    for kind, stands, becomes, reason in tables.rows("script.tsv"):
        assert reason
        assert len(stands) == len(becomes)
        assert convert(stands) == becomes
        assert kind == "word" or (kind == "name" and t2s(stands) != becomes)


@pytest.mark.parametrize(
    ("text", "artefact", "traditional"),
    [
        ("會議要求各單位", False, True),
        ("会议要求各单位", False, False),
        ("乾县毕昇於潜", False, False),
        ("於潜", False, False),
        ("縣府县府", True, True),
        ("縣府县府", False, False),
        ("中文", True, False),
        ("", False, False),
        ("會議要求各單位,并由群峰承辦。" * 40, False, True),
        ("会议要求各单位,於潜。" * 40, False, False),
    ],
)
def test_which_texts_are_traditional(text, artefact, traditional):
    assert judge(text, artefact=artefact)[0] is traditional


def test_a_long_page_with_some_of_each_script_is_mixed():
    assert judge("會議要求各單位。" * 50 + "会议要求各单位。" * 30, artefact=False) == (True, True)
    assert judge("會議要求各單位。" * 30 + "会议要求各单位。" * 50, artefact=False) == (False, True)
    assert judge("會議要求各單位。" * 50, artefact=False) == (True, False)


def test_a_missing_dictionary_is_named(monkeypatch):
    monkeypatch.setattr(tables, "find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="opencc-python-reimplemented"):
        tables.dictionary("no such dictionary")
