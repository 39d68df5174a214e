"""The corpus of the benchmarks is as varied as they claim: seen on a slice, which follows from its numbers alone."""

from __future__ import annotations

import hashlib
import json

import pytest
import varied

from annotations.near_copies import resemblance, sketch_of
from store.intake.finished import notice_of

_PAGES = 1_500
_MILLION = 1_000_000


@pytest.fixture(scope="module")
def pages():
    return [varied.page(number) for number in range(_PAGES)]


@pytest.fixture(scope="module")
def notices(pages):
    return [notice_of(source) for source in varied.sources(400)]


def test_a_page_follows_from_its_number_alone_and_no_two_are_the_same(pages):
    assert [varied.page(number) for number in (0, 13, 33, 777, _PAGES - 1)] == [
        pages[number] for number in (0, 13, 33, 777, _PAGES - 1)
    ]
    assert len({hashlib.sha256(text.encode()).digest() for text in pages}) == _PAGES


def test_lengths_go_from_two_hundred_characters_to_a_megabyte_and_a_million_takes_two_gigabytes_at_most(pages):
    lengths = sorted(map(len, pages))
    assert lengths[0] >= 200
    assert lengths[_PAGES // 2] < 900
    assert lengths[-1] > 5_000
    huge = varied.page(4_321)
    assert 900_000 <= len(huge.encode()) <= 1_100_000
    # One in ten thousand is a huge one; the slice has none.
    mean = sum(len(text.encode()) for text in pages) / _PAGES
    assert (mean + len(huge.encode()) / 10_000) * _MILLION <= 2e9


def test_words_are_many_and_as_unevenly_common_as_real_ones(pages):
    text = "".join(pages)
    assert len(set(text)) > 2_500
    counts = sorted((text.count(word) for word in varied.vocabulary()[:2_000:20]), reverse=True)
    assert counts[0] > 20 * max(1, counts[-1])


def test_pages_are_traditional_with_artefacts_and_have_furniture_of_many_kinds(pages, notices):
    traditional = [each for each in notices if "traditional" in each.flags]
    assert 0.1 < len(traditional) / len(notices) < 0.2
    assert sum("artefacts" in each.flags for each in traditional) > len(traditional) / 2
    kinds = {region.kind for notice in notices for region in notice.regions if not region.kept}
    assert kinds >= {"boilerplate", "metadata"}
    text = "".join(pages)
    furniture = (
        "首页 >",
        "索引号：",
        "打开APP",
        "字号：",
        "浏览次数",
        "扫一扫",
        "版权声明",
        "上一篇",
        "猜你喜欢",
        "联系电话",
    )
    assert min(map(text.count, furniture)) > _PAGES / 20
    assert len({notice.source for notice in notices}) > 20
    dated = sum(notice.published is not None for notice in notices)
    assert len(notices) / 4 < dated < len(notices)


def test_pages_repeat_themselves_and_nearly_repeat_earlier_ones(pages, notices):
    repeated = [page for page in pages if page.count(max(page.splitlines(), key=len)) > 1]
    assert 0.09 < len(repeated) / len(pages) < 0.15
    copies = [number for number in range(len(notices)) if number % 20 == 13 and number > 20]
    alike = [
        resemblance(one.minima, other.minima)
        for number in copies
        if (one := sketch_of(notices[number].normalized)) and (other := sketch_of(notices[number - 11].normalized))
    ]
    assert len(alike) == len(copies) == 19
    assert sum(value > 0.8 for value in alike) > 0.8 * len(alike)


def test_a_corpus_is_written_in_shards_of_which_a_smaller_one_is_the_beginning(tmp_path):
    few, more = varied.parts(1_000), varied.parts(120_000)
    assert more[: len(few)] == few
    assert more == [(0, 1_000), (1_000, 10_000), (10_000, 50_000), (50_000, 100_000), (100_000, 120_000)]
    (path,) = varied.write(tmp_path, 30)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["content"] for row in rows] == [varied.page(number) for number in range(30)]
    path.write_bytes(b"there")
    assert varied.write(tmp_path, 30) == [path]
    assert path.read_bytes() == b"there"
