"""Full-text search in the normalized text and the title of every notice: a bigram index that is always in step.

Chinese has no spaces, words of two characters are the commonest, and no tokenizer finds all of them.  So each character
and the one behind it (a bigram) are a token, and a term is the phrase of its bigrams.  What is found is what ``LIKE``
would find in folded text, no more and no less.  Text and query are folded alike, character for character (``flat``), so
生態 finds 生态, and １２ finds 12.  The index holds no text (FTS5 calls it contentless): ``reindex`` takes the bigrams
of an old text out and puts those of the new one in, in the transaction that changes the text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice, pairwise, zip_longest
from typing import Final

from pyroaring import BitMap

from annotations.counts import counted
from store.db.sqlite import Connection, json_array, numbers_of
from store.index import search_rows as rows
from store.index.filters import PageKey
from store.index.sets import nearest, walk

_KEPT: Final = "".join(
    character for character in map(chr, range(1, 128)) if not character.isspace() and not character.isalnum()
)
"""ASCII that the tokenizer would take for separators; white space and NUL stay separators."""


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark


_TOKENIZER: Final = f"ascii tokenchars {_quoted(_KEPT, chr(39))}"

SCHEMA: Final = (
    f"CREATE VIRTUAL TABLE search USING fts5(grams, content = '', tokenize = {_quoted(_TOKENIZER, chr(34))})"
)
"""The index.  Not contentless_delete, so that SQLite 3.40 reads and writes it too.

Whoever changes ``grams`` or ``flat`` adds a migration that calls ``rebuild``: the old grams could not be taken out.
"""

NEXT: Final = "search_next"
"""The index that is to follow, while it is made anew beside the one that is in use (``store.index.search_anew``)."""

FEW_PARTS: Final = 2
"""So many parts of a long text are put in or taken out within one transaction; more of them are still to come."""

_MERGED: Final = 8
"""Segments of one age that FTS5 begins to merge, little by little; with the usual 4 an import takes a sixth longer for
the index.
"""

_MERGED_AT_ONCE: Final = 128
"""Segments of one age that FTS5 merges all at once, which of large ones holds the lock for a second.  Of its usual 16
there may be nearly as many while it merges others.
"""

_FIRST, _MOST = 64, 16_384
"""Hits read at a time, at first and at most."""

LOOK_UP: Final = 1024
"""A notice is looked up rather than so many hits read one after the other.

In that time 300 hits of a word of two characters are read, and 500 of one of four; how many notices there are to look
up is a guess, and where it is wrong all hits are read in the end.
"""

LOOKED_UP: Final = 64
"""Notices that are looked up at a time, and hits that a page may want."""

_MEND: Final = "`zhupi check --repair` makes it anew"

_WIDE: Final = "utf-32-le"
_SPACE: Final = ord(" ")


def merge_in_large_steps(connection: Connection, table: str) -> None:
    """Have an index merge its segments in fewer steps than FTS5 does by itself, and not all at once; it keeps that."""
    for name, value in (("automerge", _MERGED), ("crisismerge", _MERGED_AT_ONCE)):
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)", [name, value])  # noqa: S608  # a constant


def grams(title: str | None, text: str) -> str:
    """What the index holds of a notice: each character with its neighbour, then each character that occurs, once.

    The single ones answer queries of one character.  A character at the end of a word stands alone, so that no phrase
    reaches across white space.
    """
    from annotations.normalize.folding import different, flat  # noqa: PLC0415  # the app imports this module at its start

    folded = flat(text if title is None else f"{title}\n{text}")
    size = len(folded)
    if not size:
        return ""
    wide = array("I", folded.encode(_WIDE))
    # Sorted, so that what is taken out is what was put in.
    alone = different(wide)
    spread = array("I", [_SPACE]) * (3 * size + 2 * len(alone))
    spread[0 : 3 * size : 3] = wide
    spread[1 : 3 * size - 3 : 3] = wide[1:]
    spread[3 * size + 1 :: 2] = alone
    return spread.tobytes().decode(_WIDE)


def tokens(title: str | None, text: str) -> str | None:
    """The one row that the index has of a notice; None where its text is so long that it has several."""
    return grams(title, text) if len(text) <= rows.LONG else None


def index(connection: Connection, held: Iterable[tuple[int, str | None]]) -> None:
    """Put new notices, each with its ``tokens``, into the index, inside the caller's transaction.

    Those with long texts are marked only.
    """
    held = list(held)
    for notice, row in held:
        if row is None:
            rows.mark(connection, "search", notice)
    put_rows(connection, "search", [(notice, row) for notice, row in held if row is not None])


def reindex(connection: Connection, notice: int, before: tuple[str | None, str], after: tuple[str | None, str]) -> None:
    """Follow a change of the title and the normalized text of a notice, inside the caller's transaction.

    The rows of a text that is long by then may be still to come: the notice is marked.
    """
    if before == after:
        return
    for table in ("search", NEXT) if _is_in_next(connection, notice) else ("search",):
        if rows.has_row(connection, table, notice):
            delete_row(connection, table, notice, grams(*before))
            put(connection, table, notice, *after)
        else:
            _put_other_parts(connection, table, notice, before, after)


def rebuild(connection: Connection) -> None:
    """Make the whole index anew from the texts, inside the caller's transaction."""
    connection.execute("INSERT INTO search (search) VALUES ('delete-all')")
    for number, title, text in each_text(connection):
        put_at_once(connection, "search", number, title, text)


