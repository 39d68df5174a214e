"""Releases: immutable exports under tags of the project, which the log knows.

A release is written and synced aside.  Then one transaction appends it to the log and puts its folder into its place,
so that no tag is given twice and none is known whose folder was never there.  Whoever is killed between the two leaves
a whole folder that the log does not know; the same command finishes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from annotations.annotation import clip, now
from annotations.formats.names import MANIFEST, safe_name
from store.db.database import Database
from store.db.files import spare_database
from store.db.sqlite import Connection
from store.errors import StoreError
from store.input.opening import LIMIT
from store.log.chain import head, parse_head
from store.log.events import PROJECT, Change, events_about, first_event_of
from store.log.releases import Release
from store.output.export import ExportReport, system_errors_explained
from store.output.folder import NewFolder, changes, folder_aside, release_tag
from store.output.manifest import Manifest, ReleaseNote
from store.project.reviewers import require
from store.read.open_work import open_work
from store.write.append import append

_LONGEST: Final = 64
"""Characters of a tag at most."""


class Released(msgspec.Struct, frozen=True):
    """A release that was made: its event, its manifest, and the report of its export.

    ``report`` is None where an earlier call had written it, and only the log did not know it yet.
    """

    event: int
    manifest: Manifest
    report: ExportReport | None


Write = Callable[[NewFolder, Callable[[Connection], ReleaseNote]], ExportReport]
"""Writes the files of a release to a folder, as ``export_release`` does; what its manifest tells of it is handed in."""


def release(database: Database, actor: str, tag: str, path: Path, write: Write) -> Released:
    """Put a release into the folder ``path``, whole or not at all; others may write to the database meanwhile.

    Args:
        database: whose release it is; its log knows it then.
        actor: who releases it.
        tag: what it is called.
        path: a folder that is not there yet, or empty.
        write: writes what is in it.

    Raises:
        RoleError: ``actor`` is no admin.
        StoreError: nothing can be called ``tag``, or something was; something is at ``path``; it cannot be written.
    """
    check_tag(tag)
    spare_database(database.path, path)
    with database.read() as connection:
        require(connection, actor, "change the project")
        _refuse_known(connection, tag)
    if release_tag(path) == tag:
        return _finish(database, actor, tag, path)

    def note(connection: Connection) -> ReleaseNote:
        return ReleaseNote(tag, head(connection).number, now(), actor, open_work(connection))

    with system_errors_explained(path), folder_aside(path) as folder:
        if folder.replaces_something:
            raise StoreError(f"{path}: there is something in it; a release takes a new folder, name another")
        report = write(folder, note)
        folder.protect()
        folder.sync()
        manifest = _manifest_in(folder.path)
        event = _put(database, actor, folder, tag, _entry(manifest, folder.path))
    return Released(event, manifest, report)


class KnownRelease(msgspec.Struct, frozen=True):
    """A release as the log tells it.

    ``position`` is the number of the newest event that is in it, ``event`` that of its own.  ``sha256`` is that of the
    ``manifest.json`` of its folder.
    """

    tag: str
    at: str
    by: str
    position: int
    head: str
    event: int
    sha256: str
    format: str
    notices: int
    annotations: int
    zhupi: str


def releases(connection: Connection) -> list[KnownRelease]:
    """All releases, in order."""
    found = []
    for event in events_about(connection, "release"):
        entry = event.change.after
        if isinstance(entry, Release):
            of = msgspec.structs.asdict(entry)
            position = parse_head(entry.head).number
            found.append(KnownRelease(event.change.key, event.at, event.actor, position, event=event.number, **of))
    return found


def check_tag(tag: str) -> None:
    """Prove that a release can be called ``tag``.

    Raises:
        StoreError: it cannot.
    """
    if safe_name(tag) != tag or any(each.isspace() for each in tag) or len(tag) > _LONGEST:
        raise StoreError(
            f"no release can be called {clip(tag) or 'nothing'}: a tag is safe as the name of a file, has no white "
            f"space and {_LONGEST} characters at most, such as v1.0 or 2026-11"
        )


def _refuse_known(connection: Connection, tag: str) -> None:
    known = first_event_of(connection, "release", tag)
    if known is not None:
        raise StoreError(
            f"{tag} was released on {known.at[:10]} by {known.actor} (event {known.number}), and a tag is never used "
            "twice; name another (`zhupi release` lists them)"
        )


def _entry(manifest: Manifest, folder: Path) -> Release:
    """What the log keeps of a release."""
    return Release(
        sha256=hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest(),
        head=manifest.head or "",
        format=manifest.options.format,
        notices=manifest.notices,
        annotations=manifest.annotations,
        zhupi=manifest.zhupi,
    )


def _put(database: Database, actor: str, folder: NewFolder, tag: str, entry: Release) -> int:
    """Log a release and put its folder into its place, both or neither; the number of the event."""
    try:
        with database.write() as connection:
            event = _log(connection, actor, tag, entry)
            folder.put()
    except BaseException:
        if not folder.path.exists():
            # The log does not know it: it goes with the temporary folder.
            with suppress(OSError):
                folder.place.rename(folder.path)
        raise
    return event


def _log(connection: Connection, actor: str, tag: str, entry: Release) -> int:
    require(connection, actor, "change the project")
    # Somebody may have used it meanwhile.
    _refuse_known(connection, tag)
    return append(connection, actor, "release", Change(PROJECT, "release", tag, None, entry))


def _finish(database: Database, actor: str, tag: str, path: Path) -> Released:
    """Log a release that is in its place already, where it is one of this project and whole."""
    manifest = _manifest_in(path)
    fault = next(changes(path), None)
    if fault is not None:
        raise StoreError(f"{path}: a release {tag} that the log does not know, and {fault}; remove it, or name another")
    with database.write() as connection:
        noted = parse_head(manifest.head or "")
        row = connection.execute("SELECT digest FROM events WHERE number = ?", [noted.number]).fetchone()
        if row is None or row[0] != noted.digest:
            raise StoreError(f"{path}: a release {tag} of another project; name another folder")
        return Released(_log(connection, actor, tag, _entry(manifest, path)), manifest, None)


def _manifest_in(folder: Path) -> Manifest:
    with (folder / MANIFEST).open("rb") as file:
        data = file.read(LIMIT)
    try:
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise StoreError(f"{folder / MANIFEST}: not a manifest: {error}") from error
