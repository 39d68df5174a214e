"""The normalized text of a stored notice, made anew from its raw text: for other regions, or by a newer normalizer.

Raw text never changes, and annotations are anchored in it: whatever happens here, no annotation moves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import msgspec

from annotations.alignment import Alignment
from annotations.errors import AlignmentError
from annotations.formats.native_record import native_regions
from annotations.normalize import NORMALIZER, Normalized, normalize
from annotations.normalize.byline import all_dates
from annotations.normalize.folding import fold
from annotations.notice import FIELDS, GIVEN, FieldName, unsettled
from annotations.regions import Region
from annotations.spans import raw_span
from store.db.sqlite import Connection, Row
from store.index import near_copies
from store.index.facets import follow_date, follow_flags, follow_text
from store.index.flags import restate
from store.index.search import reindex
from store.log.corrections import page_fields
from store.log.events import Change
from store.log.notice_rows import NoticeRow, load_notice_row
from store.log.rows import load_regions
from store.write.append import append
from store.write.fields import put_page_field


def prepare(connection: Connection, notice: int, regions: Sequence[Region]) -> str | None:
    """Make what ``renormalize`` needs for other regions of a notice, without the lock: a long text takes long.

    Where the regions are others by then, it is made anew.

    Args:
        connection: for reading.
        notice: the number of the notice.
        regions: those that it is to have.

    Returns:
        The normalized text that follows from them; None where there is no such notice.
    """
    row = connection.execute("SELECT raw, normalized FROM texts WHERE notice = ?", [notice]).fetchone()
    if row is None:
        return None
    after = _normalized(row["raw"], tuple(regions)).normalized
    near_copies.prepare(row["normalized"], after)
    return after


@lru_cache(maxsize=1)
def _normalized(raw: str, regions: tuple[Region, ...] | None) -> Normalized:
    """As ``normalize``; what ``prepare`` has made is not made again."""
    return normalize(raw, regions=regions)


def renormalize(
    connection: Connection,
    actor: str,
    notice: int,
    regions: Sequence[Region] | None,
    stored: NoticeRow | None = None,
) -> Normalized:
    """Normalize a stored notice again, inside the caller's transaction.

    Title, source and date follow where they were found in the text; those that the source row gave stay, and so do
    those that a person set.

    Args:
        connection: in a write transaction.
        actor: whose event it is that the row of the notice is another one.
        notice: the number of the notice.
        regions: its regions from now on; None lets the rules find them.
        stored: its row as the log has it, where the caller has changed it since.

    Returns:
        What its text is now.
    """
    stored = load_notice_row(connection, notice) if stored is None else stored
    row = connection.execute(
        "SELECT id, raw, normalized, runs, meta, html, title, published FROM texts JOIN notices ON number = notice "
        "WHERE notice = ?",
        [notice],
    ).fetchone()
    found = _normalized(row["raw"], None if regions is None else tuple(regions))
    before = page_fields(connection, notice)
    given = _given(connection, notice, row, before)
    # What the page and its row tell from now on: the text gives whatever its row did not.
    fields = {field: value if field in given else _told(found, field) for field, value in before.items()}
    meta = msgspec.json.decode(row["meta"])
    if "flags" in meta:
        # What the page does not tell is known from its row; what decoding the file has shown holds, whatever is made of
        # its text.
        told = [field for field in FIELDS if field in given or fields[field] != _told(found, field)]
        earlier = meta["flags"] if isinstance(meta["flags"], list) else []
        meta["flags"] = [*unsettled(found.flags, told), *(flag for flag in earlier if flag == "encoding-unsure")]
    connection.execute(
        "UPDATE texts SET normalized = ?, normalizer = ?, regions = ?, runs = ?, meta = ? WHERE notice = ?",
        [
            found.normalized,
            NORMALIZER,
            msgspec.json.encode(native_regions(found.regions)).decode(),
            msgspec.json.encode(found.alignment.values).decode(),
            msgspec.json.encode(meta).decode(),
            notice,
        ],
    )
    shown = {field: put_page_field(connection, notice, field, value) for field, value in fields.items()}
    reindex(connection, notice, (row["title"], row["normalized"]), (shown["title"], found.normalized))
    near_copies.follow_text(connection, notice, row["normalized"], found.normalized)
    follow_text(connection, notice)
    follow_date(connection, notice, row["published"], shown["published"])
    follow_flags(connection, notice, *restate(connection, notice))
    # Undo walks past it: it makes the text of the regions of that time anew.
    append(
        connection, actor, "normalize", Change(notice, "notice", row["id"], stored, load_notice_row(connection, notice))
    )
    return found


def _given(
    connection: Connection, notice: int, row: Row, fields: Mapping[FieldName, str | None]
) -> Collection[FieldName]:
    """The fields that the row of a page gave; of a notice without a list of them those that are not in its text.

    Args:
        connection: the database.
        notice: the number of the notice.
        row: the notice as it is stored.
        fields: its fields without what people set.
    """
    meta = msgspec.json.decode(row["meta"])
    if isinstance(meta.get(GIVEN), list):
        return [field for field in FIELDS if field in meta[GIVEN]]
    regions = load_regions(connection, notice)
    before = normalize(row["raw"], regions=regions)
    from_row = row["html"] is not None or bool(meta.get("fields"))
    text = fold(row["raw"])
    in_text: dict[FieldName, set[str | None]] = {
        "title": {_title_of(row, regions)},
        # A page that has no other fields came from no row, as far as anybody can tell: its text held what was read.
        "source": {fields["source"]} if not from_row and fold(fields["source"] or "") in text else set(),
        "published": set() if from_row else {*all_dates(text)},
    }
    # What an older normalizer did not find came from no row either.
    return [field for field in FIELDS if fields[field] not in in_text[field] | {None, _told(before, field)}]


def _title_of(row: Row, regions: Sequence[Region]) -> str | None:
    """The title regions of a notice as it is stored, on one line: the title of any normalizer but the newest."""
    try:
        runs = msgspec.json.decode(row["runs"], type=list[tuple[int, int, int, int]])
        alignment = Alignment(runs, len(row["raw"]), len(row["normalized"]))
    except (msgspec.DecodeError, AlignmentError):
        return None  # the damaged runs are about to be made anew
    spans = [
        alignment.to_normalized(raw_span(region.start, region.end)) for region in regions if region.kind == "title"
    ]
    # The line end behind a title is in its region, too.
    lines = "\n".join(span.of(row["normalized"]) for span in spans if span is not None).split("\n")
    return " ".join(filter(None, lines)) or None


def _told(found: Normalized, field: FieldName) -> str | None:
    return {"title": found.title, "source": found.source, "published": found.published}[field]
