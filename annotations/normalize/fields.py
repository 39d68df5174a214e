"""Title, source and publication date of a notice, read from the lines of its metadata regions.

The fields are read after the regions are known, so that regions which a reviewer marked as metadata are read too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from annotations.lexicon.headings import words_of
from annotations.lexicon.patterns import pattern
from annotations.normalize.byline import LONGEST_NAME, WEEKDAY, Byline, date_span, iso
from annotations.normalize.folding import flat
from annotations.normalize.statements import statements

_LATEST: Final = 1000
"""The rank of a value without a label; labels of publication are preferred to it, those of index tables are not."""

_NO_SOURCE: Final = (
    r"(?:本(?:网|站|局|单位|部门|部|厅|委)(?:站)?(?:讯|原创|发布)?|原创|转载|网络|互联网|未知|不详|其[他它]|无|暂无|管理员"
    r"|admin|null|none|undefined|[\W_]*)"
)
"""What stands where a source should and names nobody, folded and without spaces."""

_TITLE_DATE: Final = r"(?:[(（]\s*)?(?:19|20)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}\s?日?\s*[)）]?$"
"""A date behind a title, …的通知 ( 2023年07月23日 ); it begins with no white space, of which there may be much."""

_OFFICE: Final = 40
"""The longest line that signs a notice, in code points."""

_POINT: Final = "[,。;:、(]"

_AROUND: Final = " ()|:,"
"""What may stand around the date of a signature."""


class Fields(NamedTuple):
    """What a page states about itself.

    ``title`` and ``source`` are text of the page, ``published`` is an ISO date or date-time; None where the page does
    not state it.  ``disputed`` tells whether labels of the same rank give different days.
    """

    title: str | None = None
    source: str | None = None
    published: str | None = None
    disputed: bool = False

    def over(self, others: Fields) -> Fields:
        """These fields, and the others where these state nothing."""
        return Fields(
            self.title or others.title,
            self.source or others.source,
            self.published or others.published,
            self.disputed if self.published else others.disputed,
        )


def read_fields(metadata: Iterable[str]) -> Fields:
    """The fields that lines of metadata state.

    Of several values the one with the preferred label counts, of equal labels the first.  Where no label gives the
    source, it is the name before the date of a byline, else the office of an index table.  Where no label of
    publication gives the date, it is the date of a byline, else a date of an index table.

    Args:
        metadata: the normalized lines of the metadata regions, in order.
    """
    best: dict[str, tuple[int, str]] = {}
    days: dict[int, set[str]] = {}

    def offer(role: str, rank: int, value: str | None) -> None:
        if value and (role not in best or rank < best[role][0]):
            best[role] = rank, value

    lines = list(metadata)
    for first, last, text, found in statements([flat(line) for line in lines]):
        line = " ".join(lines[first : last + 1])
        for role, rank, _, start, end in found.fields:
            if role in ("published", "dated"):
                when = iso(text[start:end])
                offer("published", rank + _LATEST * 2 * (role == "dated"), when)
                if when:
                    days.setdefault(rank, set()).add(when[:10])
            elif role == "issuer":
                offer("source", rank + _LATEST * 2, line[start:end])
            elif role == "title" or (role == "source" and not names_nobody(text[start:end].replace(" ", ""))):
                offer(role, rank, line[start:end])
        offer("source", _LATEST, _name(line, found))
        if found.date and not found.has("published"):
            offer("published", _LATEST, iso(text[slice(*found.date)]))
    disputed = "published" in best and len(days.get(best["published"][0], ())) > 1
    return Fields(
        **{role: best[role][1] for role in ("title", "source", "published") if role in best}, disputed=disputed
    )


def names_nobody(key: str) -> bool:
    """Whether a text, folded and without spaces, stands where a source should and names nobody, 本网."""
    return pattern(_NO_SOURCE).fullmatch(key) is not None


def headline(text: str) -> tuple[str, str | None]:
    """The title that the headline of a page states, and the ISO date behind it, None without one.

    A date is no part of the title.
    """
    when = None
    last = text[-1:]
    dated = pattern(_TITLE_DATE).search(text) if last.isdecimal() or last.isspace() or last in "日)）" else None
    if dated and dated.start():
        when = iso(flat(dated[0]))
        text = text[: dated.start()].rstrip()
    return text, when


def unspaced(line: str) -> str:
    """A line of a title without the spaces that only part its letters, 关 于 … 的 通 知."""
    letters = line.split(" ")
    apart = len(letters) > 2 and all(len(letter) == 1 for letter in letters if letter)  # 通 知 may be two words
    return "".join(letters) if apart else line


def signature_date(lines: Sequence[str]) -> str | None:
    """The ISO date of the first signature: a date alone in a line below an office or a sentence; None without one.

    Args:
        lines: the normalized lines of the notice without its title.
    """
    text_seen = False
    for before, line in pairwise(lines):
        text_seen = text_seen or "。" in before or before[-1:] in ":："
        if not text_seen or len(line) > _OFFICE:
            continue
        text = flat(line)
        span = date_span(text)
        if span is None:
            continue
        rest = text[: span[0]].strip(_AROUND), pattern(WEEKDAY).sub("", text[span[1] :]).strip(_AROUND)
        if not rest[1] and (not rest[0] or _signs(rest[0])) and (rest[0] or "。" in before or len(before) <= _OFFICE):
            return iso(text[slice(*span)])
    return None


def _signs(name: str) -> bool:
    """Whether a text is the name of an office."""
    return len(name) <= LONGEST_NAME and name.endswith(words_of("office")) and not pattern(_POINT).search(name)


def _name(line: str, found: Byline) -> str | None:
    """The text before the first label or date of a byline with a date, else None."""
    return line[slice(*found.name)] if found.date else None
