"""The value of one notice: a scraped page with its raw text, fields, regions and alignment.

Title, source and date of publication come from the page, or from the row that brought it, until a person sets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args

import msgspec

from annotations.alignment import Alignment
from annotations.errors import FieldError
from annotations.regions import Region
from annotations.spans import RawSpan
from annotations.value_checks import is_date

FieldName = Literal["title", "source", "published"]
"""A field of a notice that a person can set."""

FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)

FIELD_WORDS: Final[Mapping[FieldName, str]] = {"title": "title", "source": "source", "published": "date"}
"""Each field in a word of a message."""

GIVEN: Final = "given"
"""The key of ``meta`` with the names of the fields that the row or the metadata of a page gave.

The text of the page gave the others.  Notices that were imported before there was such a list have none.
"""

_SETTLED: Final[Mapping[FieldName, frozenset[str]]] = {
    "title": frozenset({"no-title", "title-unsure"}),
    "source": frozenset(),
    "published": frozenset({"date-unsure", "date-signature"}),
}
"""The flags that say how well the page tells a field: once a person has set the field, they say nothing any more."""


_NOT_ONE_LINE: Final = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
"""Control characters, line ends, and what no UTF-8 file can hold."""

_SURE: Final = frozenset({"date-signature"})
"""Flags that say where a field was found, and not that it may be wrong."""

_ROUTINE: Final = frozenset({"traditional", "artefacts", "duplicate"})
"""Flags that say what was done to the text, as it is to many a page; all others are warnings."""


class FieldsBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who set each field of a notice; None where nobody did, and it comes from the page or its row."""

    title: str | None = None
    source: str | None = None
    published: str | None = None

    def of(self, field: FieldName) -> str | None:
        """Who set this field."""
        return {"title": self.title, "source": self.source, "published": self.published}[field]

    @property
    def corrected(self) -> tuple[FieldName, ...]:
        """The fields that somebody set, in order."""
        # Of nearly all notices none.
        if self.title is None and self.source is None and self.published is None:
            return ()
        return tuple(field for field in FIELDS if self.of(field) is not None)


class NoticeFields(msgspec.Struct, frozen=True):
    """The fields of a notice as they are shown, and who set them; ``published`` is an ISO date or date-time."""

    title: str | None
    source: str | None
    published: str | None
    by: FieldsBy = FieldsBy()

    def of(self, field: FieldName) -> str | None:
        """The value of a field; None when it is unknown."""
        return {"title": self.title, "source": self.source, "published": self.published}[field]


class Notice(msgspec.Struct, frozen=True):
    """One scraped page.

    ``sha256`` is the digest of the raw text in UTF-8, in hex.  ``id`` is its first 16 digits.  ``doc`` is the stem of
    the file that the page came from; several notices may have the same.  ``title`` and ``source`` are normalized text,
    ``published`` is an ISO date or date-time; each is None when it is unknown, and ``fields_by`` names who set it.
    ``normalizer`` is the version of the rules that made ``normalized``, ``regions`` and ``alignment``.  ``meta`` holds
    the encoding, the flags, the fields of the source row, and which of the three fields it gave.
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
    fields_by: FieldsBy = FieldsBy()

    @property
    def fields(self) -> NoticeFields:
        """The fields that a person can set."""
        return NoticeFields(self.title, self.source, self.published, self.fields_by)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the normalizer that still say something, in their order."""
        return standing_flags(self.meta, self.fields_by.corrected)

    def shown(self, span: RawSpan) -> str:
        """The text of a raw span as a reader sees it: normalized, or as it is where nothing of it is kept."""
        survives = self.alignment.to_normalized(span)
        return survives.of(self.normalized) if survives is not None else span.of(self.raw)


def standing_flags(meta: Mapping[str, Any], corrected: Iterable[FieldName]) -> tuple[str, ...]:
    """The flags in the ``meta`` of a notice, without those that a person settled by setting a field.

    Args:
        meta: of any origin: what is no list of names there counts as no flags.
        corrected: the fields that somebody set.
    """
    flags = meta.get("flags")
    names = [flag for flag in flags if isinstance(flag, str)] if isinstance(flags, list) else []
    return unsettled(dict.fromkeys(names), corrected)


def doubtful(flags: Iterable[str], field: FieldName) -> tuple[str, ...]:
    """Those of some flags that say how well the page tells a field."""
    return tuple(flag for flag in flags if flag in _SETTLED[field])


def is_unsure(flags: Iterable[str], field: FieldName) -> bool:
    """Whether some flags say that a field may be wrong; a date that is only read from the signature is right."""
    return bool(set(flags) & (_SETTLED[field] - _SURE))


def warnings_of(flags: Iterable[str]) -> tuple[str, ...]:
    """Those of some flags that a reviewer should know of before reading."""
    return tuple(flag for flag in flags if flag not in _ROUTINE)


def unsettled(flags: Iterable[str], known: Iterable[FieldName]) -> tuple[str, ...]:
    """The flags without those about fields that are known from elsewhere: from a person, or the row of the page."""
    settled = frozenset[str]().union(*(_SETTLED[field] for field in known))
    if not settled:
        return tuple(flags)
    return tuple(flag for flag in flags if flag not in settled)


def check_field(name: FieldName, value: str | None) -> None:
    """Prove that a person can set a field to ``value``; None says that it is unknown.

    Raises:
        FieldError: a title or source is empty, or not one line without white space at its ends; a date of publication
            is not an ISO date or date-time with a known year.
    """
    if value is None:
        return
    if name == "published":
        if not is_date(value) or not value[0].isdigit():
            raise FieldError(f"published={value}: it is a date, 2021-09-26 or 2021-09-26T11:56")
    elif not value or value != value.strip() or re.search(_NOT_ONE_LINE, value):
        raise FieldError(f"{name}: it is one line of text, without control characters or white space at its ends")


def raw_sha256(raw: str) -> str:
    """The SHA-256 digest of a raw text in UTF-8, in hex.

    Raises:
        UnicodeEncodeError: the text holds a lone surrogate, which UTF-8 cannot encode.
    """
    import hashlib  # noqa: PLC0415  # loads OpenSSL, which is fast for a long text; nothing is digested at the start

    return hashlib.sha256(raw.encode("utf-8")).hexdigest()


def notice_id(sha256: str) -> str:
    """The id of the notice whose raw text has the digest ``sha256``."""
    return sha256[:16]
