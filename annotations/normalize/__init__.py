"""Normalization: makes the text that a reader should see from a raw page, with the exact map between the two.

``normalize`` runs all steps.  Each step is a module of this package:

``page``         finds the regions: title, metadata, body, boilerplate and duplicates; it stands on
                 ``lines`` and ``folding`` (the lines of a page as rules see them), ``boilerplate`` and ``byline``
                 (rules for one line), ``statements`` (bylines over several lines), ``duplicates`` (lines that repeat
                 others), ``facts`` (all of this about each line) and ``head`` (the title and the byline)
``wrapped``      recognises text of fixed width and tells which of its lines to join
``artefacts``    removes readings that a site's conversion left behind characters, 關(guān)于
``script``       converts Traditional characters to Simplified
``given``        finds 乾 in the names of people, where it stays
``spaces``       removes indents, blank lines and zero-width characters; makes full-width letters narrow
``punctuation``  makes punctuation full-width, on request
``fields``       reads title, source and publication date
``damage``       tells whether a wrong decoding damaged the text, and keeps what is damaged as it is
``draft``        the text while it is edited, and the one edit that keeps the map
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Literal

import msgspec

from annotations.alignment import Alignment
from annotations.normalize.artefacts import Artefacts, narrow
from annotations.normalize.damage import find_damage, is_garbled, signs, verbatim
from annotations.normalize.draft import Draft
from annotations.normalize.fields import headline, read_fields, signature_date, unspaced
from annotations.normalize.page import Page, find_regions
from annotations.normalize.punctuation import full_width
from annotations.normalize.script import convert, judge
from annotations.normalize.spaces import FOLDED, INVISIBLE, drop_invisible, narrow_letters, paragraphs
from annotations.normalize.wrapped import Wrapping, find_wrapping
from annotations.regions import Region, RegionKind, check_tiling

NORMALIZER: Final = "zhupi-2"
"""The version of the output of ``normalize``; every notice stores it.

