"""A large archive of invented notices for the queue and the search: varied words, dates, and reviewers of every kind.

What is said about the notices is put into the tables at once, without the log, which the queue never reads.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import accumulate, islice
from pathlib import Path

from annotations.alignment import Alignment
from annotations.labels import default_labels
from annotations.notice import Notice, notice_id, raw_sha256
from annotations.regions import Region
from annotations.spans import RawOffset
from store.db.sqlite import Connection
from store.index import decisions, facets
from store.open import open_database
from store.write.notices import add_notice

FRONT, TEN, OTHERS = "front", "ten", "others"
"""Reviewers: one has done the first six tenths, one ten notices, and one every other notice."""

_WORDS = 6_000
_CHARACTERS = 2_200
_BATCH = 5_000
_AT = "2026-01-01T00:00:00.000Z"
_INSERT = (
    'INSERT INTO annotations (id, notice, label, "start", "end", text, attributes, annotator, status, unsure, '
    "created_at, updated_at) VALUES (?, ?, ?, 0, 2, '甲乙', ?, ?, ?, ?, ?, ?)"
)
_ATTRIBUTES = '{"iso": null}'


def vocabulary() -> list[str]:
    """Invented words of one to four characters, the commonest first."""
    chance = random.Random(7)
    pool = [chr(0x4E00 + at) for at in chance.sample(range(0x9FA5 - 0x4E00), _CHARACTERS)]
    weights = list(accumulate(1 / (rank + 20) for rank in range(_CHARACTERS)))
    lengths = (1, 2, 2, 2, 2, 3, 4)
    words = ("".join(chance.choices(pool, cum_weights=weights, k=chance.choice(lengths))) for _ in range(_WORDS * 2))
    return list(islice(dict.fromkeys(words), _WORDS))


def build(path: Path, notices: int, characters: int = 60) -> None:
    """Make the archive.

    Args:
        path: where to.
        notices: how many.
        characters: about how many a notice has.
    """
    with open_database(path, create=True) as database:
        made = invented(characters)
        for first in range(1, notices + 1, _BATCH):
            with database.write() as connection:
                for number in range(first, min(first + _BATCH, notices + 1)):
                    add_notice(connection, "importer", next(made)(number, notices))
        with database.write() as connection:
            _people(connection, notices)
            decisions.rebuild(connection)
            facets.rebuild(connection)


def invented(characters: int, seed: int = 11) -> Iterator[Callable[[int, int], Notice]]:
    """What makes each of endless notices, given its number and how many there are to be."""
    chance = random.Random(seed)
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(words))))
    while True:
        chosen = chance.choices(words, cum_weights=weights, k=characters // 2)
        sentences = "，".join("".join(chosen[at : at + 6]) for at in range(0, len(chosen), 6))
        day = chance.randrange(3650)
        unknown = chance.random() < 0.05

        def notice(number: int, of: int, text: str = sentences, day: int = day, *, unknown: bool = unknown) -> Notice:
            raw = f"{text}第{number}号。"
            digest = raw_sha256(raw)
            # The first half was imported in no order of dates, the second in just that.
            day = day if number * 2 < of else 3650 * number // (of + 1)
            flags = ["traditional"] * (number % 3 == 0) + ["title-unsure"] * (number % max(1, of // 10) == 1)
            published = None if unknown else f"{2015 + day // 365}-{day % 365 // 31 + 1:02}-{day % 31 % 28 + 1:02}"
            return Notice(
                id=notice_id(digest),
                doc=f"notice-{number}",
                sha256=digest,
                title=text[:24],
                source="临江县水务局",
                published=published,
                url=None,
                raw=raw,
                normalized=raw,
                normalizer="benchmark",
                regions=(Region("body", RawOffset(0), RawOffset(len(raw))),),
                alignment=Alignment.identity(len(raw)),
                meta={"flags": flags},
            )

        yield notice


def _people(connection: Connection, notices: int) -> None:
    """Reviews, annotations, suggestions and assignments, from few to nearly all."""
    front, ten = notices * 6 // 10, range(1, notices + 1, max(1, notices // 10))
    done = {FRONT: range(1, front + 1), TEN: ten, OTHERS: range(1, notices + 1, 2)}
    connection.executemany(
        "INSERT INTO reviews (notice, annotator, status, comment, updated_at) VALUES (?, ?, 'done', NULL, ?)",
        ((number, name, _AT) for name, numbers in done.items() for number in numbers),
    )
    connection.executemany(
        "INSERT INTO assignments VALUES (?, ?, 'admin', ?)",
        ((number, name, _AT) for name, numbers in done.items() for number in numbers),
    )
    # Whoever has done the front has tagged every third notice of it, and decided on all suggestions but the last ten.
    own = (_row(f"a{number}", number, "DATE", FRONT, "manual") for number in range(1, front, 3))
    rare = (_row(f"b{number}", number, "OFFICIAL", FRONT, "manual", unsure=True) for number in ten)
    suggested = (_row(f"s{number}", number, "DATE", None, "suggested") for number in range(1, front, 4))
    decided = (_row(f"s{number}.{FRONT}", number, "DATE", FRONT, "rejected") for number in range(1, front - 40, 4))
    for rows in (own, rare, suggested, decided):
        connection.executemany(_INSERT, rows)


def _row(
    name: str, notice: int, label: str, annotator: str | None, status: str, *, unsure: bool = False
) -> tuple[object, ...]:
    if label not in default_labels():
        raise ValueError(label)
    return name, notice, label, _ATTRIBUTES, annotator, status, unsure, _AT, _AT
