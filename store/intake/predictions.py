"""A model's predictions from a file into the database, as suggestions; what does not fit is refused line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyroaring import BitMap

from annotations.annotation import Annotation
from annotations.errors import RecordError, ZhupiError
from annotations.formats.predictions import suggestion
from annotations.formats.readers import Prediction, decode
from annotations.notice import notice_id, raw_sha256
from store.db.database import Database
from store.errors import SourceError
from store.input.lines import TOO_LONG, in_utf_8, numbered
from store.input.opening import READ_ERRORS, STDIN, opened, reason
from store.intake.suggest import SuggestReport, add_suggestions
from store.project.settings import labels_of
from store.read.notices import find_notice, load_notice, notice_number

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
    notices = _Notices(database)
    try:
        for number, line in _lines(path):
            where = f"{path}:{number}"
            try:
                if line is None:
                    raise RecordError(TOO_LONG)
                found = decode(line)
                notice = notices.of(found)
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
        notices.close()
    return report


def _store(database: Database, actor: str, batch: list[tuple[int, list[Annotation]]], report: SuggestReport) -> None:
    """Store what some lines predict, and empty the batch; only what is committed counts."""
    added, existing = add_suggestions(database, actor, batch)
    report.added += added
    report.existing += existing
    batch.clear()


class _Notices:
    """Finds the notice that a prediction is about: by id, by doc, or by its text.  ``close`` ends it."""

    def __init__(self, database: Database) -> None:
        self._connection = database.connection
        self._hashed = False

    def of(self, found: Prediction) -> int:
        """The number of the notice.

        Raises:
            ZhupiError: no notice, or none that can be told from the others.
        """
        if found.name is not None:
            return find_notice(self._connection, found.name)
        if found.text is None:
            raise RecordError("it names no notice: give its id, its doc or its text")
        number = self._by_text(found.text)
        if number is None:
            raise RecordError("no notice has this text, raw or normalized; give the notice's id or doc")
        return number

    def _by_text(self, text: str) -> int | None:
        try:
            number = notice_number(self._connection, notice_id(raw_sha256(text)))
        except UnicodeEncodeError:
            return None  # half a character: no notice has it
        if number is not None:
            return number
        self._hash_texts()
        rows = self._connection.execute(
            "SELECT texts.notice FROM temp.text_hashes AS hashes JOIN texts ON texts.notice = hashes.notice "
            "WHERE hashes.hash = ? AND normalized = ? ORDER BY texts.notice DESC LIMIT 1",
            [hash(text.encode()), text],
        ).fetchall()
        return rows[0][0] if rows else None

    def _hash_texts(self) -> None:
        """Make a temporary table of the hashes of all normalized texts, which SQLite keeps on disk where it grows."""
        if self._hashed:
            return
        self.close()
        # As bytes: what SQLite hands over as text ends at a NUL.
        self._connection.create_function("text_hash", 1, hash, deterministic=True)
        self._connection.execute(
            "CREATE TEMP TABLE text_hashes (hash INTEGER, notice INTEGER, PRIMARY KEY (hash, notice)) WITHOUT ROWID"
        )
        self._connection.execute(
            "INSERT INTO temp.text_hashes "
            "SELECT text_hash(CAST(normalized AS BLOB)) AS hash, notice FROM texts ORDER BY hash, notice"
        )
        self._hashed = True

    def close(self) -> None:
        """Drop the temporary table."""
        self._connection.execute("DROP TABLE IF EXISTS temp.text_hashes")


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines of the file that are not blank."""
    try:
        with opened(path) as file:
            for number, line in numbered(in_utf_8(file)[0]):
                if line is None or line.strip():
                    yield number, line
    except READ_ERRORS as error:
        raise SourceError(f"{path}: {reason(error)}") from error
