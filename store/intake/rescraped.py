"""A page that was scraped again with changes: the new notice, and the annotations of the old one carried over to it.

The old notice stays as it is with everything said about it.  What could not be carried over with certainty is queued
for a human on the new one: no annotation goes lost, and none is moved in silence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from annotations.annotation import Annotation, Review, ReviewStatus, clip, now
from annotations.locate.reanchor import reanchor
from annotations.notice import Notice
from annotations.origins import carried_over
from store.db.sqlite import Connection
from store.errors import AmbiguousError
from store.index.pages import DIGEST, HTML_SHA256
from store.log.corrections import load_corrections
from store.log.events import Change, ConflictError, annotation_change
from store.log.questions import notice_questions
from store.read.notices import StoredNotice, load_notice, notice_annotations, notice_number, notice_reviews
from store.write.record import record

_MOST_NAMED = 8
"""How many ids of an ambiguous doc are listed."""


class Carried(msgspec.Struct, frozen=True):
    """What was carried over: how many annotations, how many of them unsure, and how many questions.

    ``lost`` has a line for each annotation that was not found, and for each question about such a one.
    """

    annotations: int
    unsure: int
    questions: int
    lost: tuple[str, ...]


class _Earlier(msgspec.Struct, frozen=True):
    """A notice that a page may replace, as the queue knows it."""

    number: int
    id: str
    doc: str
    url: str | None
    html: str | None


class Replacing:
    """The replacements of one import: which notices its pages have brought, so that none replaces another of them."""

    def __init__(self) -> None:
        self._brought: set[int] = set()

    def brought(self, number: int) -> None:
        """Tell that a page of this import is the notice with this number, new or there already."""
        self._brought.add(number)

    def predecessor(self, connection: Connection, notice: Notice) -> StoredNotice | None:
        """The one earlier notice that ``notice`` replaces; None where there is none, or where its raw text is not new.

        It is of the same HTML, else it has the same url, else the same doc (unless the two have different urls), and
        nothing has replaced it yet.

        Raises:
            AmbiguousError: several earlier notices do; the line lists their ids.
            ConflictError: it came with this very import, so nobody can tell which of the two is the newer scrape.
        """
        if notice_number(connection, notice.id) is not None:
            return None
        common, found = _earlier(connection, notice)
        if not found:
            return None
        ids = [each.id for each in found[:_MOST_NAMED]] + (["…"] if len(found) > _MOST_NAMED else [])
        named = f"{common} names {', '.join(ids)}"
        what_to_do = "give pages a doc or url of their own, or import it without --replaces"
        if len(found) > 1:
            raise AmbiguousError(f"{named}, and which of them it replaces is open; {what_to_do}")
        if found[0].number in self._brought:
            raise ConflictError(f"{named}, a page of this very import, and which is the newer is open; {what_to_do}")
        return load_notice(connection, found[0].number)


def carry_over(connection: Connection, old: StoredNotice, new: StoredNotice, actor: str) -> Carried:
    """Carry the annotations of a notice over to the one that replaces it, inside the caller's transaction.

    Each gets a new id and the span that ``reanchor`` found for it; where that is in doubt it is unsure, and its comment
    tells why.  Annotators with something to look at find the new notice flagged.  Reviews are not carried over: nobody
    has reviewed the new text.  Fields that people set stay set.  Questions go along with the annotation that they are
    about, answered or not; those about an annotation that is gone in the old notice too are about the new notice.

    Args:
        connection: in a write transaction.
        old: the notice that was replaced; it stays as it is.
        new: the one that has just been added.
        actor: whose events these are.
    """
    items = notice_annotations(connection, old.number)
    lost: list[Annotation] = []
    unsure: list[Annotation] = []
    ids: dict[str, str] = {}
    for item, place in zip(items, reanchor(old.notice, new.notice, [item.span for item in items]), strict=True):
        if place is None:
            lost.append(item)
            continue
        doubt = f"carried over from {old.notice.id}: {place.doubt}" if place.doubt is not None else None
        moved = carried_over(item, new.notice, place.span, doubt)
        record(connection, actor, "import", annotation_change(new.number, None, moved))
        ids[item.id] = moved.id
        if place.doubt is not None:
            unsure.append(item)
    said = {each.annotator: each.attributes for each in notice_reviews(connection, old.number) if each.attributes}
    queued = dict(_queued(old.notice, unsure, lost))
    for annotator in sorted({*queued, *said}):
        comment = queued.get(annotator)
        status: ReviewStatus = "open" if comment is None else "flagged"
        review = Review(annotator, status, comment, now(), said.get(annotator, {}))
        record(connection, actor, "import", Change(new.number, "review", annotator, None, review))
    for field, correction in load_corrections(connection, old.number).items():
        record(connection, actor, "import", Change(new.number, "field", field, None, correction))
    gone, questions = {item.id for item in lost}, notice_questions(connection, old.number)
    left = [each for each in questions if each.annotation in gone]
    for each in questions:
        if each.annotation not in gone:
            asked = each.carried_over(new.notice.sha256, ids.get(each.annotation or ""))
            record(connection, actor, "import", Change(new.number, "question", asked.id, None, asked))
    stays = [
        *(
            f"{item.label} {clip(item.text)} {f'by {item.annotator}' if item.annotator else 'suggested'} is not there"
            for item in lost
        ),
        *(f"what {each.annotator} asked, {clip(each.text)}, is about what is not there" for each in left),
    ]
    return Carried(
        len(items) - len(lost),
        len(unsure),
        len(questions) - len(left),
        tuple(f"{new.notice.doc} ({new.notice.id}): {each}; it stays on {old.notice.id}" for each in stays),
    )


def _earlier(connection: Connection, notice: Notice) -> tuple[str, list[_Earlier]]:
    """The notices that a notice may replace, and what they have in common with it."""
    digest = notice.meta.get(HTML_SHA256)
    if digest is not None and (found := _matching(connection, f"{DIGEST} = ?", [digest])):
        return f"HTML {digest[:16]}", found
    if notice.url is not None and (found := _matching(connection, "url = ?", [notice.url])):
        return f"url {notice.url}", found
    condition = "doc = ? AND (url IS NULL OR ? IS NULL)"
    return f"doc {notice.doc}", _matching(connection, condition, [notice.doc, notice.url])


def _matching(connection: Connection, where: str, values: list[str | None]) -> list[_Earlier]:
    """The notices of a condition that nothing has replaced, or what has replaced them; by number."""
    rows = connection.execute(
        f"SELECT number, id, doc, url, {DIGEST} AS html, "  # noqa: S608  # constants
        "json_extract(meta, '$.replaces') AS replaces "
        f"FROM notices JOIN texts ON notice = number WHERE {where} ORDER BY number",
        values,
    ).fetchall()
    replaced = {row["replaces"] for row in rows}
    left = [
        _Earlier(row["number"], row["id"], row["doc"], row["url"], row["html"])
        for row in rows
        if row["id"] not in replaced
    ]
    # What replaced one of them may have another thing in common with it.
    heads = {head.number: head for head in (_newest(connection, each) for each in left[: _MOST_NAMED + 1])}
    return [heads[number] for number in sorted(heads)]


def _newest(connection: Connection, notice: _Earlier) -> _Earlier:
    """What has replaced a notice in the end; itself where nothing has."""
    while True:
        # Asked one by one: an OR of the conditions would scan all notices for each page.
        for column, value in (("doc", notice.doc), ("url", notice.url), (DIGEST, notice.html)):
            if value is None:
                continue
            row = connection.execute(
                f"SELECT number, id, doc, url, {DIGEST} FROM notices JOIN texts ON notice = number "  # noqa: S608  # constants
                f"WHERE {column} = ? AND number > ? AND json_extract(meta, '$.replaces') = ?",
                [value, notice.number, notice.id],
            ).fetchone()
            if row is not None:
                notice = _Earlier(*row)
                break
        else:
            return notice


def _queued(old: Notice, unsure: list[Annotation], lost: list[Annotation]) -> Iterator[tuple[str, str]]:
    """Each annotator who has something to look at, and what; in order of name."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for what, items in (("unsure", unsure), ("not found", lost)):
        for item in items:
            if item.annotator is not None:
                counts[item.annotator][what] += 1
    for region in old.regions:
        if region.by is not None:
            counts[region.by]["regions you set are not carried over"] += 1
    for annotator in sorted(counts):
        told = ", ".join(f"{count} {what}" for what, count in counts[annotator].items())
        yield annotator, f"scraped again, replaces {old.id}: {told}"
