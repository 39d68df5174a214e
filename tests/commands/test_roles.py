"""The table of roles in the guide, cell by cell: by command, in the app, by undo and by redo."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from idle import idle
from making import annotation_of, stored_notice
from running import page, refusal, run

from store.edits.annotate import add_annotation
from store.edits.assign import assign, share_out, unassign
from store.edits.people import add_reviewer, set_role
from store.edits.review import set_reviews
from store.edits.undo import redo, undo
from store.errors import RoleError
from store.open import open_database
from store.project import reviewers
from store.project.reviewers import ROLES, Task, current_reviewer, may, require
from store.read.notices import notice_annotations
from store.write import permission
from tui.app import ZhupiApp
from tui.widgets.offer_list import OfferList
from tui.widgets.status_line import StatusLine

ME = current_reviewer()
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "server.md"
TASKS = get_args(Task)


def table():
    """The table of the guide: for each task the roles that may do it."""
    lines = [line for line in GUIDE.read_text(encoding="utf-8").split("\n") if "|" in line]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    at = next(number for number, row in enumerate(rows) if row[0] == "task")
    heads = rows[at][1:5]
    found = {}
    for row in rows[at + 2 :]:
        if row[0] not in TASKS:
            break
        assert set(row[1:5]) <= {"✓", "–"}
        found[row[0]] = {head for head, cell in zip(heads, row[1:5], strict=True) if cell == "✓"}
    return found


TABLE = table()
CELLS = [(task, role, role in TABLE[task]) for task in TASKS for role in ROLES]
cells = pytest.mark.parametrize(("task", "role", "allowed"), CELLS, ids=[f"{task}-{role}" for task, role, _ in CELLS])


def test_the_guide_has_a_row_for_each_task():
    assert tuple(TABLE) == TASKS


@cells
def test_a_role_allows_its_tasks_and_no_others(database, task, role, allowed):
    add_reviewer(database, ME, "wang", role)
    assert may(database.connection, "wang", task) == allowed
    if not allowed:
        with pytest.raises(RoleError, match="wang is a"):
            require(database.connection, "wang", task)


# By command

COMMANDS = {
    "annotate": [("tag", "page", "DATE", "0", "2")],
    "take notices": [("assign", "page", "--to", "wang"), ("assign", "taken", "--to", "wang", "--off")],
    "take any number of notices": [("assign", "--all", "--to", "wang")],
    "assign to others": [
        ("assign", "page", "--to", "chen"),
        ("assign", "given", "--to", "chen", "--off"),
        ("assign", "page", "--to", "wang", "--to", "chen"),
        ("assign", "--all", "--to", "wang", "--to", "chen", "--overlap", "1"),
    ],
    "take off what others gave": [("assign", "given", "--to", "wang", "--off")],
    "adjudicate": [("adjudicate", "--auto", "all")],
    "add notices": [("import", "c.txt")],
    "change the project": [
        ("suggest",),
        ("normalize", "--stored"),
        ("labels", "--hide", "DATE"),
        ("guideline", "--set", "c.txt"),
        ("check", "--repair"),
        ("reviewers", "add", "li"),
        ("reviewers", "role", "chen", "admin"),
        ("reviewers", "remove", "chen"),
        ("reviewers", "joining", "closed"),
    ],
    # Commands show no layers; whoever can read the file can export all of it.
    "see the layers of others": [],
}


@pytest.fixture
def place(workplace, monkeypatch):
    """Pages that are nobody's, given to wang by chen, and taken by wang; ``c.txt`` is not imported yet."""
    workplace.run(
        "import", *(page(workplace, f"{name}.txt", f"{name}的通知。\n") for name in ("page", "given", "taken"))
    )
    page(workplace, "c.txt", "另一个通知。\n")
    workplace.run("reviewers", "add", "chen", "--role", "adjudicator")
    with open_database(workplace.folder / "zhupi.db") as database:
        assign(database, "chen", [2], "chen")
        assign(database, "chen", [2], "wang")
        assign(database, "wang", [3], "wang")
    monkeypatch.setattr(permission, "MOST_TAKEN", 3)
    return workplace


