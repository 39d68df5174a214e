"""From HTML to the text of a page and its fields, by lxml, an optional extra.

``markup``  the lines of a page as a browser shows them
``region``  which of them are the notice
``fields``  what the page says of itself: title, source, publication date, address

The extracted text is the raw text; the HTML is kept beside it.  Parsers die in many ways of hostile pages: whatever
one dies of costs that page only.
"""

from __future__ import annotations

import re
from typing import Final

from store.errors import SourceError
from store.input.decoding import decode, decode_as
from store.intake.sources.files import File
from store.intake.sources.items import Source, require_storable
from store.intake.sources.webpage.fields import Fields, Metadata
from store.intake.sources.webpage.markup import Page, parse, read, version
from store.intake.sources.webpage.region import Region, find_region, key

EXTRACTION: Final = "zhupi-html-1"
"""The version of what is extracted from HTML; every notice that came from HTML has it in its ``meta``.

Raise it with every change of code that changes the text of any page.
"""

_LITTLE: Final = 100
_MUCH_MORE: Final = 5
"""A page hides its text until a script shows it where so few visible code points stand in what it shows, and so many
times as many in all of it."""

_MOST_TAGS: Final = 200_000
"""Tags of a page at most: each takes a hundred times its size of memory."""

_HEAD = 4096  # bytes in which a declaration of the encoding counts, as browsers take four times 1024
_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


def read_html(data: bytes, file: File) -> Source:
    """The page that an HTML file shows.

    ``raw`` is its heading, what is stated beside that, and the text, one paragraph a line.  A title that the page has
    in its metadata and does not show is the first line.

    Raises:
        SourceError: lxml is not installed, or nothing could be extracted.
        DecodeError: the file is no text.
    """
    tags = data.count(b"<")
    if tags > _MOST_TAGS:
        raise SourceError(f"{tags:,} tags; a page has {_MOST_TAGS:,} at most: extract its text and import that")
    declared = _CHARSET.search(data[:_HEAD])
    html, encoding = decode_as(data, declared[1].decode("ascii")) if declared else decode(data)
    try:
        raw, fields = _extract(html)
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(f"this HTML cannot be read ({type(error).__name__}): extract its text yourself") from error
    require_storable(raw, "its text")
    return Source(
        doc=file.stem,
        raw=raw,
        encoding=encoding,
        where=file.where,
        title=fields.title,
        source=fields.source,
        published=fields.published,
        url=fields.url,
        html=html,
        extractor=f"{EXTRACTION} lxml-{version()}",
    )


def _extract(html: str) -> tuple[str, Fields]:
    """The raw text of a page and its fields.

    Raises:
        SourceError: lxml is not installed, or the page has no text.
    """
    root = parse(html)
    if root is not None:
        metadata = Metadata(root)
        page = read(root)
        region = _region(page, metadata)
        if page.hidden and _size(region) < _LITTLE:
            whole = _region(read(root, hidden=True), metadata)
            region = whole if _size(whole) > _MUCH_MORE * _size(region) else region
        if region is not None:
            fields = metadata.fields(region)
            head = "\n".join(line.text for line in (*region.above, *region.head))
            raw = "\n".join(filter(None, (head, *(line.text for line in region.text))))
            if fields.title is not None and key(fields.title) not in key(head):
                raw = f"{fields.title}\n{raw}"
            if any(map(str.isalnum, raw)):
                return raw, fields
    raise SourceError("no text of a page found in this HTML: extract it yourself and import the text")


def _region(page: Page, metadata: Metadata) -> Region | None:
    return find_region(page, metadata.titles(page.lines))


def _size(region: Region | None) -> int:
    """How many visible code points are in the text of a region."""
    return sum(line.visible for line in region.text) if region is not None else 0
