"""Whole pages: the gold pages to the character, where a checkout has them beside it, and the samples that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotations.normalize import normalize
from annotations.spans import NormalizedOffset

SAMPLES = Path(__file__).resolve().parents[2] / "store" / "samples"
EXPECTED = sorted((Path(__file__).resolve().parents[1] / "data" / "samples").glob("*.normalized.txt"))
GOLD = ["000_c3050b99c8f9f9b6", "002_d1418c01780da82c", "003_f0591cb80dead2c6"]


def page(path: Path) -> str:
    """As ingest decodes it: a BOM at the start is no part of the text, line ends stay."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read()


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.split(".")[0])
def test_a_sample_gives_the_text_it_was_made_from(expected):
    raw = page(SAMPLES / expected.name.replace(".normalized", ""))
    assert normalize(raw).normalized == page(expected).rstrip("\n")


@pytest.mark.parametrize(
    ("sample", "title", "source", "published"),
    [
        ("01-river-chief-meeting", "砚溪县召开2023年第一次县级总河长会议", "砚溪县水利局", "2023-03-17T09:42"),
        ("02-air-quality-campaign", "青笠县部署秋冬季大气污染防治攻坚行动", "大气环境科", "2022-10-12"),
        ("04-inspection-follow-up", "麓湾新区召开生态环境督察整改工作调度会", "清禾新闻信息网", "2021-11-05"),
        ("05-construction-dust-site-meeting", "我市召开建筑工地扬尘治理现场会", None, None),
        ("06-drinking-water-sources", "梧川市部署汛期集中式饮用水水源地风险排查工作", "梧川", "2023-08-22T16:05"),
        ("10-names-that-stay", "湴(bàn)岭县乾渚镇举办全民健身日活动", "湴(bàn)岭县文化广电体育局", "2023-08-09T11:03"),
        ("12-taiwan-river-patrol", "澄安县政府办理汛期河川联合巡防说明", "澄安县政府水利处", "2023-05-08"),
    ],
)
def test_fields_of_a_sample(sample, title, source, published):
    notice = normalize(page(SAMPLES / f"{sample}.txt"))
    assert (notice.title, notice.source, notice.published) == (title, source, published)


@pytest.mark.parametrize("sample", ["01-river-chief-meeting", "09-happy-rivers-action-plan", "10-names-that-stay"])
def test_a_simplified_sample_loses_nothing_but_its_byline(sample):
    raw = page(SAMPLES / f"{sample}.txt")
    notice = normalize(raw)
    lost = [raw[region.start : region.end] for region in notice.regions if not region.kept]
    assert [text for text in lost if "来源" not in text] == []


@pytest.mark.parametrize("name", GOLD)
def test_a_gold_page_to_the_character(shared, name):
    gold = json.loads((shared / "gold" / f"{name}.notice.json").read_text(encoding="utf-8"))
    raw = page(shared / "notices" / gold["file"])
    notice = normalize(raw)
    assert notice.normalized == gold["normalized"]
    assert (notice.title, notice.source, notice.published) == (gold["title"], gold["source"], gold["published"])
    for at, offset in enumerate(gold["raw_of"]):
        if offset >= 0:
            assert notice.alignment.raw_character(NormalizedOffset(at)).start == offset
    kept = {at for start, end in gold["kept"] for at in range(start, end) if not raw[at].isspace()}
    assert {at for a, b, _, _ in notice.alignment.runs for at in range(a, b) if not raw[at].isspace()} == kept
    for region in notice.regions:
        if region.kind == "duplicate":
            assert region.of.of(raw).strip() == raw[region.start : region.end].strip()


@pytest.mark.parametrize(
    ("name", "kinds", "published"),
    [
        ("001_401bdf2789428746", ["boilerplate", "title", "body", "boilerplate"], None),
        ("004_08df775af791f29a", ["duplicate", "boilerplate", "title", "metadata", "body"], "2021-06-11"),
    ],
)
def test_the_other_pages_as_a_careful_reader_would_have_them(shared, name, kinds, published):
    notice = normalize(page(shared / "notices" / f"{name}.txt"))
    assert [region.kind for region in notice.regions] == kinds
    assert notice.published == published
    assert notice.title
