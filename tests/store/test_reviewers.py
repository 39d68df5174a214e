"""Who may do what: each role, each refusal, and nobody who locks out everybody."""

from __future__ import annotations

import os
import sqlite3

import pytest
from making import RAW, annotation_of, stored_notice, unchain, wrong
from msgspec.structs import replace

from annotations.annotation import Review, now
from store.edits.annotate import add_annotation, change_annotation, delete_annotation, resolve_conflict
from store.edits.assign import assign
from store.edits.people import add_reviewer, identify, remove_reviewer, set_joining, set_role
from store.edits.review import set_review
from store.edits.undo import undo
from store.errors import RoleError, StoreError
from store.log.events import ConflictError, annotation_change
from store.open import open_database
from store.project.reviewers import current_reviewer, everybody, find, people
from store.write.record import record

ME = current_reviewer()


def roles(database):
    return {each.name: each.role for each in everybody(database.connection) if each.removed_at is None}


def test_whoever_makes_the_database_is_its_first_admin(database):
    assert roles(database) == {ME: "admin"}
    assert identify(database) == ME


def test_only_an_admin_says_who_works_here(database):
    add_reviewer(database, ME, "wang", "adjudicator")
    for change in (
        lambda: add_reviewer(database, "wang", "chen", "reviewer"),
        lambda: set_role(database, "wang", "wang", "admin"),
        lambda: remove_reviewer(database, "wang", ME),
        lambda: set_joining(database, "wang", closed=True),
        lambda: add_reviewer(database, "nobody", "chen", "reviewer"),
    ):
        with pytest.raises(RoleError):
            change()
    assert roles(database) == {ME: "admin", "wang": "adjudicator"}


def test_the_last_admin_stays(database):
    for change in (lambda: remove_reviewer(database, ME, ME), lambda: set_role(database, ME, ME, "reviewer")):
        with pytest.raises(StoreError, match="the only admin"):
            change()
    add_reviewer(database, ME, "wang", "admin")
    assert set_role(database, ME, ME, "reviewer")
    with pytest.raises(StoreError, match="the only admin"):
        remove_reviewer(database, "wang", "wang")


def test_adding_twice_is_once_and_another_role_is_no_addition(database):
    assert add_reviewer(database, ME, "wang", "reviewer")
    assert not add_reviewer(database, ME, "wang", "reviewer")
    with pytest.raises(StoreError, match="zhupi reviewers role wang admin"):
        add_reviewer(database, ME, "wang", "admin")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("gold", "the name of a layer"), ("all", "the name of a layer"), ("suggested", "the name of a layer"),
        ("", "not empty"), ("  ", "white space"), ("wang ", "white space"), ("\u3000王", "white space"),
        ("wa\tng", "U\\+0009"), ("wang\n", "U\\+000A"), ("\x9bwang", "U\\+009B"), ("wa\u202eng", "U\\+202E"),
        ("wa\u200bng", "U\\+200B"), ("\u2028", "U\\+2028"), ("王" * 65, "longer than 64"),
    ],
)  # fmt: skip
def test_one_rule_for_names_holds_wherever_somebody_comes_from(database, monkeypatch, name, why):
    monkeypatch.setattr("store.project.reviewers.account_name", lambda _: name)
    for come in (
        lambda: add_reviewer(database, ME, name, "reviewer"),
        lambda: assign(database, ME, [stored_notice(database)], name),
        lambda: identify(database),
    ):
        with pytest.raises(StoreError, match=f"(?s)nobody can be called .*{why}"):
            come()
    assert roles(database) == {ME: "admin"}


@pytest.mark.parametrize("name", ["wang", "lin.wei", "CORP\\wang", "wang@corp", "王 小明", "王" * 64, "\U00031350"])
def test_lawful_names_come_in_all_scripts(database, name):
    assert add_reviewer(database, ME, name, "reviewer")


def test_who_was_removed_writes_nothing_more_and_does_not_join_again(database, monkeypatch):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3, annotator="wang")
    monkeypatch.setattr("store.project.reviewers.account_name", lambda _: "wang")
    assert identify(database) == "wang"
    add_annotation(database, "wang", number, item)
    remove_reviewer(database, ME, "wang")
    for change in (
        lambda: add_annotation(database, "wang", number, annotation_of(RAW, 3, 5, annotator="wang")),
        lambda: delete_annotation(database, "wang", number, item),
        lambda: set_review(database, "wang", number, Review("wang", "done", None, now())),
        lambda: undo(database, "wang"),
        lambda: assign(database, "wang", [number], "wang"),
        lambda: identify(database),
    ):
        with pytest.raises(RoleError, match="no longer works here"):
            change()
    assert people(database.connection) == [ME]
    assert add_reviewer(database, ME, "wang", "reviewer")
    delete_annotation(database, "wang", number, item)


