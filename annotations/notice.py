"""The value of one notice: a scraped page with its raw text, fields, regions and alignment."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from annotations.alignment import Alignment
from annotations.regions import Region


class Notice(msgspec.Struct, frozen=True):
    """One scraped page.

    ``sha256`` is the digest of the raw text in UTF-8, in hex.  ``id`` is its first 16 digits.  ``doc`` is the stem of
    the file that the page came from; several notices may have the same.  ``title`` and ``source`` are normalized text,
    ``published`` is an ISO date or date-time; each is None when it is unknown.  ``normalizer`` is the version of the
    rules that made ``normalized``, ``regions`` and ``alignment``.  ``meta`` holds the encoding, the flags and the
    fields of the source row.
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
    """The SHA-256 digest of a raw text in UTF-8, in hex.

    Raises:
        UnicodeEncodeError: the text holds a lone surrogate, which UTF-8 cannot encode.
    """
    return hashlib.sha256(raw.encode("utf-8")).hexdigest()


def notice_id(sha256: str) -> str:
    """The id of the notice whose raw text has the digest ``sha256``."""
    return sha256[:16]
