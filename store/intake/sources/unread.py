"""A file that is one page, its bytes not read as text yet: that takes a while, and another process can do it."""

from __future__ import annotations

import codecs
from typing import Literal

import msgspec

from store.input.decoding import decode
from store.input.opening import READ_ERRORS, reason
from store.intake.sources.files import File
from store.intake.sources.items import Item, Refusal, Source, oversize
from store.intake.sources.webpage import read_html


class Unread(msgspec.Struct, frozen=True):
    """The bytes of a file that is one page."""

    file: File
    format: Literal["txt", "html"]
    data: bytes

    def read(self) -> Item:
        """The page, or why it is none."""
        try:
            if self.format == "html":
                return checked(read_html(self.data, self.file))
            text, encoding = decode(self.data)
            return checked(Source(self.file.stem, text, encoding, self.file.where))
        except READ_ERRORS as error:
            return Refusal(self.file.where, reason(error))

    @property
    def plain_text(self) -> str | None:
        """What the bytes are in UTF-8, as ``decode`` would read them; None where they are something else."""
        try:
            return self.data.decode("utf-8-sig") if not self.data.startswith(_UTF_16) else None
        except UnicodeDecodeError:
            return None


_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def checked(item: Item) -> Item:
    """The item, or why its page is too long."""
    told = oversize(item.raw) if isinstance(item, Source) else None
    return item if told is None else Refusal(item.where, told)
