"""Inputs without an end, of absurd size, or that stand for more than they are: each is one line, soon."""

from __future__ import annotations

import gzip
import os

import pytest
from running import PAGE, page, refusal, run
from workplace import Workplace

from store.input.lines import MOST_BLANK
from store.intake import finished, pool
from store.intake.sources.items import MOST_CHARACTERS, MOST_LINES
from tui.cli import cli

IRREGULAR = "neither a file nor a folder"


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    """A workplace for what is refused, with a pipe in it that nobody writes to."""
    workplace = Workplace(tmp_path_factory.mktemp("bounds"))
    workplace.run("import", page(workplace))
    workplace.run("export", "-o", "piped.jsonl")
    manifest = workplace.folder / "piped.jsonl.manifest.json"
    manifest.unlink()
    os.mkfifo(manifest)
    os.mkfifo(workplace.folder / "pipe")
    return workplace


FILES = [
    (("verify",), 1),
    (("import",), 1),
    (("normalize",), 1),
    (("suggest", "--from"), 1),
    (("init", "--db", "other.db", "--labels"), 1),
    (("labels", "--set"), 1),
    (("guideline", "--set"), 2),
    (("assign", "--to", "wang", "--list"), 2),
]


@pytest.mark.parametrize("endless", ["pipe", "/dev/zero", "/dev/tty"])
@pytest.mark.parametrize(("command", "status"), FILES)
def test_what_may_never_end_is_refused_wherever_a_file_is_named(unchanged, command, status, endless):
    done = run(unchanged, *command, endless, process=True)
    assert done.returncode == status
    assert IRREGULAR in done.stderr
    assert not (unchanged.folder / "other.db").exists()


@pytest.mark.parametrize("endless", ["pipe", "/dev/zero"])
def test_a_config_that_may_never_end_is_refused(unchanged, endless):
    done = run(unchanged, "config", env={"ZHUPI_CONFIG": endless}, process=True)
    assert done.returncode == 2
    assert IRREGULAR in done.stderr


@pytest.mark.parametrize("endless", ["pipe", "/dev/zero", "/dev/null"])
@pytest.mark.parametrize("command", ["check", "import page.txt", "init", "export"])
def test_a_database_that_is_no_file_is_refused(unchanged, command, endless):
    done = run(unchanged, *command.split(), "--db", endless, process=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"zhupi: {endless}: ")


def test_a_manifest_that_may_never_end_is_a_finding(unchanged):
    done = run(unchanged, "verify", "piped.jsonl", process=True)
    assert done.returncode == 1
    assert "piped.jsonl.manifest.json: not a manifest" in done.stdout


@pytest.mark.parametrize(
    ("command", "status"),
    [(FILES[4][0], 1), (FILES[5][0], 1), (FILES[6][0], 2)],
)
def test_a_file_larger_than_anybody_writes_is_refused(unchanged, command, status):
    path = unchanged.folder / "large.toml"
    path.write_bytes(b"# large\n" * 200_000)
    assert "longer than 1,000,000 bytes" in refusal(unchanged, *command, path, status=status)


def test_a_config_larger_than_anybody_writes_is_refused(unchanged):
    path = unchanged.folder / "large-config.toml"
    path.write_bytes(b"# large\n" * 10_000)
    done = run(unchanged, "config", env={"ZHUPI_CONFIG": str(path)})
    assert done.returncode == 2
    assert "longer than 65,536 bytes" in done.stderr


def test_a_key_of_very_many_parts_is_refused_before_it_fills_the_memory(unchanged):
    path = unchanged.folder / "dotted.toml"
    path.write_text("\n\n" + "a." * 30_000 + 'b = "c"\n')
    done = run(unchanged, "config", env={"ZHUPI_CONFIG": str(path)})
    assert done.returncode == 2
    assert "dotted.toml:3: not TOML: A key of more than 100 parts" in done.stderr
    assert "more than 100 parts" in refusal(unchanged, "labels", "--set", path, status=1)


