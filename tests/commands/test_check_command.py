"""``zhupi check --near`` and ``--since`` from a shell."""

from __future__ import annotations

import re

BODY = "".join(
    f"第{number}项。会议要求，各乡镇要在{number}月底前完成河道排查，副县长林知远出席并讲话。\n" for number in range(9)
)


def test_near_copies_are_listed_under_the_earliest(workplace):
    other = "别的通知\n\n各部门注意防火防汛，值班人员不得擅自离岗，有情况及时报告县应急管理局。\n"
    pages = {"a": f"临江县召开会议\n\n{BODY}", "b": other, "c\x1b[2J": f"临江县召开会议\n\n{BODY}（转载）\n"}
    for doc, raw in pages.items():
        (workplace.folder / f"{doc}.txt").write_text(raw, encoding="utf-8")
    workplace.run("import", *(f"{doc}.txt" for doc in pages))
    done = workplace.call("check", "--near")
    first, later = done.stdout.splitlines()
    assert first.split()[1:] == ["a", "临江县召开会议"]
    assert later.startswith("  0.8")
    assert later.split()[2] == "c␛[2J"
    assert "\x1b" not in done.stdout
    assert done.stderr.endswith("2 notices in 1 group of near-copies\n")


def test_a_database_without_near_copies_says_so(workplace):
    workplace.run("init")
    done = workplace.call("check", "--near")
    assert done.stdout == ""
    assert done.stderr.endswith(": no near-copies\n")


def test_to_list_and_to_repair_at_once_is_refused(workplace):
    workplace.run("init")
    done = workplace.call("check", "--near", "--repair")
    assert done.returncode == 2
    assert "--near only lists" in done.stderr


def test_a_head_that_was_noted_is_proved_or_a_finding(workplace):
    workplace.run("init")
    told = workplace.call("check").stderr
    head = re.search(r"head (\d+:[0-9a-f]{64})", told)[1]
    workplace.run("reviewers", "add", "lin")
    done = workplace.call("check", "--since", head)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("up to event 3 the log is what it was when its head was noted\n")
    done = workplace.call("check", "--since", f"3:{'0' * 64}")
    assert done.returncode == 1
    assert "is another than when the head 3 was noted" in done.stdout


def test_what_is_no_head_is_wrong_usage(workplace):
    workplace.run("init")
    done = workplace.call("check", "--since", "12")
    assert (done.returncode, done.stdout) == (2, "")
    assert "“12” is no head of a log" in done.stderr


def test_a_backup_tells_the_head_of_its_log(workplace, tmp_path):
    workplace.run("init")
    told = workplace.call("backup", str(tmp_path / "kept.db")).stderr
    head = re.search(r"head of its log (\d+:[0-9a-f]{64})", told)[1]
    assert head in workplace.call("check").stderr
