"""``zhupi import``: what cannot be taken is named, the rest is kept, and a kill at any moment loses nothing."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
from pathlib import Path

import pytest
from foreign import by_another_program
from running import PAGE, lines, page, plain_user, refusal, run
from tree import tree
from waiting import until
from workplace import SAMPLES, ZHUPI

from store.index.numbers import count_notices
from store.open import open_database


def test_import_counts_what_it_did(workplace):
    page(workplace, "in/a.txt")
    page(workplace, "in/b.txt", PAGE)
    done = run(workplace, "import", "in", "--json")
    assert json.loads(done.stdout) == {
        "added": 1, "existing": 1, "annotations": 0, "reviews": 0, "refused": [], "unread_dates": [], "passed_over": {},
        "strangers": [],
    }  # fmt: skip
    assert done.returncode == 0
    assert json.loads(workplace.run("import", "in", "--json"))["existing"] == 2


def test_what_cannot_be_taken_is_named_and_the_rest_is_kept(workplace):
    folder = workplace.folder / "in"
    page(workplace, "in/good.txt")
    (folder / "gb.txt").write_bytes("某县人民政府关于整改的通知\n请于2021年3月1日前报送。\n".encode("gb18030"))
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "empty.txt").touch()
    (folder / "half.jsonl").write_bytes(
        '{"raw":"一行好的通知。"}\n{"raw":\n{"nothing":1}\n{"raw":"半\\ud800"}\n7\n{"raw":""}\n'.encode()
    )
    (folder / "cut.txt.gz").write_bytes(gzip.compress(PAGE.encode())[:-4])
    done = run(workplace, "import", "in", "no/such.txt", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    named = [line.split(": ")[0] for line in report["refused"]]
    assert named == [
        "in/cut.txt.gz", "in/empty.txt", "in/half.jsonl:2", "in/half.jsonl:3", "in/half.jsonl:4", "in/half.jsonl:5",
        "in/half.jsonl:6", "in/noise.txt", "no/such.txt",
    ]  # fmt: skip
    assert all(f"refused {line}\n" in done.stderr for line in report["refused"])
    assert report["added"] == 3
    assert {row["doc"] for row in workplace.export()} == {"good", "gb", "half-1"}


def test_what_a_folder_holds_and_is_no_page_is_counted(workplace):
    page(workplace, "in/a.txt")
    for name in ("1.pdf", "2.pdf", "3.docx"):
        (workplace.folder / "in" / name).touch()
    done = run(workplace, "import", "in", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["passed_over"] == {".pdf": 2, ".docx": 1}
    assert "passed over: 2 .pdf, 1 .docx\n" in done.stderr


def test_an_unsure_encoding_is_flagged_and_stays_so(workplace):
    (workplace.folder / "rare.txt").write_bytes(("龘靐齉齾爩鱻麤龗灪籲" * 4).encode("gb18030"))
    (workplace.folder / "kr.txt").write_bytes(("다음 달부터 하천 정비 사업을 시작하오니 " * 4).encode("euc_kr"))
    done = run(workplace, "import", "rare.txt", "kr.txt")
    assert done.returncode == 1
    assert "refused kr.txt: Korean" in done.stderr
    (row,) = workplace.export()
    assert row["meta"]["encoding"] == "gb18030"
    assert row["meta"]["flags"][-1] == "encoding-unsure"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Missing argument"),
        (("",), "an empty path"),
        (("page.txt", "--format", "docx"), "'docx' is not one of"),
        (("page.txt", "--field", "body=text"), "FIELD is one of"),
        (("page.txt", "--field", "raw"), "give FIELD=NAME"),
        (("page.txt", "--field", b"raw=\x80"), "not UTF-8"),
        (("page.txt", "--nosuch"), "No such option"),
    ],
)
def test_wrong_usage_makes_no_database(workplace, arguments, told):
    page(workplace)
    assert told in refusal(workplace, "import", *arguments)
    assert not (workplace.folder / "zhupi.db").exists()


@pytest.mark.parametrize("name", [b"a\x1b[2J\xe2\x80\xae.txt", b"a\x80.txt", "张\n三.txt".encode(), b"[b]{x}%s.txt"])
def test_a_hostile_file_name_is_shown_and_never_obeyed(workplace, name):
    path = workplace.folder / os.fsdecode(name)
    path.write_bytes(b"\x00\xff" * 99)
    done = run(workplace, "import", path, "--json")
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["refused"]) == 1
    assert done.stderr.count("\n") == 2
    path.write_bytes(PAGE.encode())
    assert run(workplace, "import", path).returncode == 0
    (row,) = workplace.export()
    line = run(workplace, "tag", row["doc"], "DATE", "0", "3")
    assert line.returncode == 0


def test_a_file_that_may_not_be_read_is_named(workplace):
    page(workplace, "locked.txt").chmod(0)
    done = run(workplace, "import", "locked.txt", before=plain_user())
    assert done.returncode == 1
    assert "refused locked.txt: may not be read" in done.stderr


def test_a_folder_without_pages_is_named(workplace):
    (workplace.folder / "in").mkdir()
    done = run(workplace, "import", "in")
    assert done.returncode == 1
    assert "refused in: no pages in this folder" in done.stderr


def test_pages_come_from_a_pipe_and_other_peoples_fields(workplace):
    data = '{"content":"通知一。","headline":"x","n":12345678901234567890123}\n'.encode()
    done = run(workplace, "import", "-", "--field", "raw=content", "--field", "title=headline", data=data)
    assert done.returncode == 0
    (row,) = workplace.export()
    assert (row["doc"], row["raw"], row["title"]) == ("stdin-1", "通知一。", "x")
    assert row["meta"]["fields"] == {"n": 12345678901234567890123}


def test_columns_taken_by_name_and_dates_that_cannot_be_read_are_told(workplace):
    data = (
        "标题,正文,日期\n甲,通知一。,2023年5月8日\n乙,通知二。,近日\x1b[2J\n丙,通知三。,近年\n丁,通知四。,2023年5月\n"
    )
    (workplace.folder / "rows.csv").write_text(data, encoding="utf-8")
    done = run(workplace, "import", "rows.csv", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert (report["added"], len(report["unread_dates"])) == (4, 3)
    assert [line.split(": ")[0] for line in report["unread_dates"]] == ["rows.csv:3", "rows.csv:4", "rows.csv:5"]
    assert all(f"not read {line}\n" in done.stderr for line in report["unread_dates"])
    assert "taken by name: “正文” as raw; “标题” as title; “日期” as published" in done.stderr
    rows = workplace.export()
    assert [(row["title"], row["published"]) for row in rows] == [
        ("甲", "2023-05-08"), ("乙", None), ("丙", None), ("丁", None),
    ]  # fmt: skip
    assert rows[1]["meta"]["fields"] == {"日期": "近日\x1b[2J"}


def test_an_export_goes_round_from_a_file_a_pipe_and_gz(workplace):
    workplace.run("import", *sorted(SAMPLES.glob("0[1278]*.txt")))
    workplace.run("tag", "01-river-chief-meeting", "OFFICIAL", "0", "5", "--attr", "name=林知远")
    workplace.run("export", "-o", "a.jsonl")
    data = (workplace.folder / "a.jsonl").read_bytes()
    (workplace.folder / "a.jsonl.gz").write_bytes(gzip.compress(data))
    for number, source in enumerate(("a.jsonl", "-", "a.jsonl.gz")):
        done = run(workplace, "import", source, "--db", f"{number}.db", data=data if source == "-" else b"")
        assert done.returncode == 0
        assert workplace.run("export", "--db", f"{number}.db").encode() == data
        # Once more adds nothing.
        done = run(workplace, "import", source, "--json", "--db", f"{number}.db", data=data if source == "-" else b"")
        assert json.loads(done.stdout)["added"] == json.loads(done.stdout)["annotations"] == 0
        assert workplace.run("export", "--db", f"{number}.db").encode() == data


def test_a_differing_annotation_of_an_export_is_refused_and_named(workplace):
    workplace.run("import", page(workplace))
    made = json.loads(workplace.run("tag", "page", "DATE", "33", "43"))
    workplace.run("tag", "page", "DATE", "0", "3")
    rows = lines(workplace.run("export"))
    rows[0]["annotations"][1]["attributes"]["iso"] = "2023-04-12"
    rows[0]["annotations"].append({**rows[0]["annotations"][1], "id": "f" * 32, "attributes": made["attributes"]})
    (workplace.folder / "a.jsonl").write_text(json.dumps(rows[0]), encoding="utf-8")
    done = run(workplace, "import", "a.jsonl", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["existing"], report["annotations"]) == (1, 1)
    assert f"annotation {made['id']}" in report["refused"][0]
    assert report["refused"][0].startswith("a.jsonl:1: ")
    assert [item["attributes"]["iso"] for item in workplace.export()[0]["annotations"]] == [None, None, None]


@pytest.fixture
def many(workplace):
    """A file of 400 rows: several batches."""
    path = workplace.folder / "many.jsonl"
    rows = [{"raw": f"第{number}号通知\n会议要求,完成整改。\n" * 20, "doc": f"n{number}"} for number in range(400)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def started(place, *arguments):
    return subprocess.Popen(
        [ZHUPI, *arguments], env={**os.environ, **place.env}, cwd=place.folder, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def stored(place):
    with open_database(place.folder / "zhupi.db") as database:
        return count_notices(database.connection)


def test_kill_9_of_an_import_at_any_moment_and_once_more_is_an_import(workplace, many):
    """Killed at the start, while the schema is made, and behind each batch: what it had is there once."""
    database = workplace.folder / "zhupi.db"
    reached = 0
    for wanted in (-1, 0, 1, 65, 129, 260):
        child = started(workplace, "import", many)
        until(lambda: child.poll() is not None or reached_by(database, wanted), "it never got there")  # noqa: B023
        child.send_signal(signal.SIGKILL)
        child.communicate()
        # Not by the onlooker, which may not read a log that the killed one has left.
        if wanted > 0:
            reached = stored(workplace)
            workplace.run("check")
    assert 260 <= reached <= 400
    done = json.loads(workplace.run("import", many, "--json"))
    assert (done["added"], done["existing"]) == (400 - reached, reached)
    assert [row["doc"] for row in lines(workplace.run("export"))] == [f"n{number}" for number in range(400)]
    workplace.run("check")


def test_kill_9_of_an_import_by_several_processes_costs_nothing_and_leaves_nobody(workplace):
    """Killed twice at random, once processes share the work; then the rest of the rows come, each once, in order."""
    count = 1_000
    rows = workplace.folder / "rows.jsonl"
    rows.write_text("".join(f'{{"doc":"n{at}","raw":"第{at}号通知。"}}\n' for at in range(count)), encoding="utf-8")
    reached = 0
    for wanted in sorted(random.sample(range(540, 960), 2)):
        child = started(workplace, "import", "--workers", "2", rows)
        until(lambda: child.poll() is not None or reached_by(workplace.folder / "zhupi.db", wanted), "never there")  # noqa: B023
        workers = [each for each in tree(child.pid) if each != child.pid]
        child.send_signal(signal.SIGKILL)
        child.communicate()
        until(lambda: not any(map(is_there, workers)), "somebody goes on working")  # noqa: B023
        assert stored(workplace) >= max(reached, wanted), wanted
        reached = stored(workplace)
    done = json.loads(workplace.run("import", "--workers", "2", rows, "--json"))
    assert (done["added"], done["existing"]) == (count - reached, reached)
    assert [row["doc"] for row in lines(workplace.run("export"))] == [f"n{number}" for number in range(count)]
    workplace.run("check")


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def reached_by(database, wanted):
    """Whether an import has come as far as ``wanted`` notices; 0 is the file, -1 is its start."""
    return wanted < 0 or (wanted == 0 and database.exists()) or (wanted > 0 and _count(database) >= wanted)


def _count(path):
    """How many notices another process has committed so far; 0 while the database is being made."""
    try:
        [(found,)] = by_another_program(f"file:{path}?mode=ro", "SELECT count(*) FROM notices")
    except subprocess.CalledProcessError:
        return 0
    return found


def test_two_imports_at_once_have_each_notice_once(workplace, many):
    children = [started(workplace, "import", many) for _ in range(2)]
    for child in children:
        _, told = child.communicate(timeout=60)
        assert (child.returncode, b"refused" in told.replace(b"0 refused", b"")) == (0, False), told
    assert stored(workplace) == 400
    assert sorted(row["doc"] for row in lines(workplace.run("export"))) == sorted(f"n{number}" for number in range(400))
    workplace.run("check")


def test_an_interrupted_import_says_so_and_keeps_what_it_had(workplace, many):
    # Whoever runs the tests in the background lets them ignore it, and their children too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    child = started(workplace, "import", "-")
    signal.signal(signal.SIGINT, before)
    # Half of the rows, so that it waits for more.
    child.stdin.writelines(many.read_bytes().splitlines(keepends=True)[:200])
    child.stdin.flush()
    until(lambda: child.poll() is not None or _count(workplace.folder / "zhupi.db"), "the import never began")
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert (child.returncode, told.strip()) == (130, b"zhupi: interrupted; what was finished is kept")
    workplace.run("check")
    assert stored(workplace) >= 64


def test_people_who_never_worked_here_are_named(workplace):
    workplace.run("import", page(workplace))
    workplace.run("tag", "page", "DATE", "0", "2")
    row = workplace.export()[0]
    own = row["annotations"][0]
    others = [{**own, "id": f"a{number}", "annotator": name} for number, name in enumerate(["zhang", "li", "gold"])]
    others[2]["status"] = "gold"
    row["annotations"] = sorted([own, *others], key=lambda item: item["id"])
    path = workplace.folder / "theirs.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    done = run(workplace, "import", path)
    assert done.stderr.startswith(
        "said by people who never worked here: li, zhang; `zhupi reviewers add` makes them known\n"
    )
    workplace.run("reviewers", "add", "zhang")
    assert json.loads(run(workplace, "import", path, "--json").stdout)["strangers"] == ["li"]
