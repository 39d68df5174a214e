"""Invented texts that resemble each other as much as a test wants, and notices of them."""

from __future__ import annotations

import random

from making import notice_of

from store.db.database import Database
from store.write.notices import add_notice

WORDS = "会议要求各乡镇在四月底前完成河道排查副县长林知远出席并讲话水务局负责整改督察生态环境保护工作方案落实责任"


def text_of(seed: int, length: int = 400) -> str:
    """A text of so many characters; another seed gives one that resembles it hardly."""
    rng = random.Random(seed)
    return "".join(rng.choice(WORDS) for _ in range(length))


def edited(text: str, share: float, seed: int = 0) -> str:
    """The text with as many characters replaced, spread evenly, as make a share of it."""
    rng = random.Random(seed)
    places = set(rng.sample(range(len(text)), round(share * len(text))))
    return "".join("甲乙丙丁"[(at + seed) % 4] if at in places else each for at, each in enumerate(text))


FIRST = text_of(1)
BETWEEN = edited(FIRST, 0.03, 1)
LAST = edited(BETWEEN, 0.03, 2)
"""A near-copy of the one before, and not of the first."""


def add(database: Database, *texts: str) -> list[int | None]:
    """Add a notice of each text; their numbers."""
    with database.write() as connection:
        return [add_notice(connection, "importer", notice_of(text)) for text in texts]
