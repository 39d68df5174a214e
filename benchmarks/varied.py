"""A corpus of invented pages, as varied as real ones: each follows from its number alone, so that any part can be made.

Words are of one to four characters and as unevenly frequent as real ones.  Of ten thousand pages most have 200 to 1,500
characters, some many thousand, and one is of a megabyte; a million of them take less than 2 GB.  One of seven is
Traditional with readings in parentheses, one of nine repeats its body, one of twenty nearly repeats an earlier page.
Heads are of five kinds, and furniture stands around.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Final

from annotations.normalize.artefacts import hosts_of
from annotations.normalize.script import t2s_characters
from store.intake.sources import Source

_WORDS = 30_000
_MEDIAN, _SPREAD = 330, 0.75
"""Characters of a body: the median, and the deviation of its logarithm."""
_LEAST, _MOST = 200, 330_000
_EVERY = {"traditional": 7, "repeated": 9, "near": 20, "huge": 10_000}

_SHARD: Final = 50_000
_EDGES: Final = (1_000, 10_000)
"""Pages of a shard of the corpus; and where shards end besides, since smaller corpora do."""

_HEADS = (
    "{title}\n来源：{source}  {date}\n",
    "首页 > 政务公开 > 通知公告\n{title}\n发布时间：{date} 信息来源：{source} 浏览次数：{hits}\n字号：[大 中 小]\n",
    "索引号：{hits}/2023-00{tail}\n发文机关：{source}\n成文日期：{date}\n{title}\n",
    "打开APP\n{title}\n{source} {date} 08:{tail}\n",
    "{title}\n",
)
_FEET = (
    "",
    "\n扫一扫在手机打开当前页\n打印 关闭\n",
    "\n版权声明：未经许可不得转载\n上一篇：{other}\n下一篇：{other}\n",
    "\n猜你喜欢\n{other}\n{other}\n主办：{source} 联系电话：0571-8{hits}\n",
    "\n{source}\n{year}年{month}月{day}日\n",
)
_TITLES = ("关于{words}的通知", "{words}工作会议召开", "{source}印发{words}实施方案", "我县开展{words}联合执法行动")
_DUTIES = (
    "要{words}",
    "各单位应当{words}",
    "不得{words}",
    "确保{words}",
    "副县长{name}出席并讲话",
    "于{month}月底前完成{words}",
)
_PLACES = "临江青禾云岭白沙东湖南溪石门长桥金坪柳河"
_OFFICES = ("县人民政府办公室", "县水务局", "县生态环境分局", "市自然资源局", "镇人民政府")


@cache
def _characters() -> list[str]:
    """The characters of the first plane of GB 2312, in an order of their own."""
    known = [
        bytes([lead, trail]).decode("gb2312", "ignore") for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)
    ]
    characters = [each for each in known if each]
    Random(3).shuffle(characters)
    return characters


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Words, the commonest first, and how common they are, added up."""
    chance, characters = Random(5), _characters()
    weights = list(accumulate(1 / (rank + 30) for rank in range(len(characters))))
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        words["".join(chance.choices(characters, cum_weights=weights, k=chance.choice((1, 2, 2, 2, 2, 3, 4))))] = None
    return list(words), list(accumulate(1 / (rank + 8) for rank in range(_WORDS)))


@cache
def _to_traditional() -> dict[int, str]:
    return {ord(simplified): traditional for traditional, simplified in reversed(t2s_characters().items())}


@cache
def _readings() -> dict[str, str]:
    """A reading in parentheses for some hundred Traditional characters."""
    syllables = (
        "guān",
        "yǔ",
        "huì",
        "yì",
        "qū",
        "xiàn",
        "jiǎng",
        "shè",
        "fā",
        "guó",
        "mén",
        "chǎng",
        "diàn",
        "xué",
        "bào",
    )
    found: dict[str, str] = {}
    for syllable in syllables:
        for host in hosts_of(f"({syllable})"):
            if host in t2s_characters():
                found[host] = f"{host}({syllable})"
    return found


