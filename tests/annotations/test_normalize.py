"""From a raw page to what a reader should see: the whole of it, flags, overrides and refusals."""

from __future__ import annotations

import subprocess
import sys

import pytest

from annotations.errors import RegionError
from annotations.normalize import FLAGS, NORMALIZER, normalize
from annotations.regions import Region
from annotations.spans import RawOffset, raw_span

PAGE = (
    "打开APP\n"
    "青禾縣(xiàn)召開河長(zhǎng)制推進(jìn)會\n"
    "來源:青禾縣(xiàn)水利局 時間:2022-03-05\n"
    "\u3000\u30003月4日上午,青禾縣(xiàn)召開推進(jìn)會。\r\n"
    "\r\n"
    "\u3000\u3000會議要求,各鎮(zhèn)(園)要在５月底前完成整治。\n"
    "版權(quán)所有:青禾縣(xiàn)水利局\n"
)


def kinds(raw: str) -> list[tuple[str, str]]:
    return [(region.kind, raw[region.start : region.end].strip()) for region in normalize(raw).regions]


def test_a_whole_page():
    notice = normalize(PAGE)
    assert notice.title == "青禾县召开河长制推进会"
    assert notice.source == "青禾县水利局"
    assert notice.published == "2022-03-05"
    assert notice.normalized.split("\n") == [
        "青禾县召开河长制推进会",
        "3月4日上午,青禾县召开推进会。",
        "会议要求,各镇(园)要在5月底前完成整治。",
    ]
    assert notice.flags == ("traditional", "artefacts")
    assert [region.kind for region in notice.regions] == ["boilerplate", "title", "metadata", "body", "boilerplate"]


def test_a_span_of_the_normalized_text_is_cut_from_the_raw_text_with_its_artefacts():
    notice = normalize(PAGE)
    at = notice.normalized.index("会议要求")
    raw = notice.alignment.to_raw(type(notice.alignment.to_normalized(raw_span(0, len(PAGE))))(at, at + 8))
    assert raw.of(PAGE) == "會議要求,各鎮(zhèn)("


@pytest.mark.parametrize("raw", ["", "\n", " \u3000\r\n\ufeff\u200b", "\ufeff"])
def test_a_page_without_text_gives_an_empty_text(raw):
    notice = normalize(raw)
    assert (notice.normalized, notice.title, notice.source, notice.published) == ("", None, None, None)
    assert notice.alignment.runs == ()
    assert [(region.kind, region.start, region.end) for region in notice.regions] == (
        [("boilerplate", 0, len(raw))] if raw else []
    )


def test_a_simplified_page_changes_in_nothing_but_spaces():
    raw = "乾渚县召开会议\n\n  毕昇平、於潜到会,有人著书。他来自湴(bàn)岭(岭上)。\n"
    assert normalize(raw).normalized == "乾渚县召开会议\n毕昇平、於潜到会,有人著书。他来自湴(bàn)岭(岭上)。"


def test_typos_and_damage_stay_as_they_are():
    raw = "青禾市召开会义\n会议要求,各单位认真落时。锟斤拷\n"
    notice = normalize(raw)
    assert notice.normalized == raw.rstrip("\n")
    assert notice.flags == ("mojibake",)


def test_every_flag_is_documented_and_comes_in_order():
    assert list(FLAGS) == [
        "traditional",
        "artefacts",
        "duplicate",
        "mixed-script",
        "no-title",
        "title-unsure",
        "date-unsure",
        "date-signature",
        "mojibake",
        "hard-wrapped",
        "encoding-unsure",
    ]
    assert NORMALIZER.startswith("zhupi-")


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("會議要求各單位認真落實。", "traditional"),
        ("长(cháng)大(dà)中(zhōng)学。", "artefacts"),
        ("會議要求各單位,会议要求各单位认真落实。", "mixed-script"),
        ("会议要求。", "no-title"),
        ("会议要求\ufffd。", "mojibake"),
        ("èœ¨å·žå¸‚äººæ°‘æ”¿åºœ。", "mojibake"),
    ],
)
def test_a_flag_is_raised(raw, flag):
    assert flag in normalize(raw).flags


# --- overrides ---------------------------------------------------------------------------------------------------


def region(kind: str, start: int, end: int, **more: object) -> Region:
    return Region(kind, RawOffset(start), RawOffset(end), **more)


def test_overridden_regions_are_used_as_they_are_and_the_text_follows():
    raw = "甲甲。\n乙乙。\n丙丙。\n"
    regions = [region("body", 0, 4), region("boilerplate", 4, 8, by="anna"), region("body", 8, 12)]
    notice = normalize(raw, regions=regions)
    assert notice.normalized == "甲甲。\n丙丙。"
    assert notice.regions == tuple(regions)
    assert normalize(raw, regions=[region("body", 0, 12)]).normalized == "甲甲。\n乙乙。\n丙丙。"


def test_title_and_byline_follow_the_overridden_regions():
    raw = "甲市开会\n来源:甲市报 2022-03-05\n会议要求落实。\n"
    found = normalize(raw)
    assert (found.title, found.source, found.published) == ("甲市开会", "甲市报", "2022-03-05")
    title, metadata, body = found.regions
    swapped = normalize(raw, regions=[region("boilerplate", 0, title.end), metadata, body])
    assert (swapped.title, swapped.source) == (None, "甲市报")
    kept = normalize(raw, regions=[title, region("body", metadata.start, metadata.end), body])
    assert (kept.source, kept.published) == (None, None)
    assert kept.normalized == "甲市开会\n来源:甲市报 2022-03-05\n会议要求落实。"


def test_regions_may_part_a_line_and_then_a_newline_comes_from_nothing():
    notice = normalize("甲乙丙丁", regions=[region("title", 0, 2), region("body", 2, 4)])
    assert notice.normalized == "甲乙\n丙丁"
    assert notice.alignment.runs == ((0, 2, 0, 2), (2, 2, 2, 3), (2, 4, 3, 5))


def test_an_artefact_that_regions_part_is_none():
    notice = normalize("會議關(guān)于", regions=[region("body", 0, 3), region("body", 3, 10)])
    assert notice.normalized == "会议关\n(guān)于"


def test_regions_that_do_not_tile_the_text_are_refused():
    with pytest.raises(RegionError, match="regions end at 2"):
        normalize("甲乙丙", regions=[region("body", 0, 2)])
    with pytest.raises(RegionError, match="does not begin where"):
        normalize("甲乙丙", regions=[region("body", 1, 3)])


def test_the_regions_that_were_found_give_the_same_notice_again():
    found = normalize(PAGE)
    assert normalize(PAGE, regions=found.regions) == found


# --- the house ---------------------------------------------------------------------------------------------------


def test_normalizing_imports_neither_opencc_nor_pypinyin():
    code = (
        "import sys; from annotations.normalize import normalize; normalize('會議關(guān)于。');"
        "print(sorted({'opencc', 'pypinyin', 'importlib.resources', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