def put_at_once(connection: Connection, table: str, notice: int, title: str | None, text: str) -> None:
    """As ``put``, with the rows of a long text."""
    if len(text) <= rows.LONG:
        put(connection, table, notice, title, text)
        return
    for at, part in enumerate(rows.parts_of(title, text)):
        put_row(connection, table, rows.row_of_part(notice, at), grams(*part))


def _put_other_parts(
    connection: Connection, table: str, notice: int, before: tuple[str | None, str], after: tuple[str | None, str]
) -> None:
    """Follow a change of a notice that is indexed in parts: those that stay the same are left alone."""
    old, new = rows.parts_of(*before), rows.parts_of(*after)
    there = rows.parts_there(connection, table, notice)
    others = [
        (rows.row_of_part(notice, at), at in there, was, now)
        for at, (was, now) in enumerate(zip_longest(old, new))
        if was != now
    ]
    if sum(now is not None for _, _, _, now in others) > FEW_PARTS:
        rows.mark(connection, table, notice)
    # Where rows are still to come, so are these.
    is_marked = rows.is_marked(connection, table, notice)
    for row, is_in, was, now in others:
        if is_in and was is not None:
            delete_row(connection, table, row, grams(*was))
        if now is not None and not is_marked:
            put_row(connection, table, row, grams(*now))


def _is_in_next(connection: Connection, notice: int) -> bool:
    """Whether the index is being made anew, and the next one has the notice already."""
    return is_there(connection, f"{NEXT}_docsize") and any(
        rows.has_row(connection, NEXT, row) for row in (notice, rows.MARKS + notice)
    )


def is_there(connection: Connection, table: str) -> bool:
    """Whether a database has a table."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", [table]).fetchone() is not None


def put(connection: Connection, table: str, notice: int, title: str | None, text: str) -> None:
    """Put a notice into an index, the one in use or the next, inside the caller's transaction.

    The rows of a long text are to follow: the notice is marked.
    """
    row = tokens(title, text)
    if row is None:
        rows.mark(connection, table, notice)
    else:
        put_row(connection, table, notice, row)


def put_row(connection: Connection, table: str, row: int, held: str) -> None:
    """Put a row of tokens, as ``grams`` gives them, into an index, inside the caller's transaction."""
    put_rows(connection, table, [(row, held)])


def put_rows(connection: Connection, table: str, held: Iterable[tuple[int, str]]) -> None:
    """As ``put_row``, of several."""
    connection.executemany(f"INSERT INTO {table} (rowid, grams) VALUES (?, ?)", held)  # noqa: S608  # constants


