"""From one row of somebody's JSONL or CSV to a page: which field is what.

A row's other fields are kept, never dropped; what cannot be a page is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from annotations.annotation import clip
from store.errors import SourceError
from store.intake.sources.decoding import is_blank
from store.intake.sources.items import Item, Record, Refusal, Source, require_storable

ROW_FIELDS = ("raw", "doc", "title", "source", "published", "url")
"""What a row can say of a notice; anything else is kept in ``Source.fields``."""

_RAW_NAMES = ("raw", "text", "content")  # looked for in this order where no mapping says otherwise
_NATIVE = "zhupi/"
_KEYS_SHOWN = 8
_DEPTH = 100


class Row(msgspec.Struct, frozen=True):
    """One row as it was read: ``value`` should be an object; ``doc`` names it where no field does."""

    value: object
    encoding: str
    where: str
    doc: str

    def item(self, mapping: Mapping[str, str]) -> Item:
        """The page of this row, or the native record that it is, or why it is neither.

        Args:
            mapping: notice field → the row's own name of it.
        """
        if not isinstance(self.value, dict):
            return Refusal(self.where, f"{_kind(self.value)}, not an object with the fields of a page")
        schema = self.value.get("schema")
        if isinstance(schema, str) and schema.startswith(_NATIVE):
            return Record(msgspec.json.encode(self.value), self.where)
        try:
            return self._source(self.value, mapping)
        except SourceError as error:
            return Refusal(self.where, str(error))

    def _source(self, row: dict[str, Any], mapping: Mapping[str, str]) -> Source:
        for name, value in row.items():
            _require_storable(name, value)
        key = raw_field(row, mapping)
        raw = row[key]
        if not isinstance(raw, str):
            raise SourceError(f"the field {clip(key)} is {_kind(raw)}, not the text of a page")
        raw = raw.removeprefix("\ufeff")
        if is_blank(raw):
            raise SourceError(f"empty: there is no text in the field {clip(key)}")
        rest = {name: value for name, value in row.items() if name != key}
        given = {name: _text_of(rest, mapping.get(name, name)) for name in ROW_FIELDS if name != "raw"}
        return Source(
            doc=given["doc"] or self.doc,
            raw=raw,
            encoding=self.encoding,
            where=self.where,
            title=given["title"],
            source=given["source"],
            published=given["published"],
            url=given["url"],
            fields=rest,
        )


def raw_field(row: Mapping[str, object], mapping: Mapping[str, str]) -> str:
    """The row's own name of the field with the page's text.

    Raises:
        SourceError: it has none.
    """
    names = (mapping["raw"],) if "raw" in mapping else _RAW_NAMES
    present = [name for name in names if name in row]
    if present:
        return next((name for name in present if row[name]), present[0])
    has = ", ".join(clip(name) for name in list(row)[:_KEYS_SHOWN]) or "none"
    more = ", …" if len(row) > _KEYS_SHOWN else ""
    looked = " or ".join(names)
    raise SourceError(f"no field {looked} (its fields: {has}{more}): name the one with the text, --field raw=NAME")


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
