"""Sketches of texts against the resemblance that they estimate, computed from all shingles."""

from __future__ import annotations

import statistics
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import edited, text_of

from annotations import near_copies
from annotations.near_copies import BANDS, LEAST, PACKED, packed, resemblance, sketch_of, unpacked


def true_resemblance(one: str, other: str) -> float:
    first, second = ({text[at : at + 4] for at in range(len(text) - 3)} for text in (one, other))
    return len(first & second) / len(first | second)


def estimated(one: str, other: str) -> float:
    return resemblance(sketch_of(one).minima, sketch_of(other).minima)


@pytest.mark.parametrize("length", [80, 400, 3_000])
def test_a_sketch_tells_how_much_two_texts_resemble(length):
    errors = []
    for seed in range(60):
        text = text_of(seed, length)
        other = edited(text, (seed % 10) / 100, seed)
        errors.append(estimated(text, other) - true_resemblance(text, other))
    assert abs(statistics.mean(errors)) < 0.02
    assert statistics.pstdev(errors) < 0.06


def test_texts_that_resemble_each_other_have_a_key_in_common():
    found = wanted = 0
    for seed in range(150):
        text = text_of(seed, 600)
        other = edited(text, 0.02, seed)
        if true_resemblance(text, other) >= 0.8:
            wanted += 1
            one, two = sketch_of(text), sketch_of(other)
            found += bool({*one.keys} & {*two.keys}) and resemblance(one.minima, two.minima) >= LEAST
    assert wanted > 50
    assert found >= 0.98 * wanted


def test_texts_that_do_not_resemble_each_other_have_none():
    sketches = [sketch_of(text_of(seed, 600)) for seed in range(100)]
    keys = [key for sketch in sketches for key in sketch.keys]
    assert len(keys) == len(set(keys)) == 100 * BANDS
    assert max(resemblance(sketches[0].minima, each.minima) for each in sketches[1:]) < 0.2


def test_spaces_and_punctuation_do_not_count():
    one = "会议要求，各乡镇要在4月底前完成排查。"
    assert sketch_of(one) == sketch_of("会议要求,\n各乡镇要在 4 月底前完成排查")


@given(st.text("会议要求县ａ１2，。、,;_·☑ \n\u200b"), st.booleans())
def test_only_letters_characters_and_digits_count(text, beside):
    whole = "关于印发青禾县水污染防治工作方案的通知各镇人民政府办公室及县直各单位" * beside + text
    assert sketch_of(whole) == sketch_of("".join(filter(str.isalnum, whole)))


@pytest.mark.parametrize("text", ["", "。。。。。。", " \n_"])
def test_a_text_without_words_has_no_sketch(text):
    assert sketch_of(text) is None


@pytest.mark.parametrize("length", [1, 4, 12, 34])
def test_a_short_text_resembles_only_the_same(length):
    texts = {text_of(seed, length) for seed in range(300)}
    sketches = [sketch_of(text) for text in sorted(texts)]
    assert max(resemblance(sketches[0].minima, each.minima) for each in sketches[1:]) < 0.2
    assert len({key for each in sketches for key in each.keys}) == sum(len(each.keys) for each in sketches)
    assert sketch_of(" ".join(text_of(1, length))) == sketch_of(text_of(1, length))


@given(st.text(min_size=4), st.sampled_from([4, 6, 10]))
def test_a_text_in_pieces_has_the_same_sketch(text, piece):
    whole = sketch_of(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_copies, "_PIECE", piece)
        assert sketch_of(text) == whole


@given(st.text(st.sampled_from("甲乙丙丁a9𠮷\U0010ffff"), min_size=4, max_size=40))
def test_the_hash_of_a_shingle_follows_from_its_characters_alone(words):
    def hashed(shingle):
        return sum(map(int.__mul__, near_copies._FACTORS, map(ord, shingle))) >> 24 & (1 << 30) - 1

    found = chain.from_iterable(near_copies._hashes(words))
    assert sorted(found) == sorted(hashed(words[at : at + 4]) for at in range(len(words) - 3))


@given(st.text(st.sampled_from("甲乙丙丁a9𠮷，\n"), max_size=60))
def test_a_sketch_or_none_comes_back_from_its_bytes(text):
    sketch = sketch_of(text)
    assert unpacked(packed(sketch)) == sketch
    assert len(packed(sketch)) == PACKED


def test_sketches_stay_what_is_stored():
    sketch = sketch_of("会议要求各乡镇要于四月底前完成排查。副县长林知远出席。水务局负责整改，有关部门抓好落实。")
    assert sketch.minima[:8].hex() == "0909292b141414ad"
    assert sketch.keys[0] == 29862222571541
    assert sketch_of("附件").keys[0] == 104208737109925


@given(st.binary(min_size=128, max_size=128), st.data())
def test_resemblance_is_the_share_of_points_that_are_the_same_less_chance(one, data):
    places = data.draw(st.sets(st.integers(0, 127)))
    other = bytes(each ^ 1 if at in places else each for at, each in enumerate(one))
    assert resemblance(one, other) == max(0.0, ((128 - len(places)) / 128 * 256 - 1) / 255)
    assert resemblance(one, other[:1]) == 0
