"""Notices that are hard to write in any format; each annotation is called after what is hard about it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from formats import Said
from making import normalized_notice, notice_of
from msgspec.structs import replace

from annotations.alignment import Alignment
from annotations.annotation import Annotation, Review
from annotations.labels import default_labels
from annotations.notice import Notice
from annotations.origins import tagged
from annotations.spans import raw_span
from store.db.database import Database
from store.log.events import Change, annotation_change
from store.write.notices import add_notice
from store.write.record import record

AT = "2026-11-21T08:00:00.000Z"

PAGE = (
    "某市水務局召開河長制工作會議\n"
    "來源:某市水務局 時間:2023-04-12 打开APP\n"
    "9月26日上午,市水務局局長𠮷小河出席會議並關(guān)於整改作講話。\n"
    "會議強調,各鄉鎮要在10月15日前完成整改,\n確保排查到位。\n"
    "扫一扫在手机打开当前页\n"
)
"""Traditional, with a character of two UTF-16 units, a reading, a byline and boilerplate."""


def item(
    name: str, quote: str, label: str = "DATE", annotator: str = "lin", raw: str = PAGE, **changes: Any
) -> Annotation:
    """An annotation of the first place of a quote; ``attributes`` among the changes are laid over those unset."""
    start = raw.index(quote)
    values = default_labels()[label].attributes(changes.pop("attributes", {}))
    made = tagged(raw, raw_span(start, start + len(quote)), label, values, annotator)
    return replace(made, id=name, created_at=AT, updated_at=AT, **changes)


ATTRIBUTES: dict[str, dict[str, str | bool]] = {
    "REQUIREMENT": {
        "addressee": "各乡镇", "cue": "要", "modality": "must", "deadline": "2023-10-15", "item": "（一） 头",
    },
    "OFFICIAL": {
        "name": "𠮷小河", "title": "市水务局局长", "organisation": "市水务局", "organisation_inferred": "某市",
        "mention": "full",
    },
    "DATE": {"iso": "2023-10-01/2023-10-15", "part": "AM", "mod": "before", "role": "publication", "approx": True},
}  # fmt: skip
"""Every attribute of every label."""

PAGE_ITEMS = [
    item("astral", "市水務局局長𠮷小河", "OFFICIAL", attributes=ATTRIBUTES["OFFICIAL"]),
    item("behind-astral", "出席會議"),
    item("outer", "各鄉鎮要在10月15日前完成整改", "REQUIREMENT", attributes=ATTRIBUTES["REQUIREMENT"]),
    item("inner", "10月15日前", attributes=ATTRIBUTES["DATE"]),
    item("crossing", "15日前完成整改,", "OFFICIAL"),
    item("same-date", "9月26日上午"),
    item("same-official", "9月26日上午", "OFFICIAL"),
    item("artefact", "關(guān)於"),
    item("inside-artefact", "(guān)於整", "OFFICIAL"),
    item("left-out", "2023-04-12"),
    item("partly-left-out", "排查到位。\n扫一扫", "REQUIREMENT"),
    item("over-lines", "完成整改,\n確保", "REQUIREMENT"),
    item("comment", "會議強調", comment="为什么?\t“不是”<b>要求</b>\n第二行"),
    item("unsure", "講話", unsure=True),
]


@cache
def page() -> Said:
    """A page with all of it, said by one person."""
    return normalized_notice(PAGE, "page"), PAGE_ITEMS, [Review("lin", "done", None, AT)]


def nothing_found() -> Said:
    """A notice in which somebody found nothing."""
    return normalized_notice("某镇召开会议\n会议听取了汇报。\n", "nothing"), [], [Review("lin", "done", None, AT)]


def empty() -> Said:
    """A notice of which the normalized text leaves all out, and in which somebody found nothing."""
    notice = notice_of("打开APP\n扫一扫\n", "empty")
    regions = tuple(replace(region, kind="boilerplate", by="lin") for region in notice.regions)
    alignment = Alignment([], len(notice.raw), 0)
    return replace(notice, normalized="", regions=regions, alignment=alignment), [], [Review("lin", "done", None, AT)]


def only_artefacts() -> Notice:
    """A notice of which the normalized text leaves all out but one character."""
    return normalized_notice("\ufeff\u3000關(guān)\n", "artefacts")


def hostile() -> Said:
    """A notice with controls, ends of lines of all kinds, what is not seen, and characters that combine."""
    raw = (
        "某县召\x00开\x1b[2J会\u200b议\u202e\r\n"
        "会议\u2028要求\x85,各镇\x0b要于4\u030a月\x1c底前\u3000完成\ufeff排查,\u00a0不得\U0002ebf0误\U0001f468\u200d\U0001f469。\r"
        '\t## <b>&amp;</b> "引号" -DOCSTART- T1\tDATE 0 1\t某\r\n'
    )
    quotes = (
        "召\x00开\x1b[2J会\u200b议", "议\u202e\r\n会议\u2028要求\x85", "4\u030a月\x1c底前", "\u3000完成\ufeff",
        "不得\U0002ebf0误", "\U0001f468\u200d\U0001f469", '\t## <b>&amp;</b> "引号"', "T1\tDATE 0 1\t某",
    )  # fmt: skip
    items = [item(f"hostile-{number}", quote, raw=raw) for number, quote in enumerate(quotes)]
    return normalized_notice(raw, "hostile"), items, []


@cache
def long() -> Said:
    """A notice of 1 MB in UTF-8, with spans at its ends."""
    raw = "某镇召开会议\n" + "会议要求,各村要在月底前完成排查。\n" * 21_000
    notice = normalized_notice(raw, "long")
    last = item("last", "月底前", raw=raw)
    shift = raw.rindex("月底前") - last.start
    return notice, [
        item("first", "月底前", raw=raw), replace(last, start=last.start + shift, end=last.end + shift),
    ], []  # fmt: skip


def differing() -> Said:
    """A notice on which two people disagree."""
    raw = "某县召开会议\n会议要求,各镇要于2023年4月10日前完成排查。\n"
    return normalized_notice(raw, "differing"), [
        item("lin-date", "2023年4月10日前", raw=raw), item("wei-date", "4月10日", annotator="wei", raw=raw),
    ], [Review("bai", "done", None, AT)]  # fmt: skip


def named(*docs: str) -> list[Said]:
    """A notice for each name, whatever the names are."""
    made = []
    for number, doc in enumerate(docs):
        raw = f"某县召开会议\n会议要求,各镇要于{number + 1}日前完成排查。\n"
        made.append((normalized_notice(raw, doc), [item(f"named-{number}", f"{number + 1}日前", raw=raw)], []))
    return made


EVIL_DOCS = (
    "1",
    "1",
    "../../evil",
    "長" * 300,
    "長" * 299,
    "CON",
    "a/b\\c:d",
    "-rf",
    ".",
    "",
    "x\x1b[2J\u202e\ny",
    "Ä",
    "a\u0308",
)
"""Names of notices that no file may have as they are."""


def store(database: Database, said: Iterable[Said]) -> None:
    """Put notices into a database, with what is said about them."""
    for notice, items, reviews in said:
        with database.write() as connection:
            number = add_notice(connection, "importer", notice)
            assert number is not None
            for each in items:
                record(connection, each.annotator or "rules", "tag", annotation_change(number, None, each))
            for review in reviews:
                record(connection, review.annotator, "review", Change(number, "review", review.annotator, None, review))


def short_cases() -> list[Said]:
    """All but the long notice."""
    return [page(), nothing_found(), empty(), (only_artefacts(), [], []), differing(), hostile(), *named(*EVIL_DOCS)]


def all_cases() -> list[Said]:
    """Everything."""
    return [*short_cases(), long()]
