"""Damage: what a wrong decoding made stays as it is and is flagged, and what only looks odd is not."""

from __future__ import annotations

import pytest

from annotations.normalize import normalize
from annotations.normalize.damage import find_damage, is_garbled

SENTENCE = "会议要求，各单位要认真落实。“十四五”期间，继续推进生态环境保护的工作。"


# --- bytes that were shifted before the readings came ------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "normalized"),
    [
        # The host lost half of itself and stays, with the shifted text behind it.
        ("代表視察當?shù)貙?duì)湖區(qū)的垃圾。", "代表视察當?shù)貙?duì)湖区的垃圾。"),
        ("會(huì)議談?wù)勲娏Ψ矫?,各縣(xiàn)發言。", "会议談?wù)勲娏Ψ矫?,各县发言。"),
        ("會(huì)議在當(dāng)?shù)卣匍_(kāi),各縣發言。", "会议在當?shù)卣匍_(kāi),各县发言。"),
        # What follows may be whole again: its characters are everyday ones.
        ("會(huì)議認為未?lái)一兩年好嗎?各縣發言。", "会议认为未?lái)一两年好吗?各县发言。"),
    ],
)
def test_shifted_text_around_a_reading_stays_and_is_flagged(raw, normalized):
    notice = normalize(raw)
    assert notice.normalized == normalized
    assert "mojibake" in notice.flags


@pytest.mark.parametrize(
    "text",
    [
        "是否繼續?不,到此為止。",
        "會議是否在當地召開?(是)",
        "?首頁 ?返回",
        "這字怎麼讀?(xī)",
        "湴嶺(湴字怎麼讀?bàn)",
        "注(湴字怎麼讀？bàn）",
        "是麼?ma)",
        "三選一:a?b)",
    ],
)
def test_question_marks_are_no_damage(text):
    assert find_damage(text) == []


# --- marks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE.encode().decode("gb18030", "replace"),
        SENTENCE.encode().decode("gb18030", "ignore"),
        SENTENCE.encode().decode("latin-1"),
        SENTENCE.encode().decode("cp1252", "ignore"),
        SENTENCE.encode().decode("cp1251", "ignore"),
        SENTENCE.encode("gbk").decode("latin-1"),
        "青禾市发布鈥?通知",
        "会议结束銆?",
        "各项工作鐨?要求",
        "市民锛?",
        "市民锛屽悇",
        "浼氳结束",
        "锘夸通知",
        "CafÃ© 招租",
        "â€œ通知",
        "会议е通知",
        "锟斤拷",
        "烫烫烫",
        "\ufffd",
    ],
)
def test_marks_of_wrong_decodings_are_found(text):
    assert find_damage(text)


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "鈥雷射手術",
        "锛子和斧头",
        "陳涓處長、浜松市、鏄字",
        "元素鐨、锘、钬",
        "α粒子、β射线、μ介子、Δ值",
        "俄罗斯(Россия)、Москва",
        "«Чёрное море» — це…",
        "姓名××××××××",
        "目录········3",
        "àáèéìíòóùúüê",
        "25°C±2°C、§§、1½、¼、m²",
        "Müller、Ångström、São Paulo、Côte d’Ivoire、TÜV",
        "約100±5°,§3·2",
    ],
)
def test_rare_characters_and_other_alphabets_are_no_damage(text):
    assert find_damage(text) == []


def test_a_garbled_page_is_not_taken_for_traditional():
    garbled = SENTENCE.encode().decode("gb18030", "replace")
    raw = "\n".join((garbled, garbled[:20] + garbled[22:], garbled[7:]))
    notice = normalize(raw)
    assert notice.normalized == raw
    assert "traditional" not in notice.flags
    assert "mojibake" in notice.flags
    assert not is_garbled("鈥雷射手術由鈥雷射科主任施行，銆字從略。")


def test_damage_in_a_traditional_page_stays_while_the_rest_is_converted():
    notice = normalize("會議要求鈥?各單位鈥?認真落實,鈥雷射手術從略。")
    assert notice.normalized == "会议要求鈥?各单位鈥?认真落实,钬雷射手术从略。"
    assert notice.flags == ("traditional", "no-title", "mojibake")
