"""From a raw page to what a reader should see, with the exact map between the two.

``normalize`` is the whole of it; the modules beside it are its steps, one idea each:

``page``        which line is title, metadata, body, boilerplate, duplicate (with ``lines``, ``copies``, ``byline``)
``spaces``      lines, indents, zero-width characters, full-width letters
``artefacts``   readings left behind by a site's conversion, 關(guān)于
``script``      Traditional to Simplified
``punctuation`` full width, on request
``draft``       the one edit that keeps the map
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from annotations.alignment import Alignment
from annotations.normalize.artefacts import Artefacts
from annotations.normalize.damage import is_damaged
from annotations.normalize.draft import Draft
from annotations.normalize.fields import read_fields
from annotations.normalize.page import find_regions
from annotations.normalize.punctuation import full_width
from annotations.normalize.script import convert, judge
from annotations.normalize.spaces import drop_invisible, fold_width, paragraphs
from annotations.regions import Region, check_tiling

NORMALIZER: Final = "zhupi-1"
"""The version of what ``normalize`` gives, stored in every notice; it changes whenever the output for any page does."""

FLAGS: Final = {
    "traditional": "the page was Traditional and has been converted",
    "artefacts": "readings behind characters were removed",
    "duplicate": "the page repeats itself; one copy was kept",
    "mixed-script": "Traditional and Simplified characters stand side by side",
    "no-title": "no title was found",
    "mojibake": "text is damaged by a wrong decoding; it stays as it is",
}
"""What a flag of ``Normalized`` says."""


class Normalized(msgspec.Struct, frozen=True):
    """A raw page as a reader should see it.

    ``title``, ``source`` and ``published`` (ISO date or date-time) are None when unknown.  ``alignment`` maps between
    the raw text and ``normalized``; ``regions`` tile the raw text; ``flags`` are keys of ``FLAGS``, in their order.
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
        regions: what a reviewer made of its regions; used as they are.  None finds them.
        punctuation: ``full`` gives ASCII punctuation in Chinese context its full width, 1:1.

    Raises:
        RegionError: the given regions do not tile the raw text.
    """
    if regions is None:
        tiles, spans = find_regions(raw)
    else:
        check_tiling(regions, len(raw))
        tiles = tuple(regions)
        spans = paragraphs(raw, [(region.start, region.end) for region in tiles if region.kept])
    draft = drop_invisible(Draft.lines(raw, spans))
    artefacts = Artefacts(raw)
    draft, found, sure = artefacts.drop(draft)
    traditional, mixed = judge(draft.text, artefact=sure)
    if traditional:
        draft = draft.mapped(convert(draft.text))
    draft = fold_width(draft)
    if punctuation == "full":
        draft = draft.mapped(full_width(draft.text))
    stated = read_fields(_metadata(raw, tiles, artefacts, traditional=traditional))
    title = _title(draft.text, spans, tiles) or stated.title
    flags = {
        "traditional": traditional,
        "artefacts": found,
        "duplicate": "duplicate" in [region.kind for region in tiles],
        "mixed-script": mixed,
        "no-title": title is None,
        "mojibake": is_damaged(draft.text),
    }
    return Normalized(
        title=title,
        source=stated.source,
        published=stated.published,
        normalized=draft.text,
        alignment=draft.alignment(),
        regions=tiles,
        flags=tuple(flag for flag in FLAGS if flags[flag]),
    )


def _title(text: str, spans: list[tuple[int, int]], regions: Sequence[Region]) -> str | None:
    """The lines of the title regions; a subtitle is joined by a space."""
    titles = [region for region in regions if region.kind == "title"]
    if not titles:
        return None
    lines = text.split("\n")
    parts = []
    for region in titles:
        parts += lines[bisect_left(spans, (region.start,)) : bisect_left(spans, (region.end,))]
    return " ".join(parts) or None


def _metadata(raw: str, regions: Sequence[Region], artefacts: Artefacts, *, traditional: bool) -> Iterator[str]:
    """The lines of the metadata regions, as a reader should see them."""
    kept = [(region.start, region.end) for region in regions if region.kind == "metadata"]
    for start, end in paragraphs(raw, kept):
        draft, _, sure = artefacts.drop(drop_invisible(Draft.of(raw[start:end])))
        text = draft.text
        if traditional or judge(text, artefact=sure)[0]:
            text = convert(text)
        yield fold_width(draft.mapped(text)).text