def page(number: int) -> str:
    """The page with this number."""
    if number % _EVERY["near"] == 13 and number > _EVERY["near"]:
        # A page that was published again, with another word in it.
        earlier = page(number - 11)
        return earlier.replace("工作", "重点", 1) + f"\n第{number}号转发\n"
    chance = Random(number)
    told = _told(chance)
    size = _MOST if number % _EVERY["huge"] == 4_321 else round(_MEDIAN * 2.718281828 ** chance.gauss(0, _SPREAD))
    body = _body(chance, told, min(max(size, _LEAST), _MOST))
    head = chance.choice(_HEADS).format_map(told)
    text = head + body
    if number % _EVERY["repeated"] == 4:
        text += f"\n{told['title']}\n{body}"
    text += chance.choice(_FEET).format_map(told)
    if number % _EVERY["traditional"] == 2:
        readings = _readings()
        text = "".join(readings.get(each, each) for each in text.translate(_to_traditional()))
    return text


def _told(chance: Random) -> dict[str, object]:
    month, day, year = chance.randint(1, 12), chance.randint(1, 28), chance.randint(2015, 2025)
    source = "".join(chance.sample(_PLACES, 2)) + chance.choice(_OFFICES)
    told: dict[str, object] = {
        "date": f"{year}-{month:02}-{day:02}",
        "year": year,
        "month": month,
        "day": day,
        "source": source,
        "hits": chance.randint(100_000, 999_999),
        "tail": chance.randint(10, 59),
        "name": "".join(chance.choices(_characters()[:400], k=3)),
        "other": "".join(_words(chance, 8)),
    }
    told["title"] = chance.choice(_TITLES).format(words="".join(_words(chance, 6)), source=source)
    return told


def _words(chance: Random, count: int) -> list[str]:
    words, weights = _vocabulary()
    return chance.choices(words, cum_weights=weights, k=count)


def _body(chance: Random, told: dict[str, object], size: int) -> str:
    """So many characters or a sentence more, in sentences and paragraphs."""
    parts: list[str] = ["    "]
    length = 0
    words = iter(_words(chance, size))
    while length < size:
        clauses = []
        for _ in range(chance.randint(2, 4)):
            some = "".join(next(words, "年") for _ in range(chance.randint(2, 6)))
            clauses.append(
                some if chance.random() < 0.8 else chance.choice(_DUTIES).format_map({**told, "words": some})
            )
        sentence = "，".join(clauses) + "。"
        parts.append(sentence)
        length += len(sentence)
        if chance.random() < 0.25:
            parts.append("\n    ")
    parts.append("\n")
    return "".join(parts)


def sources(count: int, first: int = 0) -> Iterator[Source]:
    """So many pages, as an import reads them."""
    for number in range(first, first + count):
        yield Source(where="corpus", doc=f"page-{number}", raw=page(number), encoding="utf-8")


def row(source: Source) -> bytes:
    """A page as a line of a shard."""
    values = {"doc": source.doc, "content": source.raw, "url": f"https://example.org/{source.doc}"}
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def vocabulary() -> list[str]:
    """The words of the pages, the commonest first."""
    return _vocabulary()[0]


def parts(count: int) -> list[tuple[int, int]]:
    """The shards of a corpus of so many pages: the number of the first page of each, and that behind its last."""
    edges = {0, count, *(each for each in (*_EDGES, *range(0, count, _SHARD)) if each < count)}
    return [*pairwise(sorted(edges))]


def shard(folder: Path, first: int, end: int) -> Path:
    """Where a shard of the corpus lies."""
    return folder / f"pages-{first:07}-{end:07}.jsonl"


def write(folder: Path, count: int) -> list[Path]:
    """Write the shards of a corpus that are not there yet; returns all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for first, end in parts(count):
        path = shard(folder, first, end)
        if not path.exists():
            part = path.with_suffix(".part")
            write_shard(part, end - first, first)
            part.rename(path)
    return [shard(folder, first, end) for first, end in parts(count)]


def write_shard(path: Path, count: int, first: int) -> None:
    """Write so many pages to a file of JSONL, which ``zhupi import --field raw=content`` takes."""
    with path.open("wb") as out:
        out.writelines(map(row, sources(count, first)))


def main() -> None:
    """Print rows of JSONL: how many, and from which on."""
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for source in sources(count, first):
        sys.stdout.buffer.write(row(source))


if __name__ == "__main__":
    main()
