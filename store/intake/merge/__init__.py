"""Other databases and native exports into this one: their notices by hash, their events as a set by id.

What is there already adds nothing, so a merge that was interrupted is begun again and does the rest.  In whatever order
and grouping databases are merged, the state is the same.  Settings, roles and people of elsewhere are history here and
change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from annotations.counts import counted
from annotations.errors import ZhupiError
from annotations.normalize import NORMALIZER
from annotations.relabelling import LabelChanges
from store.db.database import Database
from store.db.files import is_database
from store.db.sqlite import Connection
from store.db.turns import in_turns
from store.errors import StoreError
from store.intake.merge.database import DatabaseSource, copied
from store.intake.merge.export import ExportSource
from store.intake.merge.known import Known, Numbering
from store.intake.merge.names import Names
from store.intake.merge.told import Source, ToldEvents, ToldNotice
from store.intake.pool import batches
from store.log.events import PROJECT, Change, Merge
from store.log.rows import load_regions
from store.project.identity import project_of
from store.project.reviewers import require
from store.project.settings import labels_in
from store.read.notices import notice_number
from store.read.people import names_at_work
from store.write.append import append
from store.write.merged import merging, tells_more
from store.write.notices import FinishedNotice, finish
from store.write.search import index_long_texts
from store.write.texts import prepare

_BATCH: Final = 64
"""Notices and events that are read and proved before they are stored."""


_LONG: Final = 100_000
"""Code points of a raw text beyond which whoever waits for the lock need not wait until it is normalized."""


class _Piece(NamedTuple):
    """What is told, and the notice in it as it is going to be stored; None where it is there."""

    told: ToldNotice | ToldEvents
    finished: FinishedNotice | None


class MergeReport(msgspec.Struct):
    """What a merge did: notices added, or with another row now; events that were new; files or lines refused.

    ``unmet`` are names that were given other names here, and that nobody has in what was merged.
    """

    added: int = 0
    changed: int = 0
    events: int = 0
    refused: int = 0
    unmet: tuple[str, ...] = ()


class Meeting(msgspec.Struct, frozen=True):
    """What is to be known of a source before anything of it is taken.

    ``people`` are names that both sides have.  ``labels`` is what its label set has otherwise.  ``is_copy`` says that
    it is of the same project, so that its people are those here.
    """

    where: str
    people: tuple[str, ...]
    labels: LabelChanges
    is_copy: bool


def merge(
    database: Database,
    actor: str,
    paths: Sequence[Path],
    names: Mapping[str, str],
    meet: Callable[[Meeting], None],
    refuse: Callable[[str], None],
    progress: Callable[[int], None] = lambda _: None,
) -> MergeReport:
    """Merge databases and native exports into a database.

    Args:
        database: into which.
        actor: the admin who does it.
        paths: the databases and exports; they are only read.
        names: what people are called here who have another name in them.
        meet: told of each source, before anything is taken from any.
        refuse: told one line for each source, or line of an export, that cannot be taken; the others go on.
        progress: told how many notices and events have been looked at.

    Raises:
        StoreError: nothing can be merged into this database yet.
        RoleError: the actor is no admin.
    """
    report = MergeReport()

    def refused(line: str) -> None:
        report.refused += 1
        refuse(line)

    with ExitStack() as stack:
        sources: list[tuple[Source, Known]] = []
        named = [Names(names) for _ in paths]
        for path, own in zip(paths, named, strict=True):
            try:
                sources.append(_opened(stack, database, actor, path, own, refused))
            except ZhupiError as error:
                refused(str(error))
        with database.read() as connection:
            _refuse_older(connection, database.path)
            here, project = names_at_work(connection), project_of(connection)
        for source, _ in sources:
            people = source.people()
            is_copy = source.project == project
            meet(Meeting(source.where, tuple(sorted(here & people)), source.label_changes, is_copy))
            here |= people
        looked = 0
        for source, known in sources:
            try:
                for done, outcome in _take(database, actor, source, known):
                    looked += done
                    report.added += outcome.added
                    report.changed += outcome.changed
                    report.events += outcome.events
                    progress(looked)
            except ZhupiError as error:
                refused(str(error))
    report.unmet = tuple(sorted(names.keys() - {name for own in named for name in own.met}))
    return report


@contextmanager
def rehearsal(database: Database) -> Iterator[Database]:
    """A copy of a database, to see what a merge would do; it is gone when the block ends."""
    with copied(database.path) as copy:
        yield copy


def _opened(
    stack: ExitStack, database: Database, actor: str, path: Path, names: Names, refuse: Callable[[str], None]
) -> tuple[Source, Known]:
    """A source, and what is known of it here.

    Raises:
        ZhupiError: nothing of it can be taken; the line says why.
    """
    if path.exists() and path.samefile(database.path):
        raise StoreError(f"{path}: the database itself; name another")
    if path.is_dir():
        raise StoreError(
            f"{path}: a folder; name the databases and native exports in it, of a release its notices.jsonl"
        )
    labels = labels_in(database.connection)
    if not is_database(path):
        export, known = ExportSource(str(path), labels, names, actor, refuse), Known(database)
        export.refuse_other_names(known.among)
        return export, known
    copy = stack.enter_context(copied(path))
    source = DatabaseSource(str(path), copy, labels, names)
    known = Known(database, source)
    try:
        for there, here in known.actors(source.actors()):
            names.learn(there, here)
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from error
    return source, known


def _refuse_older(connection: Connection, path: Path) -> None:
    (older,) = connection.execute("SELECT count(*) FROM texts WHERE normalizer <> ?", [NORMALIZER]).fetchone()
    if older:
        raise StoreError(
            f"{path}: {counted(older, 'notice')} here normalized by another version than {NORMALIZER}; run "
            "`zhupi normalize --stored` first, and merge again"
        )


def _take(database: Database, actor: str, source: Source, known: Known) -> Iterator[tuple[int, MergeReport]]:
    """Take what is new; yields, for each turn that is committed, how many items were looked at and what was done."""

    def store(connection: Connection, turn: Iterator[_Piece], ids: Sequence[bytes]) -> tuple[int, MergeReport]:
        require(connection, actor, "change the project")
        looked, outcome = 0, MergeReport()
        # Somebody else may have merged the same meanwhile.
        there = {*known.numbers(connection, ids)}
        with merging(connection, actor) as work:
            for piece in turn:
                told = piece.told
                looked += 1
                number, what = PROJECT, "same"
                if isinstance(told, ToldNotice):
                    number, what = work.notice(told.notice, told.html, piece.finished)
                elif told.notice is not None:
                    number = notice_number(connection, told.notice) or PROJECT
                fresh = [each for each in told.events if each.event.id not in there]
                # An export may tell of a notice twice.
                there.update(each.event.id for each in fresh)
                events = numbering.numbered(connection, fresh, number, work.newest.number)
                if events:
                    work.events(events, first=what == "added")
                outcome.added += what == "added"
                outcome.changed += what == "changed"
                outcome.events += len(events)
        if outcome.added or outcome.changed or outcome.events:
            # The newest event of a turn is one of today: times of elsewhere do not bind what comes here.
            merged = Merge(outcome.events, outcome.added, source.head)
            append(connection, actor, "merge", Change(PROJECT, "merge", source.project, None, merged))
        return looked, outcome

    numbering = Numbering(known)
    for batch in batches(source.told(known.among), _BATCH, _size):
        ids = [each.event.id for told in batch for each in told.events]
        yield from in_turns(database, _pieces(database, batch), partial(store, ids=ids))
        index_long_texts(database)


def _pieces(database: Database, batch: Sequence[ToldNotice | ToldEvents]) -> list[_Piece]:
    """What is told, with whatever of it can be made without the lock."""
    with database.read() as connection:
        return [_Piece(told, _finished(connection, told)) for told in batch]


def _finished(connection: Connection, told: ToldNotice | ToldEvents) -> FinishedNotice | None:
    """A notice that is not there as it is going to be stored; a long one that is there is normalized as it will be."""
    if not isinstance(told, ToldNotice):
        return None
    notice, number = told.notice, notice_number(connection, told.notice.id)
    if number is None:
        return finish(notice, told.html)
    if len(notice.raw) > _LONG:
        if tells_more(connection, number, notice, told.html):
            prepare(connection, number, load_regions(connection, number))
        for each in told.events:
            after = each.event.change.after
            if each.event.change.entity == "regions" and isinstance(after, tuple):
                prepare(connection, number, after)
    return None


def _size(told: ToldNotice | ToldEvents) -> int:
    return len(told.notice.raw) if isinstance(told, ToldNotice) else 0
