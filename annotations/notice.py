"""A notice: one scraped page as a value, with its raw text, its fields, its regions and its alignment."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from annotations.alignment import Alignment
from annotations.regions import Region


class Notice(msgspec.Struct, frozen=True):
    """One scraped page.

    ``id`` is the first 16 hex digits of ``sha256``, the digest of the raw text in UTF-8.  ``doc`` is the stem of the
    file it came from and need not be unique.  ``title`` and ``source`` are normalized, ``published`` is an ISO date
    or date-time; each is None when unknown.  ``meta`` holds encoding, flags and the fields of the source row.
    """

    id: str
    doc: str
    sha256: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    raw: str
    normalized: str
    normalizer: str
    regions: tuple[Region, ...]
    alignment: Alignment
    meta: dict[str, Any]


def raw_sha256(raw: str) -> str:
    """The sha256 of a raw text's UTF-8 bytes, in hex.

    Raises:
        UnicodeEncodeError: the text holds a lone surrogate, which no UTF-8 file can hold.
    """
    return hashlib.sha256(raw.encode("utf-8")).hexdigest()


def notice_id(sha256: str) -> str:
    """The id of the notice whose raw text has this digest."""
    return sha256[:16]