def test_many_dots_elsewhere_are_no_key(unchanged):
    path = unchanged.folder / "dots.toml"
    path.write_text("# " + "a." * 90 + 'b\n[keys]\n"review.next" = "n"\n')
    assert run(unchanged, "config", env={"ZHUPI_CONFIG": str(path)}).returncode == 0


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """Blank lines without a number, in few bytes."""
    return gzip.compress(b"\n" * (MOST_BLANK + 1000), 1)


@pytest.mark.parametrize(
    ("command", "suffix"),
    [("import", "jsonl"), ("import", "csv"), ("normalize", "jsonl"), ("verify", "jsonl"), ("suggest --from", "jsonl")],
)
def test_a_few_bytes_of_very_many_blank_lines_are_refused(unchanged, blank, command, suffix):
    path = unchanged.folder / f"blank.{suffix}.gz"
    head = gzip.compress(b"raw,title\n" + PAGE.replace("\n", " ").replace(",", "").encode() + b",x\n")
    path.write_bytes(head + blank if suffix == "csv" else blank)
    done = run(unchanged, *command.split(), path)
    assert done.returncode == 1
    assert f"more than {MOST_BLANK:,} blank lines" in done.stderr
    assert done.stdout.count("\n") <= 1


def test_some_blank_lines_are_passed_over(workplace):
    path = workplace.folder / "rows.jsonl"
    path.write_text('\n\n \r\n{"raw": "临江县召开会议。"}\n\n\n\n{"raw": "又一份通知。"}\n\n', encoding="utf-8")
    workplace.run("import", path)
    assert {row["doc"] for row in workplace.export()} == {"rows-4", "rows-8"}


LONG = [
    ("lines.txt", "会\n" * MOST_LINES, f"{MOST_LINES + 1:,} lines"),
    ("crlf.txt", "a\r\n" * MOST_LINES, f"{MOST_LINES + 1:,} lines"),
    ("long.txt", "会" * (MOST_CHARACTERS + 1), f"{MOST_CHARACTERS + 1:,} characters"),
    ("tags.html", "<p>会议\n" * 200_001, "200,001 tags"),
]


@pytest.mark.parametrize(("name", "text", "told"), LONG, ids=[each[0] for each in LONG])
@pytest.mark.parametrize("command", ["import", "normalize"])
def test_a_page_that_no_app_opens_in_seconds_is_refused_and_the_rest_is_taken(workplace, name, text, told, command):
    long, other = page(workplace, name, text), page(workplace)
    done = run(workplace, command, long if command == "normalize" else workplace.folder)
    assert done.returncode == 1
    assert f"refused {long}: {told}" in done.stderr
    if command == "import":
        assert "1 added" in done.stderr
    assert other.exists()


def test_a_page_of_just_so_many_lines_is_taken(workplace):
    assert run(workplace, "normalize", page(workplace, text="会\n" * (MOST_LINES - 1))).returncode == 0


def test_no_more_processes_work_than_there_are_processors(monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 1)
    assert list(pool.spread(lambda piece: piece + os.getpid(), [0], workers=1000)) == [os.getpid()]


def killed(_):
    os.kill(os.getpid(), 9)


def test_a_process_that_is_killed_is_one_line(workplace, monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 2)
    monkeypatch.setattr("tui.cli.normalize_command._normalized", killed)
    line = refusal(workplace, "normalize", "--workers", "2", page(workplace), status=1)
    assert "was killed" in line


def test_a_page_for_which_there_is_too_little_memory_is_refused_and_the_rest_is_taken(workplace, monkeypatch):
    def notice_of(source):
        if source.doc == "large":
            raise MemoryError
        return made(source)

    made = finished.notice_of
    monkeypatch.setattr(finished, "notice_of", notice_of)
    done = run(workplace, "import", page(workplace, "large.txt", PAGE + "又及。\n"), page(workplace))
    assert done.returncode == 1
    assert "large.txt: there is not enough memory for it" in done.stderr
    assert "1 added" in done.stderr


def test_too_little_memory_is_one_line(unchanged, monkeypatch):
    def main(*_, **__):
        raise MemoryError

    monkeypatch.setattr(cli, "main", main)
    assert "not enough memory" in refusal(unchanged, "stats", status=1)
