"""A model's predictions from a file into the database, as suggestions; what does not fit is refused line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyroaring import BitMap

from annotations.annotation import Annotation
from annotations.errors import RecordError, ZhupiError
from annotations.formats.foreign.document import ForeignDocument
from annotations.formats.predictions import suggestion
from annotations.formats.readers import decode
from store.db.database import Database
from store.db.sqlite import Connection
from store.errors import SourceError
from store.input.lines import TOO_LONG, in_utf_8, numbered
from store.input.opening import READ_ERRORS, STDIN, opened, reason
from store.intake.matching import Matching
from store.intake.suggest import SuggestReport, add_suggestions
from store.project.settings import labels_of
from store.read.notices import find_notice, load_notice

_BATCH: Final = 64
"""Lines that are stored in one transaction, which is synced once: reviewers get their turn between two."""


def load_predictions(
    database: Database,
    actor: str,
    path: Path,
    refuse: Callable[[str], None],
    *,
    model: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> SuggestReport:
    """Store what a file predicts; what is there already is left alone.

    Args:
        database: where the notices are.
        actor: whose events the suggestions are.
        path: the file, gzipped or not; ``-`` is standard input.
        refuse: told one line for each line or span that does not fit; the rest goes on.
        model: the name of the model, for predictions that give none; None is the stem of the file.
        progress: told how many lines have been read.

    Raises:
        SourceError: the file cannot be read.
    """
    report = SuggestReport()
    stem = path.name.partition(".")[0] or "predictions"
    by = model or ("predictions" if str(path) == STDIN else stem)
    seen = BitMap()
    batch: list[tuple[int, list[Annotation]]] = []
    matching = Matching(database.connection)
    try:
        for number, line in _lines(path):
            where = f"{path}:{number}"
            try:
                if line is None:
                    raise RecordError(TOO_LONG)
                found = decode(line)
                notice = _notice_of(database.connection, matching, found)
            except ZhupiError as error:
                report.refused += 1
                refuse(f"{where}: {error}")
                continue
            stored, labels = load_notice(database.connection, notice), labels_of(database)
            made: list[Annotation] = []
            for place, span in enumerate(found.spans, 1):
                try:
                    made.append(suggestion(stored.notice, labels, span, found.text, by))
                except ZhupiError as error:
                    report.refused += 1
                    refuse(f"{where}: span {place}: {error}" if len(found.spans) > 1 else f"{where}: {error}")
            seen.add(notice)
            report.notices = len(seen)
            batch.append((notice, made))
            if len(batch) == _BATCH:
                _store(database, actor, batch, report)
            progress(number)
    finally:
        # Whatever ends it, what was read until then is kept.
        _store(database, actor, batch, report)
        matching.close()
    return report


def _store(database: Database, actor: str, batch: list[tuple[int, list[Annotation]]], report: SuggestReport) -> None:
    """Store what some lines predict, and empty the batch; only what is committed counts."""
    added, existing = add_suggestions(database, actor, batch)
    report.added += added
    report.existing += existing
    batch.clear()


def _notice_of(connection: Connection, matching: Matching, found: ForeignDocument) -> int:
    """The number of the notice that a prediction is about: by id, by doc, or by its text, of several the newest.

    Raises:
        ZhupiError: no notice, or none that can be told from the others.
    """
    name = found.id or found.doc
    if name is not None:
        return find_notice(connection, name)
    if found.text is None:
        raise RecordError("it names no notice: give its id, its doc or its text")
    numbers = matching.same_text(found.text)
    if not numbers:
        raise RecordError("no notice has this text, raw or normalized; give the notice's id or doc")
    return numbers[-1]


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines of the file that are not blank."""
    try:
        with opened(path) as file:
            for number, line in numbered(in_utf_8(file)[0]):
                if line is None or line.strip():
                    yield number, line
    except READ_ERRORS as error:
        raise SourceError(f"{path}: {reason(error)}") from error