@cells
def test_by_command(place, monkeypatch, task, role, allowed):
    place.run("reviewers", "add", "wang", "--role", role)
    monkeypatch.setattr(reviewers, "account_name", lambda _: "wang")
    if task == "take any number of notices":
        monkeypatch.setattr(permission, "MOST_TAKEN", 2)
    with open_database(place.folder / "zhupi.db") as database:
        before = dump(database)
    for arguments in COMMANDS[task]:
        if allowed:
            assert run(place, *arguments).returncode == 0, arguments
        else:
            told = refusal(place, *arguments)
            assert re.search("only an|wang has 2 notices open|only as somebody", told), told
    if not allowed:
        with open_database(place.folder / "zhupi.db") as database:
            assert dump(database) == before


def dump(database):
    """What the commands could change."""
    tables = ("notices", "texts", "events", "annotations", "assignments", "reviewers", "settings")
    return {table: [tuple(row) for row in database.connection.execute(f"SELECT * FROM {table}")] for table in tables}


# In the app

KEYS = {
    "annotate": [*"vl1"],
    "take notices": ["A", *"wang", "enter"],
    "take any number of notices": ["j", "j", "j", "A", *"wang", "enter"],
    "assign to others": ["A", *"chen", "enter"],
    "take off what others gave": ["j", "A", *"-wang", "enter"],
}


def state(database):
    """What the keys could change."""
    rows = database.connection.execute("SELECT notice, annotator, assigned_by FROM assignments ORDER BY 1, 2")
    return [tuple(row) for row in rows], [each.id for each in notice_annotations(database.connection, 1)]


@pytest.fixture
def shared(database, monkeypatch):
    """As ``place``, and a notice more."""
    for index in range(4):
        stored_notice(database, f"通知{index}要求各乡镇整改。")
    add_reviewer(database, ME, "chen", "adjudicator")
    assign(database, "chen", [2], "wang")
    add_reviewer(database, ME, "wang", "reviewer")
    assign(database, "wang", [3], "wang")
    monkeypatch.setattr(permission, "MOST_TAKEN", 3)
    return database


@pytest.mark.parametrize(
    ("task", "role", "allowed"), [cell for cell in CELLS if cell[0] in KEYS and cell[1] != "service"]
)
async def test_in_the_app(shared, monkeypatch, task, role, allowed):
    set_role(shared, ME, "wang", role)
    if task == "take any number of notices":
        monkeypatch.setattr(permission, "MOST_TAKEN", 2)
    before = state(shared)
    app = ZhupiApp(shared, reviewer="wang", notice=1 if task == "annotate" else None)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press(*KEYS[task])
        await idle(pilot)
        assert (state(shared) != before) == allowed
        if allowed:
            await pilot.press("u")
            await idle(pilot)
            assert state(shared)[1] == before[1]
            assert [row[:2] for row in state(shared)[0]] == [row[:2] for row in before[0]]
        else:
            assert "nothing was changed: wang" in said(app)


def said(app):
    return "\n".join(each.text for each in app.screen.query(StatusLine))


@pytest.mark.parametrize("role", ["reviewer", "adjudicator", "admin"])
async def test_layers_and_imports_in_the_app(shared, role):
    set_role(shared, ME, "wang", role)
    app = ZhupiApp(shared, reviewer="wang", notice=1)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("L")
        await idle(pilot)
        assert ("layers are blind" in said(app)) == (role not in TABLE["see the layers of others"])
        before = app.screen
        app.action_import_files()
        await idle(pilot)
        assert (app.screen is not before) == (role in TABLE["add notices"])


async def test_nobody_is_offered_what_is_refused(shared):
    app = ZhupiApp(shared, reviewer="wang")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        for keys, offered in ((["A"], {"wang"}), (["escape", "j", "A"], {"-wang"})):
            await pilot.press(*keys)
            await idle(pilot)
            assert {value for value, _ in app.screen.query_one(OfferList)._offers} == offered


# By undo and redo: each was done in a role that allows it, which then has changed.


def _take(database):
    assign(database, "wang", [1], "wang")


def _take_back(database):
    unassign(database, "wang", [3], "wang")


def _give(database):
    assign(database, "wang", [1], "chen")


