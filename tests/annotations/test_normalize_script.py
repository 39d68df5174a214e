"""Traditional to Simplified: equal to OpenCC, own lists on top, and only for pages that are Traditional."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc_oracle import T2S_SCRIPT, opencc

from annotations.lexicon import tables
from annotations.normalize import NORMALIZER, normalize
from annotations.normalize.script import (
    convert,
    judge,
    simplified_only,
    t2s,
    t2s_characters,
    t2s_phrases,
    traditional_only,
)

PHRASES = list(T2S_SCRIPT["dictionary"]("TSPhrases"))
CHARACTERS = list(T2S_SCRIPT["dictionary"]("TSCharacters"))
OTHERS = list(T2S_SCRIPT["dictionary"]("STCharacters"))
HANZI = (*range(0x2E80, 0xD800), *range(0xF900, 0xFB00), *range(0x20000, 0x32400))
"""The blocks of Unicode that hold characters of Chinese, with all else in them."""

PAGE = "關(guān)於乾縣河湖巡查的通知\n來源:榕川縣水務局 時間:2023-04-12\n龍鍾老人著力巡河,鍾情於此。\n"

oracle = opencc("t2s")


# --- the tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", T2S_SCRIPT["TABLES"])
def test_the_tables_are_what_the_script_makes_of_the_dictionaries(name):
    assert (T2S_SCRIPT["DATA"] / name).read_text(encoding="utf-8") == T2S_SCRIPT["TABLES"][name]()


def test_the_tables_change_only_with_their_version_and_that_of_the_normalizer():
    shipped = {("zhupi-2", 1): "cec98414b889203f2f9cd380ce13797e9d2a1d04f96a1d47b1aa03211c59d46b"}
    digest = hashlib.sha256()
    for name in sorted(T2S_SCRIPT["TABLES"]):
        digest.update((T2S_SCRIPT["DATA"] / name).read_bytes())
    assert digest.hexdigest() == shipped[NORMALIZER, T2S_SCRIPT["VERSION"]]


def test_another_package_named_opencc_changes_no_text(tmp_path):
    other = tmp_path / "opencc"
    (other / "dictionary").mkdir(parents=True)
    (other / "__init__.py").touch()
    for name in ("TSCharacters", "TSPhrases", "STCharacters"):
        (other / "dictionary" / f"{name}.txt").write_text("關\t乙\n會\t甲\n", encoding="utf-8")
    code = (
        "import json, sys; from importlib.util import find_spec; from annotations.normalize import normalize;"
        "found = normalize(sys.argv[1]);"
        "print(json.dumps([find_spec('opencc').origin, found.normalized, found.alignment.runs]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, PAGE], capture_output=True, text=True, check=True, env=environment
    )
    origin, normalized, runs = json.loads(done.stdout)
    found = normalize(PAGE)
    assert Path(origin).parent == other
    assert normalized == found.normalized == "关于乾县河湖巡查的通知\n龙钟老人着力巡河,钟情于此。"
    assert list(map(tuple, runs)) == list(found.alignment.runs)


def test_a_file_of_the_oracle_that_was_overwritten_is_named(tmp_path, monkeypatch):
    site = tmp_path / "opencc_python_reimplemented-0.1.7.dist-info"
    site.mkdir()
    (tmp_path / "opencc").mkdir()
    (tmp_path / "opencc" / "opencc.py").write_text("written by another package", encoding="utf-8")
    (site / "METADATA").write_text("Name: opencc-python-reimplemented\nVersion: 0.1.7\n", encoding="utf-8")
    (site / "RECORD").write_text("opencc/opencc.py,sha256=AAAA,4\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match=r"opencc/opencc\.py is not as opencc-python-reimplemented 0\.1\.7 inst"):
        T2S_SCRIPT["installed"]("opencc/opencc.py")


def test_no_entry_changes_the_length_of_a_text():
    for stands, becomes in (t2s_characters() | t2s_phrases()).items():
        assert len(stands) == len(becomes)


def test_the_two_scripts_share_no_character_but_those_opencc_disagrees_with_itself_about():
    assert len(traditional_only() & simplified_only()) == 5


# --- as OpenCC does ----------------------------------------------------------------------------------------------


def test_every_key_is_converted_as_opencc_does():
    assert [key for key in PHRASES + CHARACTERS + OTHERS if t2s(key) != oracle(key)] == []


def test_every_character_of_chinese_is_converted_as_opencc_does():
    text = "\n".join(map(chr, HANZI))
    assert t2s(text) == oracle(text)


def test_every_pair_of_phrases_is_converted_as_opencc_does_even_where_they_overlap():
    generator = random.Random(7)  # all pairs would take a minute
    for first in PHRASES:
        for second in generator.sample(PHRASES, 12):
            for shared in range(min(len(first), len(second))):
                if first.endswith(second[:shared]):
                    text = first + second[shared:]
                    assert t2s(text) == oracle(text)


KEYS = st.sampled_from(PHRASES)


@given(st.lists(KEYS | st.sampled_from(CHARACTERS) | st.sampled_from(list("的，。 aＡ\n𠮷")), max_size=12).map("".join))
def test_random_strings_of_keys_are_converted_as_opencc_does(text):
    assert t2s(text) == oracle(text)


@given(st.text(st.sampled_from(sorted(set("".join(PHRASES)))), max_size=20))
def test_random_strings_of_their_characters_are_converted_as_opencc_does(text):
    assert t2s(text) == oracle(text)


@given(st.lists(KEYS | st.sampled_from(CHARACTERS + OTHERS) | st.text(max_size=4), max_size=12).map("".join))
def test_random_mixtures_of_keys_with_any_text_are_converted_as_opencc_does(text):
    assert t2s(text) == oracle(text)


def test_the_shared_pages_are_converted_as_opencc_does(shared):
    for page in sorted((shared / "notices").glob("*.txt")):
        text = page.read_text(encoding="utf-8-sig")
        assert t2s(text) == oracle(text)


# --- what OpenCC leaves ------------------------------------------------------------------------------------------


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
        ("起著作用、扮演著作出決定的角色", "起着作用、扮演着作出决定的角色"),
        ("著作權、著作等身", "著作权、著作等身"),
        ("附著於河床,執著於理想", "附着于河床,执着于理想"),
        ("科技創新著力點,從國土著眼", "科技创新着力点,从国土着眼"),
        ("新著出版,土著居民", "新著出版,土著居民"),
        ("地表逕流,逕行處分,大網逕", "地表径流,径行处分,大网迳"),
        ("甚麼", "什么"),
        ("文徵明、特徵", "文徵明、特征"),
        ("打拚多年,拚搏", "打拼多年,拼搏"),
        ("暸解狀況,暸望塔", "了解状况,瞭望塔"),
        ("徵調民力、徵收稅款", "征调民力、征收税款"),
        ("二噁英含量", "二噁英含量"),
        ("省府批覆如下", "省府批复如下"),
        ("申請司法覆核", "申请司法复核"),
        ("函覆、答覆、反覆", "函复、答复、反复"),
        ("顛覆核心技術", "颠覆核心技术"),
        ("植被覆蓋", "植被覆盖"),
        ("沈澱池清淤", "沉淀池清淤"),
        ("地層下沈", "地层下沉"),
        ("在率領下沈局長到會", "在率领下沈局长到会"),
        ("沈重慶處長", "沈重庆处长"),
        ("薰陶", "熏陶"),
        ("薰衣草", "薰衣草"),
        ("丙烯醯胺", "丙烯酰胺"),
        ("乙醯丙酮", "乙醯丙酮"),
    ],
)
def test_what_t2s_leaves_wrong(traditional, simplified):
    assert convert(traditional) == simplified


@pytest.mark.parametrize(
    ("variant", "simplified"),
    [
        ("衞生署擧辦講座", "卫生署举办讲座"),
        ("公共屋邨、店舖、木櫈", "公共屋村、店铺、木凳"),
        ("敍述、擡升、痺症、屋簷", "叙述、抬升、痹症、屋檐"),
        ("櫃枱粧點", "柜台妆点"),
        ("疏濬河道，環遶湖岸", "疏浚河道，环绕湖岸"),
        ("揹負、車伕", "背负、车夫"),
        ("焚燒稻稭", "焚烧稻秸"),
        ("隄防、鑛泉、隣里", "堤防、矿泉、邻里"),
        ("峯、綫、羣、裏、啓、牀、滙、爲、麪、鈎、祕、衆、産", "峰、线、群、里、启、床、汇、为、面、钩、秘、众、产"),
        ("姪女、剿滅勦匪、痲疹、慇懃、電銲、糢糊", "侄女、剿灭剿匪、麻疹、殷勤、电焊、模糊"),
        ("污水、台、脚、床、叠", "污水、台、脚、床、叠"),
        ("陳堃、林淼、何喆", "陈堃、林淼、何喆"),
    ],
)
def test_variants_of_hong_kong_taiwan_and_old_print(variant, simplified):
    assert convert(variant) == simplified


def test_every_variant_becomes_a_character_that_only_it_changes():
    pairs = [
        pair
        for kind, variants, become, _ in tables.rows("script.tsv")
        if kind == "variant"
        for pair in zip(variants, become, strict=True)
    ]
    assert len({variant for variant, _ in pairs}) == len(pairs)
    for variant, becomes in pairs:
        assert variant < "\U00010000"  # else the table for str.translate does not have it
        assert variant not in simplified_only()
        assert t2s(variant) == variant
        assert becomes.encode("gb2312")
        assert convert(becomes) == becomes
        with pytest.raises(UnicodeEncodeError):
            variant.encode("gb2312")


def test_what_opencc_writes_in_taiwan_and_hong_kong_comes_back():
    dictionary = T2S_SCRIPT["dictionary"]
    for name in ("HKVariants", "TWVariants"):
        for standard, variants in dictionary(name).items():
            for variant in variants:
                assert {convert(standard), convert(variant)} <= {convert(standard)} | LEFT, variant


LEFT = {"么", "潀", "睾", "着", "鲶", "颚", "睪"}
"""Variants that are words of their own in Simplified, 么 and 幺, or that no notice has."""


# --- 乾 in names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("局長李乾坤", "局长李乾坤"),
        ("局長王乾要求", "局长王乾要求"),
        ("由張永乾主任主持。張永乾指出", "由张永乾主任主持。张永乾指出"),
        ("區領導趙強、李乾、周明參加", "区领导赵强、李乾、周明参加"),
        ("縣長陳乾亮帶隊", "县长陈乾亮带队"),
        ("會議由李乾副局長主持", "会议由李乾副局长主持"),
        ("書記吳乾。次日,吳乾與會", "书记吴乾。次日,吴乾与会"),
        ("局長王乾說,天氣乾旱,王乾旱田", "局长王乾说,天气干旱,王干旱田"),
        ("李副局長乾龍、許局長乾元", "李副局长乾龙、许局长乾元"),
        ("水務局長乾杯,李局長乾脆", "水务局长干杯,李局长干脆"),
        ("葡萄乾、牛肉乾、豆乾", "葡萄干、牛肉干、豆干"),
        ("場長高溫烘乾要求", "场长高温烘干要求"),
        ("主任白乾糧", "主任白干粮"),
        ("污泥乾化、若乾主任", "污泥干化、若干主任"),
        ("據稱王乾未到", "据称王干未到"),
    ],
)
def test_qian_stays_in_a_name_with_an_office_and_nowhere_else(traditional, simplified):
    assert convert(traditional) == simplified


def test_every_entry_of_the_own_lists_is_needed_or_guards_another_and_has_a_reason():
    for kind, stands, becomes, reason in tables.rows("script.tsv"):
        assert reason
        assert len(stands) == len(becomes)
        assert convert(stands) == becomes
        assert (kind in stands and len(kind) == 1) or (kind in {"name", "variant"} and t2s(stands) != becomes)


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
