"""Which field of a notice the columns of other people's rows are, by names that are in common use.

A field's own name counts before any other, and a mapping that a person gave before that.  Where two columns could be
one field, neither is taken: a wrong title or date would win over the one that the text states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from annotations.normalize.folding import flat

ROW_FIELDS: Final = ("raw", "doc", "title", "source", "published", "url")
"""What a row can say of a notice; anything else is kept in ``Source.fields``."""

RAW_NAMES: Final = ("raw", "text", "content")
"""The field with the text of the page; the first of them that a row has counts, whatever else it has."""

_COMMON: Final = {
    "raw": "正文 正文内容 内容 文章内容 全文 body fulltext maintext",
    "title": "标题 题目 题名 文章标题 新闻标题 公告标题 headline",
    "source": "来源 信息来源 文章来源 消息来源 稿源",  # the name of a site is no source
    "published": "发布时间 发布日期 发布日 发表时间 发表日期 刊发时间 日期 publishedat publishedtime publisheddate "
    "publishtime publishdate publishat publicationdate pubtime pubdate date",
    "url": "网址 链接 链接地址 原文链接 原文地址 网页地址 link href pageurl",
}
"""Other names of a field, as ``_plain`` writes them."""


class Columns(NamedTuple):
    """What the columns of a row are.

    ``names`` has the row's own name of each field that it has, ``common`` the fields that only a common name gave, and
    ``rivals`` the names that compete for a field.
    """

    names: Mapping[str, str]
    common: tuple[str, ...]
    rivals: Mapping[str, tuple[str, ...]]


def columns(names: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """What the columns of a row are.

    Args:
        names: the names of the columns.
        mapping: notice field → the row's own name of it, as a person said; it may name columns that are missing.
    """
    return _columns(tuple(names), tuple(mapping.items()))


@lru_cache(maxsize=64)
def _columns(names: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> Columns:
    found = dict(pairs)
    common: list[str] = []
    rivals: dict[str, tuple[str, ...]] = {}
    spoken_for = set(found.values())
    for field in ROW_FIELDS:
        own = [name for name in (RAW_NAMES if field == "raw" else (field,)) if name in names]
        if field in found:
            continue
        if own:
            found[field] = own[0]
            continue
        candidates = tuple(name for name in names if name not in spoken_for and _fields().get(_plain(name)) == field)
        if len(candidates) == 1:
            found[field] = candidates[0]
            common.append(field)
        elif candidates:
            rivals[field] = candidates
    return Columns(found, tuple(common), rivals)


@cache
def _fields() -> Mapping[str, str]:
    """Every common name, and the field that it means."""
    own = dict.fromkeys(RAW_NAMES, "raw") | {field: field for field in ROW_FIELDS}
    return own | {name: field for field, names in _COMMON.items() for name in names.split()}


def _plain(name: str) -> str:
    """A name in Simplified characters and lower case, without spaces and punctuation: pub_time is pubtime."""
    return "".join(filter(str.isalnum, flat(name)))