def _share(database):
    share_out(database, "wang", [1, 4], ["chen", "wang"], 1)


def _take_from_others(database):
    unassign(database, "wang", [2], "wang")


def _tag(database):
    add_annotation(database, "wang", 1, annotation_of("通知0要求各乡镇整改。", 0, 2, annotator="wang"))


STEPS = [
    # What was done, what its undo takes, and what its redo takes.
    (_tag, "annotate", "annotate"),
    (_take, "take notices", "take notices"),
    (_take_back, "take notices", "take notices"),
    (_give, "assign to others", "assign to others"),
    (_share, "assign to others", "assign to others"),
    # Giving back what was given takes no more than taking it.
    (_take_from_others, "take notices", "take off what others gave"),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("reverse", [undo, redo])
@pytest.mark.parametrize(("step", "undoing", "redoing"), STEPS)
def test_undo_and_redo_are_held_to_the_role_that_somebody_has_now(shared, role, reverse, step, undoing, redoing):
    set_role(shared, ME, "wang", "admin")
    step(shared)
    if reverse is redo:
        assert undo(shared, "wang") is not None
    before = state(shared)
    set_role(shared, ME, "wang", role)
    if role == "service":
        with pytest.raises(RoleError, match="only as somebody"):
            reverse(shared, "wang")
    elif role in TABLE[undoing if reverse is undo else redoing]:
        assert reverse(shared, "wang").obstacle is None
        assert state(shared) != before
        return
    else:
        assert "wang is a reviewer here, and only an" in reverse(shared, "wang").obstacle
    assert state(shared) == before


def test_undo_steps_over_what_the_role_allows_no_more_and_goes_on(shared):
    set_role(shared, ME, "wang", "adjudicator")
    before = state(shared)
    _tag(shared)
    _give(shared)
    given = state(shared)[0]
    set_role(shared, ME, "wang", "reviewer")
    assert "only an adjudicator or an admin may assign to others" in undo(shared, "wang").obstacle
    assert undo(shared, "wang").obstacle is None
    assert state(shared) == (given, before[1])
    # To the bottom: what wang took at first.
    assert undo(shared, "wang").obstacle is None
    assert undo(shared, "wang") is None


ENOUGH = "wang has 3 notices open already, and whoever has 3 takes no more"


def test_undo_is_held_to_the_number_that_a_reviewer_takes(shared):
    unassign(shared, "wang", [3], "wang")
    assign(shared, "chen", [1, 4], "wang")
    assert ENOUGH in undo(shared, "wang").obstacle


def test_redo_is_held_to_the_number_that_a_reviewer_takes(shared):
    assign(shared, "wang", [1], "wang")
    assert undo(shared, "wang").obstacle is None
    assign(shared, "chen", [4], "wang")
    assert ENOUGH in redo(shared, "wang").obstacle


def test_what_is_reviewed_is_not_counted(shared):
    set_reviews(shared, "wang", [2, 3], "done")
    assert assign(shared, "wang", [1, 4], "wang") == 2


async def test_a_demoted_adjudicator_redoes_nothing_in_the_app(shared):
    set_role(shared, ME, "wang", "adjudicator")
    assign(shared, "wang", [1], "chen")
    app = ZhupiApp(shared, reviewer="wang")
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("u")
        await idle(pilot)
        before = state(shared)
        set_role(shared, ME, "wang", "reviewer")
        await pilot.press("ctrl+r")
        await idle(pilot)
        assert "only an adjudicator or an admin may assign to others" in said(app)
        assert state(shared) == before


# What is taken, and what is given


def test_what_somebody_took_is_given_once_an_adjudicator_assigns_it(shared):
    assert assign(shared, "chen", [3], "wang") == 1
    with pytest.raises(RoleError, match="take off what others gave"):
        unassign(shared, "wang", [3], "wang")
    assert assign(shared, "wang", [3], "wang") == 0
    assert undo(shared, "chen").obstacle is None
    assert unassign(shared, "wang", [3], "wang") == 1


def test_a_step_that_takes_too_many_takes_none(shared):
    before = state(shared)
    with pytest.raises(RoleError, match="takes no more"):
        assign(shared, "wang", [1, 4], "wang")
    assert state(shared) == before
