"""A database with notices of one kind that somebody has finished, and others to look at."""

from __future__ import annotations

import random

from making import stored_notice

from annotations.annotation import Annotation, Review, now
from annotations.labels import LabelSet
from annotations.origins import tagged
from annotations.spans import raw_span
from store.db.database import Database
from store.edits.annotate import add_annotations
from store.edits.labels import declare_labels
from store.edits.review import set_review
from store.read.notices import notice_annotations

LABELS = """
[[label]]
name = "TOOL"
sign = "T"
hue = "blue"

[[label]]
name = "RARE"
sign = "R"
hue = "red"
"""


def notice(source: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """A text, and where tools stand in it: what is 使用 or 携带 and ends in 仪."""
    text, spans = "", []
    for _ in range(4):
        tool = "".join(source.choices("测水温压流速风光电磁", k=2)) + "仪"
        text += source.choice(("队员使用", "小组携带"))
        spans.append((len(text), len(text) + len(tool)))
        text += (
            tool
            + source.choice(("检查河道。\n", "到现场。\n", "前往山区。"))
            + source.choice(("会议在礼仪厅开。\n", "\n"))
        )
    return text, spans


def finished_database(database: Database, actor: str, finished: int = 16, others: int = 4, seed: int = 1) -> None:
    """Store notices, with all tools of the first ones tagged, and these done."""
    if database.connection.execute("SELECT count(*) FROM notices").fetchone()[0] == 0:
        declare_labels(database, actor, LabelSet.from_toml(LABELS, "labels.toml"))
    source = random.Random(seed)
    for at in range(finished + others):
        raw, spans = notice(source)
        number = stored_notice(database, raw, f"{seed}-{at}")
        if at < finished:
            items = [tagged(raw, raw_span(*span), "TOOL", {}, actor) for span in spans]
            if at == 0:
                items.append(tagged(raw, raw_span(0, 2), "RARE", {}, actor))
            add_annotations(database, actor, number, items)
            set_review(database, actor, number, Review(actor, "done", None, now()))


def learned(database: Database) -> list[Annotation]:
    """All suggestions of models."""
    numbers = [row[0] for row in database.connection.execute("SELECT number FROM notices").fetchall()]
    return [
        item
        for number in numbers
        for item in notice_annotations(database.connection, number)
        if (item.suggested_by or "").startswith("learned/") and item.annotator is None
    ]
