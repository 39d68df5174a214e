"""Who works here, changed: everything about people is an event, so that the log tells who let in whom, and when."""

from __future__ import annotations

import os

import msgspec

from annotations.annotation import now
from store.db.database import Database
from store.db.sqlite import Connection
from store.errors import NotFoundError, RoleError, StoreError
from store.project.reviewers import (
    CLOSED,
    JOINING,
    Reviewer,
    Role,
    admins,
    check_name,
    current_reviewer,
    everybody,
    find,
    joining_is_closed,
    people,
    refuse_outsiders,
    require,
)
from store.project.settings import Setting, load_setting


def identify(database: Database, as_name: str | None = None) -> str:
    """Who works with this database now; whoever comes for the first time joins as a reviewer, unless that is closed.

    Whose file it is joins as an admin: somebody who was given a copy can do with it what they like.

    Args:
        database: the open database.
        as_name: the name that a service account works under.

    Raises:
        RoleError: the account was removed, is not on a closed list, or may not work under that name.
        StoreError: nobody can have the name of the account.
    """
    account = current_reviewer()
    with database.read() as connection:
        known = find(connection, account)
        closed = joining_is_closed(connection)
        if as_name is not None:
            return _under_a_name(connection, account, known, as_name)
        if known is not None:
            refuse_outsiders(connection, known)
            return account
        owner = database.path.stat().st_uid == os.getuid()
        if closed and not owner:
            raise RoleError(f"{account} is not on the list of reviewers; ask {admins(connection)} to add you")
    with database.write() as connection:
        if find(connection, account) is None:
            joined = Reviewer(account, "admin" if owner else "reviewer", account, now(), None)
            _record(connection, account, "join", None, joined)
    return account


def add_reviewer(database: Database, actor: str, name: str, role: Role) -> bool:
    """Let somebody work here, or again after a removal; whether that changed anything.

    Raises:
        RoleError: ``actor`` is no admin.
        StoreError: nobody can have that name, or somebody has it with another role.
    """
    check_name(name)
    with database.write() as connection:
        require(connection, actor, "change the project")
        known = find(connection, name)
        if known is not None and known.removed_at is None:
            if known.role == role:
                return False
            raise StoreError(f"{name} is here as {known.role}; `zhupi reviewers role {name} {role}` changes that")
        _record(connection, actor, "add", known, Reviewer(name, role, actor, now(), None))
    return True


def set_role(database: Database, actor: str, name: str, role: Role) -> bool:
    """Give somebody another role; whether that changed anything.

    Raises:
        RoleError: ``actor`` is no admin.
        StoreError: nobody here has that name, or no admin would be left.
    """
    with database.write() as connection:
        require(connection, actor, "change the project")
        known = _present(connection, name)
        if known.role == role:
            return False
        _keep_an_admin(connection, known)
        _record(connection, actor, "role", known, msgspec.structs.replace(known, role=role))
    return True


def remove_reviewer(database: Database, actor: str, name: str) -> None:
    """Let somebody work here no longer; what they did stays, and what they held is free.

    Raises:
        RoleError: ``actor`` is no admin.
        StoreError: nobody here has that name, or no admin would be left.
    """
    with database.write() as connection:
        require(connection, actor, "change the project")
        known = _present(connection, name)
        _keep_an_admin(connection, known)
        _record(connection, actor, "remove", known, msgspec.structs.replace(known, removed_at=now()))


def set_joining(database: Database, actor: str, *, closed: bool) -> None:
    """Let others join by themselves, or only those whom an admin adds.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    from store.log.events import PROJECT, Change  # noqa: PLC0415  # as below
    from store.write.record import record  # noqa: PLC0415  # as below

    with database.write() as connection:
        require(connection, actor, "change the project")
        before = load_setting(connection, JOINING)
        change = Change(PROJECT, "setting", JOINING, before, Setting(CLOSED if closed else "open"))
        record(connection, actor, "joining", change)


def _record(connection: Connection, actor: str, action: str, before: Reviewer | None, after: Reviewer) -> None:
    # They bring the index and all events; whoever opens a database is known already, but for their first time.
    from store.log.events import PROJECT, Change  # noqa: PLC0415
    from store.write.record import record  # noqa: PLC0415

    record(connection, actor, action, Change(PROJECT, "reviewer", after.name, before, after))


def _under_a_name(connection: Connection, account: str, known: Reviewer | None, name: str) -> str:
    if known is None or known.removed_at is not None or known.role != "service":
        raise RoleError(
            f"--as {name}: {account} is no service account here, so it works under its own name; "
            f"{admins(connection)} can list it with `zhupi reviewers add {account} --role service`"
        )
    person = find(connection, name)
    if person is None:
        raise RoleError(f"--as {name}: nobody here has that name; ask {admins(connection)} to add it")
    refuse_outsiders(connection, person)
    if person.role == "admin":
        # Whoever holds a key of the service account would hold the project.
        raise RoleError(f"--as {name}: an admin works under an account of their own")
    return name


def require_person(database: Database, actor: str, name: str, *, new: bool, dry_run: bool = False) -> None:
    """Prove that somebody annotates here, for what is done in their layer.

    Args:
        database: where.
        actor: who wants it.
        name: whose layer it is.
        new: whether they are added as a reviewer where nobody here has that name.
        dry_run: only prove that they could be.

    Raises:
        NotFoundError: nobody who annotates here has that name.
        RoleError: ``actor`` may not add people.
        StoreError: nobody can have that name.
    """
    with database.read() as connection:
        if name in people(connection):
            return
    check_name(name)
    if not new:
        raise NotFoundError(f"nobody who annotates here is called {name}; --new adds them as a reviewer")
    if not dry_run:
        add_reviewer(database, actor, name, "reviewer")


def _present(connection: Connection, name: str) -> Reviewer:
    known = find(connection, name)
    if known is None or known.removed_at is not None:
        raise StoreError(f"nobody here is called {name}; `zhupi reviewers list` tells who is")
    return known


def _keep_an_admin(connection: Connection, leaving: Reviewer) -> None:
    others = [each for each in everybody(connection) if each.role == "admin" and each.removed_at is None]
    if leaving.role == "admin" and [each.name for each in others] == [leaving.name]:
        raise StoreError(f"{leaving.name} is the only admin; make somebody else one first")
