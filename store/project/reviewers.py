"""Who works here and what they may do: names, roles, and what each role is for.

Who somebody is comes from the Unix account of the process, never from the environment.  Only a service account that an
admin has listed works under other names (``--as``): people reach it by an SSH key with a forced command.  On a file
that a group can write, roles bind zhupi and nobody who opens the file with another program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from annotations.annotation import GOLD, clip, name_fault, now
from store.db.accounts import account_name
from store.db.sqlite import Connection
from store.errors import RoleError, StoreError
from store.project.settings import load_setting

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
    "adjudicate",
    "add notices",
    "change the project",
]
"""What takes a role; the guide for administrators has them as a table.

``annotate`` is all of a layer, and what stands for everybody about a notice: the kinds of its regions and its fields.
``change the project`` is labels, guideline, suggestions, repair, releases, and who works here.
"""

_WHO_MAY: dict[Task, tuple[Role, ...]] = {
    "annotate": ("reviewer", "adjudicator", "admin"),
    "take notices": ("reviewer", "adjudicator", "admin"),
    "take any number of notices": ("adjudicator", "admin"),
    "assign to others": ("adjudicator", "admin"),
    "take off what others gave": ("adjudicator", "admin"),
    "see the layers of others": ("adjudicator", "admin"),
    "adjudicate": ("adjudicator", "admin"),
    "add notices": ("admin",),
    "change the project": ("admin",),
}

MOST_TAKEN = 100
"""So many open notices a reviewer may be assigned to, whoever did it, and still take one: who has more has enough."""

JOINING: Final = "joining"
"""The setting that tells whether people join by themselves."""

CLOSED: Final = "closed"
"""Its value where only those work here whom an admin adds."""

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
    name = account()
    check_name(name)
    return name


def account() -> str:
    """The name of the account that runs this process, whatever it is called."""
    return account_name(os.getuid())


def check_name(name: str) -> None:
    """Prove that somebody can have this name.

    Raises:
        StoreError: nobody can; the line says why.
    """
    fault = name_fault(name)
    if fault is not None:
        raise StoreError(f"nobody can be called {clip(name)}: {fault}")


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
    return known is not None and allows(known, task)


def allows(known: Reviewer, task: Task) -> bool:
    """Whether the role of somebody who has been found allows a task."""
    return known.removed_at is None and known.role in _WHO_MAY[task]


def require(connection: Connection, name: str, task: Task) -> None:
    """Prove that the role of somebody allows a task.

    Raises:
        RoleError: it does not; the line names who may.
    """
    if may(connection, name, task):
        return
    known = find(connection, name)
    if known is not None:
        refuse_outsiders(connection, known)
    role = known.role if known is not None else "reviewer"
    needed = " or ".join(f"an {each}" for each in _WHO_MAY[task] if each != "reviewer")
    raise RoleError(f"{name} is a {role} here, and only {needed} may {task}; ask {admins(connection)}")


def check_actor(connection: Connection, name: str) -> Reviewer | None:
    """Prove that ``name`` may write; a name that is not listed may, and None stands for it.

    Raises:
        RoleError: it was removed, or is a service account.
    """
    known = find(connection, name)
    if known is not None:
        refuse_outsiders(connection, known)
    return known


def joining_is_closed(connection: Connection) -> bool:
    """Whether only those on the list work here; else whoever can write the file joins as a reviewer."""
    kept = load_setting(connection, JOINING)
    return kept is not None and kept.value == CLOSED


def add_first_admin(connection: Connection, path: Path) -> None:
    """Make the first admin of a database: whose file it is; within the migration that makes the table."""
    name = account_name(path.stat().st_uid)
    connection.execute(
        "INSERT INTO reviewers (name, role, added_by, added_at) VALUES (?, 'admin', ?, ?)", [name, name, now()]
    )


def refuse_outsiders(connection: Connection, known: Reviewer) -> None:
    """Refuse somebody who was removed, and a service account under its own name.

    Raises:
        RoleError: it is one of these.
    """
    if known.removed_at is not None:
        raise RoleError(f"{known.name} no longer works here, since {known.removed_at[:10]}; ask {admins(connection)}")
    if known.role == "service":
        raise RoleError(f"{known.name} is a service account: it works only as somebody, with --as NAME")


def admins(connection: Connection) -> str:
    """Whom to ask, in words."""
    names = [each.name for each in everybody(connection) if each.role == "admin" and each.removed_at is None]
    return f"an admin ({', '.join(names[:_MOST_NAMED])}{', …' if len(names) > _MOST_NAMED else ''})"
