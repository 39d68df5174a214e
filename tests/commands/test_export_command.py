"""``zhupi export`` and ``zhupi verify`` from a shell."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest
from running import lines, page, plain_user, refusal, run
from workplace import SAMPLES, Workplace

from store.output import export as exporting
from tui.cli.version import zhupi_version


def filled(workplace):
    workplace.run("import", page(workplace), SAMPLES / "08-hostile-control-characters.txt")
    workplace.run("tag", "page", "DATE", "33", "43")
    workplace.run("tag", "page", "OFFICIAL", "0", "3")
    return workplace


@pytest.fixture
def place(workplace):
    return filled(workplace)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    """A workplace for commands that change nothing."""
    return filled(Workplace(tmp_path_factory.mktemp("export")))


def test_stdout_and_a_file_get_the_same_bytes_and_only_data(place):
    done = run(place, "export")
    place.run("export", "-o", "a.jsonl")
    assert done.stderr == "2 notices, 2 annotations, 0 suggestions, 0 decisions\n"
    assert done.stdout == (place.folder / "a.jsonl").read_text(encoding="utf-8")
    assert json.loads((place.folder / "a.jsonl.manifest.json").read_bytes())["zhupi"] == zhupi_version()


def test_whose_layer_it_is_is_looked_up_before_the_database_is_closed(unchanged, monkeypatch):
    look_up, seen = exporting.stranger_of, []

    def looking(database, layer):
        seen.append(bool(database._opened))
        return look_up(database, layer)

    monkeypatch.setattr(exporting, "stranger_of", looking)
    run(unchanged, "export", "--layer", "nobody")
    assert seen == [True]


def test_filters_reach_the_export(unchanged):
    spans = lines(unchanged.run("export", "--format", "spans", "--label", "OFFICIAL"))
    assert [(row["doc"], row["text"]) for row in spans] == [("page", "临江县")]
    assert lines(unchanged.run("export", "--format", "spans", "--layer", "suggested")) == []
    done = run(unchanged, "export", "--layer", "nobody")
    assert len(lines(done.stdout)) == 2
    assert "nobody who annotates here is called nobody\n" in done.stderr
    assert lines(unchanged.run("export", "--format", "spans", "--status", "rejected")) == []


def test_a_folder_that_is_not_there_is_named(unchanged):
    for format_, command in (("jsonl", "export"), ("brat", "export")):
        said = refusal(unchanged, command, "--format", format_, "-o", "not-there/out", status=1)
        assert "not-there/out: cannot be written: there is no folder not-there; make it first" in said
    assert "there is no folder not-there" in refusal(unchanged, "backup", "not-there/copy.db", status=1)


def test_what_a_format_cannot_carry_is_told_with_the_first_ids_and_not_counted_as_written(place):
    left_out = json.loads(place.run("tag", "page", "DATE", "25", "30"))["id"]
    done = run(place, "export", "--format", "doccano", "--label", "DATE", "-o", "a.jsonl")
    manifest = json.loads((place.folder / "a.jsonl.manifest.json").read_bytes())
    assert f"not carried outside text: 1 ({left_out})\n" in done.stderr
    assert "1 notice, 1 annotation" in done.stderr
    assert manifest["not_carried"]["outside_text"] == {"count": 1, "first": [left_out]}
    assert manifest["annotations"] == 1
    done = run(place, "export", "--format", "doccano", "--label", "DATE", "-o", "a.jsonl", "--text", "raw")
    manifest = json.loads((place.folder / "a.jsonl.manifest.json").read_bytes())
    assert "outside text" not in done.stderr
    assert (manifest["annotations"], manifest["options"]["text"]) == (2, "raw")


@pytest.mark.parametrize(("name", "module"), [("spacy", "spacy"), ("cas", "cassis"), ("parquet", "pyarrow")])
def test_a_format_whose_extra_is_missing_is_refused_in_one_line_and_nothing_is_written(
    unchanged, monkeypatch, name, module
):
    monkeypatch.setitem(sys.modules, module, None)
    told = refusal(unchanged, "export", "--format", name, "-o", "missing")
    assert told.startswith(f"the format needs what the extra {name} brings: ")
    assert f"; install zhupi[{name}]" in told
    assert not list(unchanged.folder.glob("*missing*"))


def test_numbers_of_people_in_a_dataset_are_told_with_the_notices(place):
    place.run("import", page(place, "phone.txt", "某县公示\n联系电话:13812345678,0571-87654321。\n"))
    place.run("tag", "phone", "DATE", "0", "2")
    done = run(place, "export", "--format", "hf", "-o", "dataset")
    row = next(row for row in lines((place.folder / "dataset/train.jsonl").read_text("utf-8")) if row["doc"] == "phone")
    assert f"found notices with mobile numbers: 1 ({row['id']})\n" in done.stderr
    assert f"found notices with landline numbers: 1 ({row['id']})\n" in done.stderr
    assert "13812345678" not in done.stderr
    card = (place.folder / "dataset/README.md").read_text("utf-8")
    assert f"- notices with mobile numbers: 1 ({row['id']})\n" in card


def test_a_file_for_programs_is_not_put_on_a_terminal(place):
    screen = place.open(120, 24, "export", "--format", "parquet")
    screen.wait("parquet writes bytes that are no text; name a file with -o")


def test_the_label_config_lies_beside_tasks_of_label_studio(place):
    place.run("export", "--format", "label-studio", "-o", "tasks.json")
    assert "<Labels " in (place.folder / "tasks.json.config.xml").read_text(encoding="utf-8")
    assert len(json.loads((place.folder / "tasks.json").read_bytes())) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "left out 1 notice that nobody has said anything about; --all-notices keeps them"),
        (("--layer", "chen"), "left out 2 notices that chen has said nothing about"),
        (("--layer", "gold"), "left out 2 notices without gold"),
        (("--layer", "suggested"), "left out 2 notices without a suggestion to decide on"),
        (("--all-notices",), "2 notices, 2 annotations, 0 suggestions, 0 decisions"),
    ],
)
def test_what_is_left_out_is_counted(unchanged, arguments, told):
    assert told in run(unchanged, "export", "--format", "spans", *arguments).stderr.split("\n")[0]
    assert "left out" not in run(unchanged, "export", *arguments).stderr


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("--label", "NOSUCH"), 2, "unknown label NOSUCH"),
        (("--label", ""), 2, "unknown label"),
        (("--status", "maybe"), 2, "'maybe' is not one of"),
        (("--format", "nosuch"), 2, "'nosuch' is not one of jsonl, spans, prodigy"),
        (("--text", "raw"), 2, "jsonl does not know the text raw; leave out --text"),
        (("--format", "prodigy", "--scheme", "bio"), 2, "prodigy does not know the scheme bio; leave out --scheme"),
        (("--format", "spans", "--status", "suggested"), 2, "what people said is never suggested"),
        (("--layer", b"\x80"), 2, "not UTF-8"),
        (("-o", "."), 1, "a folder"),
        (("-o", ""), 1, "a folder"),
        (("-o", "/dev/null"), 1, "not a file that can be replaced"),
        (("-o", "no/such/folder/a.jsonl"), 1, "there is no folder no/such/folder; make it first"),
        (("-o", b"a\x1b[2J\x80/a.jsonl"), 1, "a␛[2J␚/a.jsonl: cannot be written"),
        (("surplus",), 2, "unexpected extra argument"),
    ],
)
def test_what_cannot_be_exported_is_refused(unchanged, arguments, status, told):
    assert told in refusal(unchanged, "export", *arguments, status=status)


def test_a_folder_that_may_not_be_written_keeps_what_it_has(place):
    folder = place.folder / "out"
    folder.mkdir()
    place.run("export", "-o", "out/a.jsonl")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    folder.chmod(0o555)
    place.run("tag", "page", "DATE", "5", "8")
    assert "Permission denied" in refusal(place, "export", "-o", "out/a.jsonl", status=1, before=plain_user())
    folder.chmod(0o755)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_full_disk_keeps_what_was_there(place):
    small = place.folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        place.run("export", "-o", "small/a.jsonl")
        before = {path.name: path.read_bytes() for path in small.iterdir()}
        place.run("import", page(place, "long.txt", "长通知。\n" + "会议要求,完成整改。" * 20_000))
        assert "No space left on device" in refusal(place, "export", "-o", "small/a.jsonl", status=2)
        assert {path.name: path.read_bytes() for path in small.iterdir()} == before
        place.run("verify", "small/a.jsonl")
    finally:
        subprocess.run(["umount", small], check=True)


def test_verify_proves_a_file_and_standard_input(place):
    place.run("export", "-o", "a.jsonl")
    assert "2 notices, all proved" in run(place, "verify", "a.jsonl").stderr
    data = (place.folder / "a.jsonl").read_bytes()
    for given in (data, gzip.compress(data), b"\xef\xbb\xbf" + data):
        done = run(place, "verify", "-", data=given)
        assert (done.returncode, done.stdout) == (0, "")
        assert "2 notices, all proved" in done.stderr


def test_verify_names_the_line_and_leaves_with_1(place):
    place.run("export", "-o", "a.jsonl")
    path = place.folder / "a.jsonl"
    row = json.loads(path.read_text(encoding="utf-8").split("\n")[0])
    row["annotations"][0]["text"] = "\x1b[2J别的\u202e"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = run(place, "verify", "a.jsonl")
    assert done.returncode == 1
    assert done.stdout.startswith("a.jsonl:1: ")
    assert "␛[2J别的" in done.stdout
    # The line, and the sha256 and the counts of the manifest.
    assert "a.jsonl: 1 notice, 3 findings" in done.stderr


def test_verify_needs_a_file_that_is_there(place):
    assert "no such file or folder" in refusal(place, "verify", "nosuch\x1b.jsonl", status=1)
    assert "a folder: name a file" in refusal(place, "verify", ".", status=1)
    assert "Missing argument" in refusal(place, "verify")
    (place.folder / "locked.jsonl").touch(mode=0o000)
    assert "not readable" in refusal(place, "verify", "locked.jsonl", before=plain_user())


def test_verify_of_what_is_no_text_is_one_line(unchanged):
    (unchanged.folder / "b.jsonl").write_bytes(b"\xff\xfe\x00")
    assert refusal(unchanged, "verify", "b.jsonl", status=1).startswith("b.jsonl: ")


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00", b"[" * 100_000, b"{}\n{}\n"], ids=range(5))
def test_verify_of_what_is_no_export_leaves_with_1(unchanged, content):
    (unchanged.folder / "b.jsonl").write_bytes(content)
    done = run(unchanged, "verify", "b.jsonl")
    assert done.returncode == 1
    assert done.stdout.startswith("b.jsonl")


def test_a_format_of_a_folder_asks_for_one_and_writes_it_whole(place):
    assert (
        refusal(place, "export", "--format", "brat")
        == "brat writes a folder; name one with -o; try `zhupi export --help`"
    )
    place.run("export", "--format", "brat", "-o", "out", "--text", "raw")
    names = sorted(each.name for each in (place.folder / "out").iterdir())
    assert names == ["SHA256SUMS", "annotation.conf", "manifest.json", "page.ann", "page.txt"]
    place.run("export", "--format", "brat", "-o", "out")
    (place.folder / "out" / "page.ann").write_text("mine")
    assert "neither empty nor an export" in refusal(place, "export", "--format", "brat", "-o", "out", status=1)


def test_tags_are_of_the_scheme_that_was_asked_for(place):
    assert "临\tB-OFFICIAL\n江\tI-OFFICIAL\n县\tI-OFFICIAL\n" in place.run("export", "--format", "conll")
    assert "县\tE-OFFICIAL\n" in place.run("export", "--format", "conll", "--scheme", "bioes")


def test_an_export_in_parts_tells_each_of_them(place):
    split = ("--split", "train=0.5,test=0.5")
    done = place.call("export", *split, "-o", "parts")
    assert done.returncode == 0, done.stderr
    assert sum(int(line.split()[1]) for line in done.stderr.splitlines() if line.startswith(("train: ", "test: "))) == 2
    files = [(place.folder / "parts" / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("train", "test")]
    assert sorted("".join(files).splitlines()) == sorted(run(place, "export").stdout.splitlines())
    assert "--split writes a folder" in place.call("export", *split).stderr
    assert "1 together" in place.call("export", "--split", "a=0.5,b=0.1", "-o", "x").stderr