def test_whose_file_it_is_joins_as_an_admin(database, monkeypatch):
    # A copy that somebody was given: its admins have no account here.
    with database.write() as connection:
        connection.execute("UPDATE reviewers SET name = 'somebody'")
    assert identify(database) == ME
    assert find(database.connection, ME).role == "admin"


def test_whoever_comes_joins_until_that_is_closed(database, monkeypatch):
    another = os.getuid() + 1
    monkeypatch.setattr("store.project.reviewers.os.getuid", lambda: another)
    monkeypatch.setattr("store.project.reviewers.account_name", lambda _: "chen")
    assert identify(database) == "chen"
    assert find(database.connection, "chen").role == "reviewer"
    set_joining(database, ME, closed=True)
    assert identify(database) == "chen"
    monkeypatch.setattr("store.project.reviewers.account_name", lambda _: "li")
    with pytest.raises(RoleError, match="not on the list"):
        identify(database)
    assert find(database.connection, "li") is None
    set_joining(database, ME, closed=False)
    assert identify(database) == "li"


def test_another_name_is_for_service_accounts_only(database, monkeypatch):
    add_reviewer(database, ME, "wang", "reviewer")
    add_reviewer(database, ME, "annotate", "service")
    with pytest.raises(RoleError, match="no service account"):
        identify(database, "wang")
    monkeypatch.setattr("store.project.reviewers.account_name", lambda _: "annotate")
    assert identify(database, "wang") == "wang"
    with pytest.raises(RoleError, match="only as somebody"):
        identify(database)
    with pytest.raises(RoleError, match="nobody here has that name"):
        identify(database, "li")
    with pytest.raises(RoleError, match="an account of their own"):
        identify(database, ME)
    with pytest.raises(RoleError, match="only as somebody"):
        identify(database, "annotate")
    remove_reviewer(database, ME, "wang")
    with pytest.raises(RoleError, match="no longer works here"):
        identify(database, "wang")
    add_reviewer(database, ME, "wang", "reviewer")
    remove_reviewer(database, ME, "annotate")
    with pytest.raises(RoleError, match="no service account"):
        identify(database, "wang")


def test_the_environment_says_nothing(database, monkeypatch):
    for name in ("USER", "LOGNAME", "SUDO_USER", "USERNAME"):
        monkeypatch.setenv(name, "wang")
    assert identify(database) == ME


def test_nobody_changes_the_layer_of_another(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    changed = replace(item, comment="mine now", updated_at=now())
    for change in (
        lambda: change_annotation(database, "wang", number, item, changed),
        lambda: change_annotation(database, "wang", number, item, replace(changed, annotator="wang")),
        lambda: delete_annotation(database, "wang", number, item),
        lambda: add_annotation(database, "wang", number, annotation_of(RAW, 3, 5, annotator="lin")),
        lambda: set_review(database, "wang", number, Review("lin", "done", None, now())),
        lambda: resolve_conflict(database, "wang", number, item, None),
    ):
        with pytest.raises(RoleError, match="another layer"):
            change()


def test_a_conflict_holds_both_states(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3)
    add_annotation(database, "lin", number, item)
    one, other = (replace(item, comment=text, updated_at=now()) for text in ("one", "other"))
    change_annotation(database, "lin", number, item, one)
    with pytest.raises(ConflictError) as caught:
        change_annotation(database, "lin", number, item, other)
    assert caught.value.current == one
    assert caught.value.change.after == other
    resolve_conflict(database, "lin", number, one, other)
    resolve_conflict(database, "lin", number, other, None)
    resolve_conflict(database, "lin", number, None, None)
    resolve_conflict(database, "lin", number, None, one)
    with pytest.raises(ConflictError):
        resolve_conflict(database, "lin", number, other, item)


def test_an_older_database_gets_its_owner_as_admin_and_keeps_its_reviews(tmp_path):
    path = tmp_path / "old.db"
    with open_database(path, create=True) as database:
        number = stored_notice(database)
        set_review(database, "lin", number, Review("lin", "done", None, now()))
    with sqlite3.connect(path) as old:
        # As it was before people had roles.
        for table in ("reviewers", "leases", "presence"):
            old.execute(f"DROP TABLE {table}")
        unchain(old)
        old.execute("DELETE FROM _sqlite_migrations WHERE name = 'shared_server'")
        old.execute("PRAGMA user_version = 2")
    old.close()
    with open_database(path) as database:
        assert roles(database) == {current_reviewer(): "admin"}
        assert path.stat().st_uid == os.getuid()

        assert wrong(database) == []


def test_the_guard_is_in_the_log_itself(database):
    number, item = stored_notice(database), annotation_of(RAW, 0, 3, annotator="wang")
    add_reviewer(database, ME, "annotate", "service")
    with pytest.raises(RoleError), database.write() as connection:
        record(connection, "annotate", "import", annotation_change(number, None, item))
