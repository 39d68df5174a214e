"""Who works here and what they may do: names, roles, and what each role is for.

Who somebody is comes from the Unix account of the process, never from the environment.  Only a service account that an
admin has listed works under other names (``--as``): people reach it by an SSH key with a forced command.  On a file
that a group can write, roles bind zhupi and nobody who opens the file with another program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from annotations.annotation import GOLD, clip, name_fault, now
from store.db.accounts import account_name
from store.db.sqlite import Connection
from store.errors import RoleError, StoreError

if TYPE_CHECKING:
    from store.db.database import Database

Role = Literal["reviewer", "adjudicator", "admin", "service"]
"""What somebody is here; a service account is nobody by itself."""

ROLES: tuple[Role, ...] = get_args(Role)

Task = Literal[
    "annotate",
    "take notices",
    "take any number of notices",
    "assign to others",
    "take off what others gave",
    "see the layers of others",
    "add notices",
    "change the project",
]
"""What takes a role; the guide for administrators has them as a table.

``annotate`` is all of a layer, and what stands for everybody about a notice: the kinds of its regions and its fields.
``change the project`` is labels, guideline, suggestions, repair, and who works here.
"""

_WHO_MAY: dict[Task, tuple[Role, ...]] = {
    "annotate": ("reviewer", "adjudicator", "admin"),
    "take notices": ("reviewer", "adjudicator", "admin"),
    "take any number of notices": ("adjudicator", "admin"),
    "assign to others": ("adjudicator", "admin"),
    "take off what others gave": ("adjudicator", "admin"),
    "see the layers of others": ("adjudicator", "admin"),
    "add notices": ("admin",),
    "change the project": ("admin",),
}

MOST_TAKEN = 100
"""So many open notices a reviewer may be assigned to, whoever did it, and still take one: who has more has enough."""

_CLOSED = "closed"
_MOST_NAMED = 3
"""How many admins a refusal names."""


class Reviewer(msgspec.Struct, frozen=True):
    """Somebody who works here, or did until ``removed_at`` (UTC)."""

    name: str
    role: Role
    added_by: str
    added_at: str
    removed_at: str | None


def current_reviewer() -> str:
    """The name of the account that runs this process; ``uid-1234`` where the account has no name.

    Raises:
        StoreError: nobody can have its name; work under another account.
    """
    name = account_name(os.getuid())
    check_name(name)
    return name


def check_name(name: str) -> None:
    """Prove that somebody can have this name.

    Raises:
        StoreError: nobody can; the line says why.
    """
    fault = name_fault(name)
    if fault is not None:
        raise StoreError(f"nobody can be called {clip(name)}: {fault}")


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
            _refuse_outsiders(connection, known)
            return account
        owner = database.path.stat().st_uid == os.getuid()
        if closed and not owner:
            raise RoleError(f"{account} is not on the list of reviewers; ask {_admins(connection)} to add you")
    with database.write() as connection:
        if find(connection, account) is None:
            _put(connection, Reviewer(account, "admin" if owner else "reviewer", account, now(), None))
    return account


def find(connection: Connection, name: str) -> Reviewer | None:
    """The reviewer of that name, removed ones too; None where nobody has it."""
    row = connection.execute("SELECT * FROM reviewers WHERE name = ?", [name]).fetchone()
    return Reviewer(row["name"], row["role"], row["added_by"], row["added_at"], row["removed_at"]) if row else None


def everybody(connection: Connection) -> list[Reviewer]:
    """All who work here or did, by name."""
    rows = connection.execute("SELECT * FROM reviewers ORDER BY name").fetchall()
    return [Reviewer(row["name"], row["role"], row["added_by"], row["added_at"], row["removed_at"]) for row in rows]


def lists_people(connection: Connection) -> bool:
    """Whether a database, which may be of an older zhupi, says who works here."""
    return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'reviewers'").fetchone() is not None


def people(connection: Connection) -> list[str]:
    """The names of those who annotate here now, in order."""
    return [each.name for each in everybody(connection) if each.removed_at is None and each.role != "service"]


def strangers(connection: Connection, names: Iterable[str]) -> list[str]:
    """Those of some names that nobody here has or had, in order; the adjudicated layer is no stranger."""
    return sorted(name for name in {*names} - {GOLD} if find(connection, name) is None)


def may(connection: Connection, name: str, task: Task) -> bool:
    """Whether the role of somebody allows a task."""
    known = find(connection, name)
    return known is not None and known.removed_at is None and known.role in _WHO_MAY[task]


def require(connection: Connection, name: str, task: Task) -> None:
    """Prove that the role of somebody allows a task.

    Raises:
        RoleError: it does not; the line names who may.
    """
    if may(connection, name, task):
        return
    known = find(connection, name)
    if known is not None:
        _refuse_outsiders(connection, known)
    role = known.role if known is not None else "reviewer"
    needed = " or ".join(f"an {each}" for each in _WHO_MAY[task] if each != "reviewer")
    raise RoleError(f"{name} is a {role} here, and only {needed} may {task}; ask {_admins(connection)}")


def check_actor(connection: Connection, name: str) -> Reviewer | None:
    """Prove that ``name`` may write; a name that is not listed may, and None stands for it.

    Raises:
        RoleError: it was removed, or is a service account.
    """
    known = find(connection, name)
    if known is not None:
        _refuse_outsiders(connection, known)
    return known


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
        _put(connection, Reviewer(name, role, actor, now(), None))
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
        _put(connection, msgspec.structs.replace(known, role=role))
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
        _put(connection, msgspec.structs.replace(known, removed_at=now()))
        connection.execute("DELETE FROM leases WHERE annotator = ?", [name])


def joining_is_closed(connection: Connection) -> bool:
    """Whether only those on the list work here; else whoever can write the file joins as a reviewer."""
    row = connection.execute("SELECT value FROM settings WHERE name = 'joining'").fetchone()
    return row is not None and row[0] == _CLOSED


def set_joining(database: Database, actor: str, *, closed: bool) -> None:
    """Let others join by themselves, or only those whom an admin adds.

    Raises:
        RoleError: ``actor`` is no admin.
    """
    with database.write() as connection:
        require(connection, actor, "change the project")
        connection.execute(
            "INSERT INTO settings VALUES ('joining', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
            [_CLOSED if closed else "open"],
        )


def add_first_admin(connection: Connection, path: Path) -> None:
    """Make the first admin of a database: whose file it is; within the migration that makes the table."""
    name = account_name(path.stat().st_uid)
    _put(connection, Reviewer(name, "admin", name, now(), None))


def _under_a_name(connection: Connection, account: str, known: Reviewer | None, name: str) -> str:
    if known is None or known.removed_at is not None or known.role != "service":
        raise RoleError(
            f"--as {name}: {account} is no service account here, so it works under its own name; "
            f"{_admins(connection)} can list it with `zhupi reviewers add {account} --role service`"
        )
    person = find(connection, name)
    if person is None:
        raise RoleError(f"--as {name}: nobody here has that name; ask {_admins(connection)} to add it")
    _refuse_outsiders(connection, person)
    if person.role == "admin":
        # Whoever holds a key of the service account would hold the project.
        raise RoleError(f"--as {name}: an admin works under an account of their own")
    return name


def _refuse_outsiders(connection: Connection, known: Reviewer) -> None:
    if known.removed_at is not None:
        raise RoleError(f"{known.name} no longer works here, since {known.removed_at[:10]}; ask {_admins(connection)}")
    if known.role == "service":
        raise RoleError(f"{known.name} is a service account: it works only as somebody, with --as NAME")


def _admins(connection: Connection) -> str:
    names = [each.name for each in everybody(connection) if each.role == "admin" and each.removed_at is None]
    return f"an admin ({', '.join(names[:_MOST_NAMED])}{', …' if len(names) > _MOST_NAMED else ''})"


def _present(connection: Connection, name: str) -> Reviewer:
    known = find(connection, name)
    if known is None or known.removed_at is not None:
        raise StoreError(f"nobody here is called {name}; `zhupi reviewers list` tells who is")
    return known


def _keep_an_admin(connection: Connection, leaving: Reviewer) -> None:
    others = [each for each in everybody(connection) if each.role == "admin" and each.removed_at is None]
    if leaving.role == "admin" and [each.name for each in others] == [leaving.name]:
        raise StoreError(f"{leaving.name} is the only admin; make somebody else one first")


def _put(connection: Connection, reviewer: Reviewer) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO reviewers (name, role, added_by, added_at, removed_at) VALUES (?, ?, ?, ?, ?)",
        [reviewer.name, reviewer.role, reviewer.added_by, reviewer.added_at, reviewer.removed_at],
    )
