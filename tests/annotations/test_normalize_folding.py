"""Folding: one form for texts that differ in script, width, case and readings; and what it hands to the conversion."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from annotations.normalize.artefacts import READING, narrow, without_readings
from annotations.normalize.folding import different, flat, fold
from annotations.normalize.script import convert

PIECES = st.lists(
    st.sampled_from(
        [*"關於青禾縣衞生局公佈的著乾隆薴ＡＢａ９，。（）()？ \n\u200b\u3000𠮷", "(guān)", "（yú）", "(2023)", "Na"]
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_readings_go_and_other_parentheses_keep_their_width(text):
    assert narrow(without_readings(text)) == READING.sub("", narrow(text))


def test_a_page_and_its_copy_in_the_other_script_fold_to_the_same():
    assert fold("關(guān)於印發（yìn）《青禾縣衞生條例》的通知") == fold("关于印发《青禾县卫生条例》的通知")


@given(PIECES)
def test_a_traditional_character_folds_to_the_same_among_others_of_its_kind_and_alone(text):
    alone = "".join(fold(character) for character in without_readings(text))
    assert fold("關聯華語" * 40 + text + "關聯華語" * 40) == "关联华语" * 40 + alone + "关联华语" * 40
    assert fold("关联的华语" * 60 + text + "关联的华语" * 60) == "关联的华语" * 60 + alone + "关联的华语" * 60


@given(PIECES)
def test_the_lines_that_folding_notes_are_what_the_conversion_makes_of_them(text):
    known: dict[str, str] = {}
    text = "青禾縣關於衞生條例的說明\n" + text
    fold(text, known)
    assert convert(without_readings(text), known) == convert(without_readings(text))


def test_flat_text_is_as_long_as_before():
    assert flat("關(guān)於\u200bＡＢＣ，。") == "关(guān)于\u200babc,。"


def test_each_character_folds_to_the_same_alone_and_in_a_text_of_any_length():
    everything = "".join(map(chr, range(0x10000))) + "𠮷"
    alone = "".join(map(flat, everything))
    assert flat(everything) == alone
    # Few of a text that change are replaced one after the other, in any order of the text.
    for text, folded in ((everything, alone), (everything[::-1], alone[::-1])):
        for start in range(0, len(text), 12):
            assert flat(text[start : start + 12] + "青" * 80) == folded[start : start + 12] + "青" * 80


@given(st.text(alphabet=st.characters(codec="utf-8")) | PIECES)
def test_the_different_characters_of_folded_text_are_those_of_a_set(text):
    folded = flat(text)
    assert different(array("I", folded.encode("utf-32-le"))).tolist() == sorted(set(map(ord, folded)))


def test_folded_text_may_have_every_character_but_those_that_folding_changes():
    everything = "".join(chr(each) for each in range(0x20000) if not 0xD800 <= each < 0xE000)
    folded = flat(everything)
    assert different(array("I", folded.encode("utf-32-le"))).tolist() == sorted(set(map(ord, folded)))