def delete_row(connection: Connection, table: str, row: int, held: str) -> None:
    """Take a row out of an index, with the tokens that were put in, inside the caller's transaction."""
    connection.execute(
        f"INSERT INTO {table} ({table}, rowid, grams) VALUES ('delete', ?, ?)",  # noqa: S608  # constants
        [row, held],
    )


def spellings(text: str) -> tuple[str, ...]:
    """How a text that somebody typed may stand in folded text: as it is, and without readings, in Simplified.

    Each is folded; there are none of a text that no notice can hold.
    """
    from annotations.normalize.folding import flat  # noqa: PLC0415  # the app imports this module at its start
    from annotations.normalize.script import convert  # noqa: PLC0415  # as above

    # No stored text has half a surrogate pair, so nothing is found by it.
    if not _storable(text):
        return ()
    cleaned = _cleaned(text)
    return tuple(dict.fromkeys((flat(text), flat(cleaned), flat(convert(cleaned)))))


class Query:
    """What somebody searches for: terms parted by white space, all of which a notice must hold.

    A query with readings or zero-width characters in it is also tried without them, as normalized text has none.

    Args:
        text: as it was typed.
    """

    def __init__(self, text: str) -> None:
        self.spellings: Final = tuple(
            dict.fromkeys(
                terms for spelling in spellings(text) if (terms := tuple(spelling.replace("\0", " ").split()))
            )
        )
        """Ways to read the query, each a tuple of folded terms."""

    def __bool__(self) -> bool:
        return bool(self.spellings)

    @property
    def expression(self) -> str:
        """The query in the language of FTS5."""
        return " OR ".join(f"({' AND '.join(map(_phrase, terms))})" for terms in self.spellings)

    def walk(
        self, connection: Connection, start: int, among: BitMap | None = None, *, backwards: bool = False
    ) -> Iterator[int]:
        """The numbers of the notices that hold what is searched for, from ``start`` on (itself included), in order.

        Args:
            connection: for reading.
            start: a number of a notice.
            among: those that may be found; None for all.  Where a stretch of hits has none of them, the walk leaps to
                the next, and where they are far apart each is looked up.
            backwards: whether the numbers go down.
        """
        if not self:
            return
        long = self._long(connection)
        if not long:
            yield from self._walk_short(connection, start, among, backwards=backwards)
            return
        some = [
            number
            for number in long
            if (number <= start if backwards else number >= start) and (among is None or number in among)
        ]
        short = self._walk_short(connection, start, among, backwards=backwards)
        yield from merge(short, some[::-1] if backwards else some, reverse=backwards)

    def _walk_short(
        self, connection: Connection, start: int, among: BitMap | None, *, backwards: bool
    ) -> Iterator[int]:
        """As ``walk``, of the notices that have one row."""
        size, at = _FIRST, min(start, rows.PARTS - 1)
        # Hits for each number, as far as is known.
        density = 0.0
        while True:
            begin = at if among is None else nearest(among, at, backwards=backwards)
            if begin is None:
                return
            step = -1 if backwards else 1
            if among is not None and density:
                few = list(islice(walk(among, begin, backwards=backwards), LOOKED_UP))
                if density * (abs(few[-1] - begin) + 1) > LOOK_UP * len(few):
                    held = self._short_of(connection, few)
                    yield from (number for number in few if number in held)
                    at = few[-1] + step
                    continue
            sql = (
                f"SELECT rowid AS number FROM search WHERE search MATCH ? AND rowid {'<=' if backwards else '>='} ? "  # noqa: S608  # constants
                f"AND rowid < {rows.PARTS} ORDER BY rowid {'DESC' if backwards else 'ASC'} LIMIT ?"
            )
            found = numbers_of(connection, sql, [self.expression, begin, size])
            yield from found if among is None else (number for number in found if number in among)
            if len(found) < size:
                return
            at = found[-1] + step
            density = size / abs(at - begin)
            size = min(4 * size, _MOST)

    def _short_of(self, connection: Connection, numbers: Iterable[int]) -> BitMap:
        """Those of some notices with one row that hold what is searched for."""
        sql = (
            "SELECT value AS number FROM json_each(?) WHERE EXISTS "
            "(SELECT 1 FROM search WHERE search MATCH ? AND rowid = value)"
        )
        return BitMap(numbers_of(connection, sql, [json_array(numbers), self.expression]))

    def looked_up(self, connection: Connection, places: Iterator[PageKey], most: int) -> Iterator[tuple[PageKey, bool]]:
        """Each of so many places at most, with whether its notice holds what is searched for."""
        if most <= 0:
            return
        long = BitMap(self._long(connection))
        some = islice(places, most)
        while stretch := list(islice(some, LOOKED_UP)):
            held = self._short_of(connection, (place.number for place in stretch)) | long
            yield from ((place, place.number in held) for place in stretch)

    def _long(self, connection: Connection) -> list[int]:
        """The numbers of the notices with long texts that hold what is searched for, in order; there are few."""
        found: set[int] = set()
        if rows.has_parts(connection):
            for terms in self.spellings:
                found |= set.intersection(*(_notices_with_part(connection, term) for term in terms))
        waiting = rows.marked(connection)
        # Of these not all rows are there.
        found -= set(waiting)
        return sorted(found | {number for number in waiting if self._is_in_text(connection, number)})

    def _is_in_text(self, connection: Connection, number: int) -> bool:
        from annotations.normalize.folding import flat  # noqa: PLC0415  # as above

        row = connection.execute(
            "SELECT title, normalized FROM notices JOIN texts ON notice = number WHERE number = ?", [number]
        ).fetchone()
        text = "" if row is None else flat(f"{row['title'] or ''}\n{row['normalized']}")
        return any(all(term in text for term in terms) for terms in self.spellings)

    def worth_looking_up(self, connection: Connection, total: int) -> int:
        """How many of all notices to look up at most, in whatever order, for the hits of a page.

        To look up that many takes half as long as to read all hits, whose number is estimated by the first of them.  It
        is none where so few notices hold what is searched for that to read all of them is faster.
        """
        if not self:
            return 0
        sql = (
            "SELECT count(*), max(rowid) FROM (SELECT rowid FROM search WHERE search MATCH ? "  # noqa: S608  # constants
            f"AND rowid < {rows.PARTS} ORDER BY rowid LIMIT {_MOST})"
        )
        first, last = connection.execute(sql, [self.expression]).fetchone()
        hits = first if first < _MOST else first * total // last
        most = int(hits / LOOK_UP)
        return most if most * hits > LOOKED_UP * total else 0

    def numbers(self, connection: Connection) -> list[int]:
        """The numbers of all notices that hold what is searched for, in order, in one statement."""
        if not self:
            return []
        sql = f"SELECT rowid AS number FROM search WHERE search MATCH ? AND rowid < {rows.PARTS} ORDER BY rowid"  # noqa: S608  # constants
        return sorted([*numbers_of(connection, sql, [self.expression]), *self._long(connection)])

    def count(self, connection: Connection) -> int:
        """How many notices hold what is searched for."""
        if not self:
            return 0
        sql = f"SELECT count(*) FROM search WHERE search MATCH ? AND rowid < {rows.PARTS}"  # noqa: S608  # constants
        return int(connection.execute(sql, [self.expression]).fetchone()[0]) + len(self._long(connection))

    def finds(self, connection: Connection, number: int) -> bool:
        """Whether a notice holds what is searched for."""
        sql = "SELECT 1 FROM search WHERE search MATCH ? AND rowid = ?"
        return bool(self) and (
            connection.execute(sql, [self.expression, number]).fetchone() is not None
            or number in self._long(connection)
        )

    def hits(self, text: str) -> list[tuple[int, int]]:
        """Where the terms stand in a text: ``[start, end)`` in code points, sorted."""
        from annotations.normalize.folding import flat  # noqa: PLC0415  # as above

        folded = flat(text)
        terms = {term for spelling in self.spellings for term in spelling}
        return sorted({match.span() for term in terms for match in re.finditer(re.escape(term), folded)})


