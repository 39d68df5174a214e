"""From one row of somebody's JSONL or CSV to a page: which field is what.

A row's other fields are kept, never dropped; what cannot be a page is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from annotations.annotation import clip
from annotations.normalize.published import read_published
from store.errors import SourceError
from store.input.decoding import is_blank
from store.intake.sources.columns import RAW_NAMES, Columns, columns
from store.intake.sources.items import Item, Record, Refusal, Source, require_storable
from store.intake.sources.remarks import Remarks

_NATIVE = "zhupi/"
_KEYS_SHOWN = 8
_DEPTH = 100


class Row(msgspec.Struct, frozen=True):
    """One row as it was read: ``value`` should be an object; ``doc`` names it where no field does."""

    value: object
    encoding: str
    where: str
    doc: str


class RowReader:
    """Makes pages of rows.

    Args:
        mapping: notice field → the rows' own name of it.
        remarks: where it says which columns it took by their names, and which dates it could not read.
    """

    def __init__(self, mapping: Mapping[str, str], remarks: Remarks) -> None:
        self._mapping = mapping
        self._remarks = remarks

    def item(self, row: Row) -> Item:
        """The page of a row, or the native record that it is, or why it is neither."""
        if not isinstance(row.value, dict):
            return Refusal(row.where, f"{_kind(row.value)}, not an object with the fields of a page")
        schema = row.value.get("schema")
        if isinstance(schema, str) and schema.startswith(_NATIVE):
            return Record(msgspec.json.encode(row.value), row.where)
        try:
            return self._source(row, row.value)
        except SourceError as error:
            return Refusal(row.where, str(error))

    def require_raw(self, names: Sequence[str]) -> None:
        """Prove that one of the columns with these names has the page's text.

        Raises:
            SourceError: none has.
        """
        self._raw_name(dict.fromkeys(names, ""), columns(names, self._mapping))

    def _source(self, row: Row, values: dict[str, Any]) -> Source:
        for name, value in values.items():
            _require_storable(name, value)
        found = columns([*values], self._mapping)
        key = self._raw_name(values, found)
        raw = values[key]
        if not isinstance(raw, str):
            raise SourceError(f"the field {clip(key)} is {_kind(raw)}, not the text of a page")
        raw = raw.removeprefix("\ufeff")
        if is_blank(raw):
            raise SourceError(f"empty: there is no text in the field {clip(key)}")
        rest = {name: value for name, value in values.items() if name != key}
        given = {field: _text_of(rest, found.names.get(field, field)) for field in ("doc", "title", "source", "url")}
        published = self._published(row.where, rest, found.names.get("published", "published"))
        for field in found.common:
            self._remarks.take(field, found.names[field])
        for field, rivals in found.rivals.items():
            self._remarks.leave(field, rivals)
        return Source(
            doc=given["doc"] or row.doc,
            raw=raw,
            encoding=row.encoding,
            where=row.where,
            title=given["title"],
            source=given["source"],
            published=published,
            url=given["url"],
            fields=rest,
        )

    def _raw_name(self, values: Mapping[str, object], found: Columns) -> str:
        """The row's own name of the field with the page's text.

        Raises:
            SourceError: it has none.
        """
        name = found.names.get("raw")
        if name in RAW_NAMES and "raw" not in self._mapping:
            return next((each for each in RAW_NAMES if values.get(each)), name)
        if name is not None and name in values:
            return name
        rivals = found.rivals.get("raw")
        if rivals:
            told = f"{', '.join(map(clip, rivals[:_KEYS_SHOWN]))} could each be the text of the page"
            raise SourceError(f"{told}: name the one that is, --field raw=NAME")
        has = ", ".join(clip(each) for each in list(values)[:_KEYS_SHOWN]) or "none"
        more = ", …" if len(values) > _KEYS_SHOWN else ""
        looked = name or " or ".join(RAW_NAMES)
        raise SourceError(f"no field {looked} (its fields: {has}{more}): name the one with the text, --field raw=NAME")

    def _published(self, where: str, rest: dict[str, Any], name: str) -> str | None:
        """Take the publication date out of ``rest``; one that cannot be read stays there."""
        value = rest.get(name)
        if value is None:
            return None
        if isinstance(value, str) and is_blank(value):
            del rest[name]
            return None
        read = read_published(value) if isinstance(value, str | int | float) else None
        if read is None:
            self._remarks.unread(where, name, value)
        else:
            del rest[name]
        return read


def _text_of(rest: dict[str, Any], name: str) -> str | None:
    """Take a field out of ``rest`` as text; one that is neither text nor a number stays there."""
    match rest.get(name):
        case str() as text:
            del rest[name]
            return text or None
        case bool():
            return None
        case int() | float() as number:
            del rest[name]
            return str(number)
        case _:
            return None


def _require_storable(name: str, value: object) -> None:
    """Prove a field with every text in it.

    Raises:
        SourceError: a lone surrogate is in one, or it is nested deeper than what reads it later can follow.
    """
    require_storable(name, "a field's name")
    pending = [(value, 0)]
    while pending:
        part, depth = pending.pop()
        if depth > _DEPTH:
            raise SourceError(f"the field {clip(name)} is nested too deeply")
        match part:
            case str():
                require_storable(part, f"the field {clip(name)}")
            case dict():
                pending += [(inner, depth + 1) for pair in part.items() for inner in pair]
            case list():
                pending += [(inner, depth + 1) for inner in part]


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
