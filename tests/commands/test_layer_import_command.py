"""``zhupi import --into``: what it does, says and refuses."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from running import PAGE, lines, page, refusal, run
from tools import TEXT, archive, inception, label_studio_region, place
from tools import lines as rows

from store.intake.foreign import FORMATS
from tui.cli.import_command import LAYER_FORMATS

DATE = (PAGE.index("4月底前"), PAGE.index("4月底前") + 4)
TASK = {"text": PAGE, "spans": [{"start": DATE[0], "end": DATE[1], "label": "WHEN"}], "answer": "accept"}


def test_the_formats_that_can_be_named_are_those_that_are_read():
    assert sorted(LAYER_FORMATS) == sorted(("auto", *FORMATS))


def test_into_says_what_it_did_and_what_not(workplace):
    workplace.run("import", page(workplace))
    (workplace.folder / "out.jsonl").write_bytes(rows(TASK, {**TASK, "answer": "reject"}))
    assert "--new adds them" in refusal(workplace, "import", "--into", "li", "out.jsonl")
    done = run(workplace, "import", "--into", "li", "--new", "out.jsonl")
    assert done.returncode == 1
    assert (
        "refused label WHEN: 1 span; --map WHEN=LABEL takes them as one of REQUIREMENT, OFFICIAL, DATE" in done.stderr
    )
    assert "not taken rejected texts: 1 (out.jsonl:2)" in done.stderr
    (line,) = json.loads(run(workplace, "import", "--into", "li", "out.jsonl", "--dry-run", "--json").stdout)["refused"]
    assert line.startswith("label WHEN: 1 span; --map")
    done = run(
        workplace, "import", "--into", "li", "out.jsonl", "--map", "WHEN=DATE", "--map", "\x1b[2J=DATE", "--json"
    )
    assert done.returncode == 0
    assert "--map: no label ␛[2J" in done.stderr
    assert lines(done.stdout) == [{
        "documents": 2, "matched": 1, "added": 0, "annotations": 1, "existing": 0, "reviews": 1, "unknown_labels": {},
        "refused": [], "not_taken": {"rejected_texts": {"count": 1, "first": ["out.jsonl:2"]}}, "near_copies": 0,
        "passed_over": {}, "dry_run": False,
    }]  # fmt: skip
    ((item,),) = [row["annotations"] for row in workplace.export()]
    assert (item["annotator"], item["label"], item["text"], item["status"]) == ("li", "DATE", "4月底前", "manual")
    again = run(workplace, "import", "--into", "li", "-", "--map", "WHEN=DATE", "--json", data=rows(TASK))
    assert json.loads(again.stdout)["existing"] == 1
    # What begins with a bracket is no JSON for that: a label set beside the files is passed over.
    (workplace.folder / "all").mkdir()
    (workplace.folder / "all" / "out.jsonl").write_bytes(rows(TASK))
    (workplace.folder / "all" / "own.toml").write_text('[[pattern]]\nname = "x"\n', encoding="utf-8")
    found = json.loads(run(workplace, "import", "--into", "li", "all", "--map", "WHEN=DATE", "--json").stdout)
    assert (found["existing"], found["refused"], found["passed_over"]) == (1, [], {".toml": 1})


def test_what_does_not_go_together_is_wrong_usage(workplace):
    workplace.run("import", page(workplace))
    (workplace.folder / "out.jsonl").write_bytes(rows(TASK))
    for told, *arguments in [
        ("--into NAME", "--new"),
        ("--into NAME", "--map", "A=DATE"),
        ("prodigy has annotations", "--format", "prodigy"),
        ("--into takes annotations", "--into", "li", "--format", "csv"),
        ("--into takes annotations", "--into", "li", "--replaces"),
        ("THEIRS=OURS", "--into", "li", "--map", "DATE"),
        ("given twice", "--into", "li", "--map", "A=DATE", "--map", "A=OFFICIAL"),
        ("it is the name of a layer", "--into", "gold", "--new"),
        ("unknown label WHEN", "--into", "li", "--new", "--map", "A=WHEN"),
    ]:
        done = run(workplace, "import", "out.jsonl", *arguments)
        assert told in done.stderr, done
        assert done.returncode in (1, 2)
    assert [row["annotations"] for row in workplace.export()] == [[]]


def test_the_commands_of_the_document_are_run(workplace):
    """Each with a file of that name, as the tool would have made it."""
    folder = workplace.folder
    when, entity = place("完成排查"), {"label": "DATE", "start_offset": 1, "end_offset": 3}
    task = {"text": TEXT, "spans": [{"start": when[0], "end": when[1], "label": "DATE"}], "_annotator_id": "a"}
    region = {"completed_by": {"email": "chen@example.org"}, "result": [label_studio_region("r", "完成排查", "DATE")]}
    tasks = json.dumps([{"data": {"text": TEXT}, "annotations": [region]}]).encode()
    tsv = f"#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.DATE|iso|part\n\n#Text={TEXT[:9]}\n1-1\t0-3\t青禾县\t*\t*\t\n"
    files = {
        "pages/spring.txt": TEXT.encode(), "prodigy.jsonl": rows(task), "all.jsonl": rows({**task, "spans": []}),
        "doccano.zip": archive({"admin.jsonl": rows({"text": TEXT, "entities": [{**entity, "label": "ORG"}]})}),
        "label-studio.json": tasks, "several.json": tasks,
        "brat/spring.txt": TEXT.encode(), "brat/spring.ann": b"T1\tDATE 0 2\t\xe9\x9d\x92\xe7\xa6\xbe\n",
        "inception.zip": archive(inception()), "webanno.tsv": tsv.encode(),
        "project.zip": archive(
            {"exportedproject.json": b"{}", "annotation/spring.txt/ann.zip": archive(inception())}
        ),
        "train.conll": "青\tB-DATE\n禾\tI-DATE\n".encode(),
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    text = (Path(__file__).parents[2] / "docs" / "coming-over.md").read_text(encoding="utf-8")
    commands = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.split("\n") if line]
    run_at = 0
    for line in commands:
        words = shlex.split(line, comments=True)[1:]
        if words[-1] == "train.spacy":
            continue  # spaCy is too heavy for the tests
        if "annotations.jsonl" in words:
            workplace.run("tag", "spring", "DATE", "0", "3")
            exported = workplace.run("export").replace('"annotator":"root"', '"annotator":"wang"')
            (folder / "annotations.jsonl").write_text(exported, encoding="utf-8")
        done = run(workplace, *words)
        assert (line, done.returncode, "refused" in done.stderr.replace(" 0 refused", "")) == (line, 0, False), done
        run_at += 1
    assert run_at == len(commands) - 1