def differences(connection: Connection) -> Iterator[str]:
    """One line for each way in which the index is not what the texts yield.

    A contentless index cannot tell what it holds of a notice, only how many tokens; and of each token, how often it
    occurs in all.  Both are compared with what the texts yield now.  Of the tokens only the sum of their hashes is
    kept, since there are millions of different ones.
    """
    sizes = iter(connection.execute("SELECT id, sz FROM search_docsize WHERE id < ? ORDER BY id", [rows.PARTS]))
    size = next(sizes, None)
    of_parts = dict(
        connection.execute("SELECT id, sz FROM search_docsize WHERE id >= ? AND id < ?", [rows.PARTS, rows.MARKS])
    )
    waiting = set(rows.marked(connection))
    wrong = more = wanted = 0
    for number, title, text in each_text(connection):
        while size is not None and size[0] < number:
            more += 1
            size = next(sizes, None)
        if size is not None and size[0] == number:
            tokens = _tokens(title, text)
            wanted += sum(map(hash, tokens))
            wrong += _varint(size[1] or b"") != len(tokens)
            size = next(sizes, None)
            continue
        is_wrong = False
        for at, part in enumerate(rows.parts_of(title, text)):
            kept = of_parts.pop(rows.row_of_part(number, at), None)
            if kept is None and number in waiting:
                continue
            tokens = _tokens(*part)
            wanted += sum(map(hash, tokens))
            is_wrong = is_wrong or kept is None or _varint(kept) != len(tokens)
        wrong += is_wrong
    more += (size is not None) + sum(1 for _ in sizes) + len({rows.notice_of_row(row) for row in of_parts})
    if waiting:
        yield (
            f"search: {counted(len(waiting), 'notice')} not in the index yet, long ones that each search reads: an "
            f"import or a change of them is under way, or has ended before its time; {_MEND}"
        )
    if wrong:
        yield f"search: {counted(wrong, 'notice')} not in the index as the text is; {_MEND}"
    if more:
        yield f"search: the index holds {counted(more, 'notice')} too many; {_MEND}"
    connection.execute("CREATE VIRTUAL TABLE temp.search_tokens USING fts5vocab(main, search, row)")
    try:
        stored = sum(hash(token) * n for token, n in connection.execute("SELECT term, cnt FROM search_tokens"))
    finally:
        connection.execute("DROP TABLE temp.search_tokens")
    if stored != wanted:
        yield f"search: the index finds other characters than the texts have; {_MEND}"