Raise it with every change of code or tables that changes the output for any page.
"""

FLAGS: Final = {
    "traditional": "the page was Traditional and has been converted",
    "artefacts": "readings behind characters were removed",
    "duplicate": "the page repeats itself; one copy was kept",
    "mixed-script": "Traditional and Simplified characters stand side by side",
    "no-title": "no title was found",
    "title-unsure": "the title is one of several lines that might be it; all lines before it were kept",
    "date-unsure": "the publication date was found beside a title that is unsure, or the page states several",
    "date-signature": "the publication date is the one below the signature; the page states no other",
    "mojibake": "text is damaged by a wrong decoding; it stays as it is",
    "hard-wrapped": "lines were joined that a page of fixed width had divided",
    "encoding-unsure": "the file may be in another encoding than the one it was read in",
}
"""What each flag of a notice means; ``encoding-unsure`` is not for ``normalize`` to tell, who gets text."""


_NOTHING: Final = Page((), [], None, sure=False)
"""What is told of a page that has no title, and so needs no search for one."""


class Normalized(msgspec.Struct, frozen=True):
    """What ``normalize`` makes of a raw page.

    ``normalized`` is the text that a reader should see, ``alignment`` the map between it and the raw text.  ``title``
    and ``source`` are normalized text, ``published`` is an ISO date or date-time; each is None when it is unknown.
    ``regions`` tile the raw text.  ``flags`` are keys of ``FLAGS``, in the order of ``FLAGS``.
    """

    title: str | None
    source: str | None
    published: str | None
    normalized: str
    alignment: Alignment
    regions: tuple[Region, ...]
    flags: tuple[str, ...]


def normalize(
    raw: str,
    *,
    regions: Sequence[Region] | None = None,
    punctuation: Literal["keep", "full"] = "keep",
) -> Normalized:
    """Normalize one raw page.

    Args:
        raw: the decoded page.
        regions: the regions of the page, which are used as they are; None lets the rules find them.
        punctuation: ``full`` makes ASCII punctuation beside Chinese full-width, character for character.

    Raises:
        RegionError: the given regions do not tile the raw text.
    """
    wrapping = find_wrapping(raw)
    known: dict[str, str] = {}
    if regions is None:
        page = _page(raw, wrapping, known)
        tiles, spans = page.regions, page.spans
    else:
        check_tiling(regions, len(raw))
        tiles = tuple(regions)
        spans = paragraphs(raw, [(region.start, region.end) for region in tiles if region.kept])
        # What the rules find tells which lines of given titles are the headline, and whether it is sure.
        page = _page(raw, wrapping, known) if _titles(tiles) else _NOTHING
    if wrapping is None:
        draft = Draft.lines(raw, spans)
    else:
        draft, spans = wrapping.lines(spans)
    plain = _unusual().search(draft.text) is None
    artefacts = Artefacts(raw)
    if not plain:
        draft = drop_invisible(draft)
    draft, found, sure = artefacts.drop(draft)
    plain = plain or _unusual().search(draft.text) is None  # the vowels of readings are signs of damage too
    traditional, mixed = judge(draft.text, artefact=sure)
    traditional = traditional and (plain or not is_garbled(draft.text))
    damage = [] if plain else find_damage(draft.text)
    if traditional:
        draft = draft.mapped(verbatim(draft.text, convert(draft.text, known), damage))
    if not plain:
        draft = draft.mapped(narrow_letters(draft.text))
    if punctuation == "full":
        draft = draft.mapped(full_width(draft.text))
    head, rest = _parted(tiles)
    stated = read_fields(_metadata(raw, head, artefacts, known if traditional else None))
    if rest:
        stated = stated.over(read_fields(_metadata(raw, rest, artefacts, known if traditional else None)))
    lines = draft.text.split("\n") if spans else []
    kinds = _kinds(spans, tiles)
    found_title, title_date = _title(lines, spans, kinds, page)
    published = stated.published or title_date
    signed = (
        None
        if published
        else signature_date([line for line, kind in zip(lines, kinds, strict=True) if kind != "title"])
    )
    unsure = found_title is not None and not page.sure and _titles(tiles) == _titles(page.regions)
    flags = {  # in the order of ``FLAGS``
        "traditional": traditional,
        "artefacts": found,
        "duplicate": "duplicate" in [region.kind for region in tiles],
        "mixed-script": mixed,
        "no-title": (found_title or stated.title) is None,
        "title-unsure": unsure,
        "date-unsure": stated.disputed or (unsure and published is not None),
        "date-signature": signed is not None,
        "mojibake": bool(damage),
        "hard-wrapped": wrapping is not None,
    }
    return Normalized(
        title=found_title or stated.title,
        source=stated.source,
        published=published or signed,
        normalized=draft.text,
        alignment=draft.alignment(),
        regions=tiles,
        flags=tuple([flag for flag, is_set in flags.items() if is_set]),
    )


@cache
def _unusual() -> re.Pattern[str]:
    """A character that few pages have and without which some steps find nothing.

    One search for all of them is several times as fast as these steps.
    """
    return re.compile(f"[{INVISIBLE}{FOLDED}{signs()}]")


def _page(raw: str, wrapping: Wrapping | None, known: dict[str, str]) -> Page:
    """What the rules find on a page, in raw offsets; of a hard-wrapped page they see the paragraphs.

    ``known`` is as for ``fold``.
    """
    if wrapping is None:
        return find_regions(raw, known)
    found = find_regions(wrapping.unwrapped.text, known)
    tiles = wrapping.regions(found.regions)
    spans = paragraphs(raw, [(region.start, region.end) for region in tiles if region.kept])
    return Page(tiles, spans, wrapping.raw_span(found.headline) if found.headline else None, found.sure)


def _kinds(spans: list[tuple[int, int]], regions: Sequence[Region]) -> list[RegionKind]:
    """The kind of the region that each line of the normalized text comes from.

    Args:
        spans: the raw span of each line.
        regions: the regions of the page.
    """
    kinds: list[RegionKind] = []
    for region in regions:
        if region.kept:
            kinds += [region.kind] * (bisect_left(spans, (region.end,)) - len(kinds))
    return kinds


def _titles(regions: Sequence[Region]) -> list[tuple[int, int]]:
    """The raw spans of the title regions."""
    return [(region.start, region.end) for region in regions if region.kind == "title"]


def _title(
    lines: list[str], spans: list[tuple[int, int]], kinds: list[RegionKind], page: Page
) -> tuple[str | None, str | None]:
    """The main headline of the title regions, its lines joined, and the ISO date behind it; None without any.

    Where a reviewer has decided what the title is, it is all lines of the title regions.

    Args:
        lines: the lines of the normalized text.
        spans: the raw span of each of them.
        kinds: the kind of the region of each of them.
        page: what the rules found.
    """
    titles = [index for index, kind in enumerate(kinds) if kind == "title"]
    if page.headline is not None:
        low, high = page.headline
        titles = [index for index in titles if low <= spans[index][0] < high] or titles
    if not titles:
        return None, None
    return headline(_joined([unspaced(lines[index]) for index in titles]))


def _joined(lines: list[str]) -> str:
    """Lines of one title in one; a space stands only between two Latin words."""
    text = lines[0]
    for line in lines[1:]:
        text += (" " if text[-1:].isascii() and line[:1].isascii() else "") + line
    return text


def _parted(regions: Sequence[Region]) -> tuple[list[Region], list[Region]]:
    """The metadata regions above the longest body region, and the others: those of annexes, and of lists behind it."""
    metadata = [region for region in regions if region.kind == "metadata"]
    if not metadata:
        return [], []
    length = start = 0
    for region in regions:
        if region.kind == "body" and region.end - region.start > length:
            length, start = region.end - region.start, region.start
    head = [region for region in metadata if region.start < start] if length else metadata
    return head, metadata[len(head) :]


def _metadata(
    raw: str, regions: Sequence[Region], artefacts: Artefacts, known: Mapping[str, str] | None
) -> Iterator[str]:
    """The lines of metadata regions, normalized.

    Args:
        raw: the raw text.
        regions: its metadata regions, or some of them.
        artefacts: the artefacts of the page.
        known: as for ``convert``, of a page that is Traditional; None of another, whose lines are judged one by one.
    """
    for start, end in paragraphs(raw, [(region.start, region.end) for region in regions]):
        text = raw[start:end]
        plain, sure = _unusual().search(text) is None, False
        if not plain or "(" in narrow(text):
            draft = Draft.of(text)
            draft, _, sure = artefacts.drop(draft if plain else drop_invisible(draft))
            text = draft.text
            plain = plain or _unusual().search(text) is None
        if known is not None or judge(text, artefact=sure)[0]:
            converted = convert(text, known)
            text = converted if plain else verbatim(text, converted, find_damage(text))
        yield text if plain else narrow_letters(text)
