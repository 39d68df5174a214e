"""From HTML to the text of a page, by trafilatura, an optional extra.

The extracted text is the raw text; the HTML is kept beside it.  Parsers die in many ways of hostile pages: whatever
one dies of costs that page only.
"""

from __future__ import annotations

import logging
import re
from typing import Any, BinaryIO

from store.errors import SourceError
from store.intake.sources.decoding import decode, decode_as, is_blank
from store.intake.sources.files import File, read_whole
from store.intake.sources.items import Source, require_storable

_HEAD = 4096  # bytes in which a declaration of the encoding counts, as browsers take four times 1024
_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)

# What its text names as its source is better than the site's name: see ``published`` and ``source`` in the contract.
_NAMES_SOURCE = re.compile(r"[来來]\s*源\s*[:：]")


def read_html(stream: BinaryIO, file: File) -> Source:
    """The page that an HTML file shows.

    ``raw`` is the title's line, unless the text begins with it, and the main text, one paragraph a line.

    Raises:
        SourceError: trafilatura is not installed, or nothing could be extracted.
        DecodeError: the file is no text.
    """
    data = read_whole(stream, "extract its text and import that")
    declared = _CHARSET.search(data[:_HEAD])
    html, encoding = decode_as(data, declared[1].decode("ascii")) if declared else decode(data)
    document = _extract(html)
    text = (document.text or "") if document is not None else ""
    if is_blank(text):
        raise SourceError("no text of a page found in this HTML: extract it yourself and import the text")
    title = " ".join((document.title or "").split()) or None
    raw = f"{title}\n{text}" if title and not text.startswith(title) else text
    require_storable(raw, "its text")
    return Source(
        doc=file.stem,
        raw=raw,
        encoding=encoding,
        where=file.where,
        title=title,
        source=None if _NAMES_SOURCE.search(raw) else document.sitename or None,
        published=_proved_date(document.date, html),
        url=document.url or None,
        html=html,
    )


def _extract(html: str) -> Any:  # noqa: ANN401  # trafilatura ships no types
    """What trafilatura makes of a page; None when it finds nothing.

    Raises:
        SourceError: it is not installed, or it failed.
    """
    try:
        from trafilatura import bare_extraction  # noqa: PLC0415  # optional, and slow
    except ImportError:
        raise SourceError("HTML needs an extra: pip install 'zhupi[html]'") from None
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        # They log what they drop to stderr, which belongs to zhupi's own messages.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        return bare_extraction(
            html,
            include_comments=False,
            with_metadata=True,
            # Only a date that the page marks as its own: the extensive search would take any.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:
        raise SourceError(f"this HTML cannot be read ({type(error).__name__}): extract its text yourself") from error


def _proved_date(date: str | None, html: str) -> str | None:
    """A date whose year, month and day stand in the page; None for one that was completed or guessed."""
    parts = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", date or "")
    if parts is None:
        return None
    year, month, day = map(int, parts.groups())
    return parts[0] if re.search(rf"{year}\D{{0,3}}0?{month}\D{{0,3}}0?{day}(?!\d)", html) else None