def each_text(connection: Connection) -> Iterator[tuple[int, str | None, str]]:
    """Number, title and normalized text of every notice, some at a time."""
    at = 0
    while rows := connection.execute(
        "SELECT number, title, normalized FROM notices JOIN texts ON notice = number WHERE number > ? "
        "ORDER BY number LIMIT 256",
        [at],
    ).fetchall():
        yield from map(tuple, rows)
        at = rows[-1][0]


def _tokens(title: str | None, text: str) -> list[str]:
    """What the tokenizer makes of a row."""
    return grams(title, text).replace("\0", " ").split()


def _notices_with_part(connection: Connection, term: str) -> set[int]:
    """The notices of which a part holds a term."""
    sql = f"SELECT rowid AS number FROM search WHERE search MATCH ? AND rowid >= {rows.PARTS}"  # noqa: S608  # constants
    return set(map(rows.notice_of_row, numbers_of(connection, sql, [_phrase(term)])))


def _varint(data: bytes) -> int:
    """The number at the beginning of a blob, as SQLite packs it: seven bits a byte."""
    value = 0
    for byte in data[:8]:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value


def _phrase(term: str) -> str:
    tokens = [first + second for first, second in pairwise(term)] or [term]
    return _quoted(" ".join(tokens), '"')


def _cleaned(text: str) -> str:
    """The query without readings behind their characters and without zero-width characters, like normalized text."""
    from annotations.normalize.artefacts import READING, hosts_of, narrow  # noqa: PLC0415  # as above
    from annotations.normalize.spaces import INVISIBLE  # noqa: PLC0415  # as above

    text = narrow(re.sub(f"[{INVISIBLE}]", "", text))
    return READING.sub(
        lambda match: "" if match.start() and text[match.start() - 1] in hosts_of(match[0]) else match[0], text
    )


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
