"""Which database a command works on, and what it says when that is none."""

from __future__ import annotations

import threading

import pytest
from foreign import by_another_program
from running import annotations, page, plain_user, refusal, run

from store.schema.version import SCHEMA_VERSION
from tui.cli import output

READERS = [
    ("export",), ("check",), ("labels",), ("tag", "page", "DATE", "0", "3"),
]  # fmt: skip
MAKERS = [("import", "page.txt"), ("init",)]


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_a_missing_database_is_asked_for_and_not_made(workplace, command):
    assert "no such database; make one with `zhupi init` or `zhupi import`" in refusal(workplace, *command)
    assert list(workplace.folder.iterdir()) == []


def unusable(folder):
    """Files that are no usable database, by name."""
    (folder / "noise.db").write_bytes(b"this is no database" * 100)
    by_another_program(folder / "other.db", "CREATE TABLE bookmarks (url)")
    (folder / "folder.db").mkdir()


@pytest.mark.parametrize("command", [*READERS[:1], *MAKERS], ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("noise.db", "not a database|already there"),
        ("other.db", "not a zhupi database|already there"),
        ("folder.db", "cannot be opened|already there"),
    ],
)
def test_what_is_no_database_is_refused_and_stays_as_it_was(workplace, command, name, told):
    page(workplace)
    unusable(workplace.folder)
    path = workplace.folder / name
    before = path.read_bytes() if path.is_file() else None
    line = refusal(workplace, *command, "--db", name)
    assert any(word in line for word in told.split("|"))
    assert name in line
    assert (path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize("command", [*READERS[:1], MAKERS[0]], ids=lambda command: command[0])
def test_a_database_of_a_newer_zhupi_is_refused(workplace, command):
    workplace.run("init")
    by_another_program(workplace.folder / "zhupi.db", f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    page(workplace)
    assert "made by a newer zhupi" in refusal(workplace, *command)


def test_the_database_may_stand_before_or_after_the_command(workplace):
    page(workplace)
    workplace.run("--db", "before.db", "import", "page.txt")
    workplace.run("import", "page.txt", "--db", "after.db")
    workplace.run("--db", "neither.db", "import", "page.txt", "--db", "later.db")
    assert {path.name for path in workplace.folder.glob("*.db")} == {"before.db", "after.db", "later.db"}
    assert workplace.run("export", "--db", "before.db") == workplace.run("--db", "after.db", "export") != ""


def test_an_empty_variable_is_no_variable(workplace):
    page(workplace)
    env = {"ZHUPI_DB": "", "XDG_DATA_HOME": str(workplace.folder / "data")}
    assert run(workplace, "import", "page.txt", env=env).returncode == 0
    assert list((workplace.folder / "data").rglob("zhupi.db"))
    assert run(workplace, "export", env=env).stdout.count("\n") == 1


def test_an_empty_option_is_refused(workplace):
    refusal(workplace, "export", "--db", "")
    page(workplace)
    refusal(workplace, "import", "page.txt", "--db", "")


def test_a_name_that_sqlite_would_keep_in_memory_is_a_file(workplace):
    page(workplace)
    workplace.run("import", "page.txt", "--db", ":memory:")
    assert workplace.run("export", "--db", ":memory:").count("\n") == 1


@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_database_that_may_not_be_written_is_refused_for_writing(workplace, mode):
    workplace.run("import", page(workplace))
    for path in workplace.folder.glob("zhupi.db*"):
        path.chmod(mode)
    line = refusal(workplace, "tag", "page", "DATE", "0", "3", before=plain_user())
    assert "zhupi.db" in line


def test_a_folder_that_may_not_be_written_is_refused(workplace):
    page(workplace)
    (workplace.folder / "locked").mkdir(mode=0o555)
    line = refusal(workplace, "import", "page.txt", "--db", "locked/a.db", before=plain_user())
    assert "locked: cannot be written" in line
    line = refusal(workplace, "import", "page.txt", "--db", "locked/deeper/a.db", before=plain_user())
    assert "cannot be made" in line


def test_a_damaged_database_is_one_clear_line(workplace):
    workplace.run("import", page(workplace))
    path = workplace.folder / "zhupi.db"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    assert "damaged" in refusal(workplace, "export")
    assert run(workplace, "check").returncode in (1, 2)


def test_two_databases_do_not_mix(workplace):
    workplace.run("import", page(workplace))
    workplace.run("import", page(workplace, "b.txt", "别的通知。\n"), "--db", "b.db")
    workplace.run("tag", "page", "DATE", "0", "3")
    assert [item["text"] for item in annotations(workplace)] == ["临江县"]
    assert '"annotations":[]' in workplace.run("export", "--db", "b.db")


def test_a_terminal_is_told_of_what_takes_a_while_and_of_nothing_else(monkeypatch):
    told, said = threading.Event(), []
    monkeypatch.setattr(output, "say", lambda line: (said.append(line), told.set()))
    monkeypatch.setattr(output, "_A_WHILE", 0.0)
    with output.said_if_slow("to a pipe"):
        pass
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with output.said_if_slow("slow"):
        assert told.wait(30)
    monkeypatch.setattr(output, "_A_WHILE", 1_000.0)
    with output.said_if_slow("quick"):
        pass
    assert said == ["slow"]
