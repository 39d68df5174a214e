"""What the documents say is what there is: commands, keys, rooms, examples; and no file tells of its machine."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import click
import pytest
from idle import idle
from lxml import etree
from making import RAW, stored_notice
from reviewing import said
from textual.screen import Screen
from workplace import SAMPLES

import tui.forms
from annotations.formats import native_proof, native_record
from annotations.formats import registry as formats
from annotations.formats.doccano import DoccanoLine
from annotations.formats.label_studio import (
    LabelStudioAnnotation,
    LabelStudioPrediction,
    LabelStudioTask,
    Result,
    TaskData,
)
from annotations.formats.prodigy import ProdigyMeta, ProdigySpan, ProdigyTask, ProdigyToken
from annotations.formats.spans import SpanRecord
from annotations.formats.w3c import WebAnnotation
from annotations.labels import LabelSet, default_labels_toml
from annotations.suggest import RULES
from annotations.suggest import registry as suggesters
from store.open import open_database
from store.output.manifest import Manifest
from store.read.arms import ArmFigures
from store.read.calibration import Reliability
from store.read.muting import MutedRule, MutingFigures
from store.read.notices import notice_annotations
from store.read.pace import Day, Pace
from store.read.stats import GoldStats, LabelStats, ReviewerStats, RuleStats, Stats
from store.read.stuck import Stuck
from store.read.suspects import SuspectStats
from store.read.training import PersonTraining
from tui.adjudicate.keys import ADJUDICATE_BINDINGS, ADJUDICATE_KEYS
from tui.app import ZhupiApp
from tui.cli import COMMANDS, cli
from tui.everywhere.keys import EVERYWHERE_BINDINGS, EVERYWHERE_KEYS, SAMPLE_BINDINGS, SAMPLE_KEYS
from tui.keys import config
from tui.keys.keymap import Keys, key_shown
from tui.progress.keys import PROGRESS_BINDINGS, PROGRESS_KEYS
from tui.queue.keys import QUEUE_KEYS
from tui.queue.screen import QueueScreen
from tui.review.keys import REVIEW_BINDINGS, REVIEW_KEYS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FORMAT = DOCS / "format.md"
KEYS = DOCS / "keys.md"
EXTENDING = DOCS / "extending.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])

QUEUE, REVIEW, ADJUDICATE = QueueScreen.BINDINGS, REVIEW_BINDINGS, ADJUDICATE_BINDINGS
PROGRESS = PROGRESS_BINDINGS


def read(path):
    return path.read_text(encoding="utf-8")


def blocks(text, language):
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# Commands


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_list_of_commands(command):
    assert re.search(rf"^\| `zhupi {command}\b[^|]*\| \S", read(DOCS / "commands.md"), re.MULTILINE)


def test_the_list_of_commands_names_none_that_is_not_there():
    named = set(re.findall(r"^\| `zhupi (\w+)", read(DOCS / "commands.md"), re.MULTILINE))
    assert named == set(COMMANDS)


def called(text):
    """Every call of zhupi that a document shows, as words."""
    lines = [line for block in blocks(text, "(?:sh|console)") for line in block.split("\n")]
    lines += re.findall(r"`(zhupi [^`]*)`", text)
    for line in lines:
        found = re.search(r"(?:^|[\s/`])zhupi ([^#>|\"]*)", line)
        if found and not line.lstrip().startswith("#"):
            yield shlex.split(found[1].replace("…", " ").replace("'", ""))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_calls_commands_with_options_that_they_have(path):
    unknown = []
    for words in called(read(path)):
        command, options = cli, {each for each in words if each.startswith("-")}
        known = {name for option in cli.params for name in option.opts}
        for word in (word for word in words if not word.startswith("-")):
            found = command.get_command(None, word) if isinstance(command, click.Group) else None
            if found is not None:
                command = found
                known |= {name for option in found.params for name in option.opts}
        unknown += [f"zhupi {' '.join(words)}: {each}" for each in options - known - {"-", "--help"}]
        if command is cli and words and re.fullmatch(r"[a-z]+", words[0]):
            unknown.append(f"zhupi {' '.join(words)}")
    assert unknown == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_targets_of_make_that_there_are(path):
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    lines = [line for block in blocks(read(path), "(?:sh|console)") for line in block.split("\n")]
    named = {found[1] for line in lines if (found := re.match(r"make ([a-z]+)", line))}
    named |= set(re.findall(r"`make ([a-z]+)`", read(path)))
    assert named - targets == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_toml_in_a_document_is_taken(path):
    for block in blocks(read(path), "toml"):
        values = tomllib.loads(block)
        if {"label", "words"} & set(values):
            LabelSet.from_toml(f"{default_labels_toml()}\n{block}", path.name)
        elif {"theme", "keys"} & set(values):
            Keys(ZhupiApp.all_bindings(), remapped=config.parse(block, path.name).keys)


# Keys


def told():
    """For each id on the page of keys, the keys that stand beside it."""
    found = {}
    for cell, ids in re.findall(r"^\| (.*?) \| .* \| (`\w+\.\w+`.*?) \|$", read(KEYS), re.MULTILINE):
        keys = [re.findall(r"`([^`]+)`", each.replace("\\|", "|")) for each in re.split(r" · | … ", cell)]
        names = re.findall(r"`([^`]+)`", ids)
        assert len(keys) == len(names), cell
        if " … " in ids:
            # A run of numbered ids with the digits as their keys, perhaps with a modifier.
            (first, last), head = (int(each[-1]) for each in names), names[0][:-1]
            names = [f"{head}{digit}" for digit in range(first, last + 1)]
            modifier = keys[0][0].removesuffix(str(first))
            assert [keys[0], keys[1]] == [[f"{modifier}{first}"], [f"{modifier}{last}"]]
            keys = [[f"{modifier}{digit}"] for digit in range(first, last + 1)]
        for name, each in zip(names, keys, strict=True):
            assert found.setdefault(name, each) == each
    return found


def test_the_page_of_keys_is_what_the_script_makes_of_the_bindings():
    assert read(KEYS) == runpy.run_path(str(ROOT / "scripts" / "write_keys.py"))["page"](), "run `make keys`"


def test_the_page_of_benchmarks_is_what_the_script_makes_of_the_figures():
    made = runpy.run_path(str(ROOT / "scripts" / "write_benchmarks.py"))["files"]()
    assert len(made) == 3
    for path, text in made.items():
        assert read(path) == text, "run scripts/write_benchmarks.py"
        if path.suffix == ".svg":
            etree.fromstring(text.encode())


def test_the_page_of_keys_has_every_binding_with_its_keys_and_no_other():
    keys = Keys(ZhupiApp.all_bindings())
    assert told() == {each: [key_shown(key) for key in keys.of(each)] for each in keys.defaults}


def test_the_page_of_keys_has_every_form_that_has_keys():
    listed = [bindings for _, bindings in runpy.run_path(str(ROOT / "scripts" / "write_keys.py"))["FORMS"]]
    missing = []
    for module in pkgutil.iter_modules(tui.forms.__path__, "tui.forms."):
        for name, each in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            own = each.__module__ == module.name and issubclass(each, Screen) and "BINDINGS" in vars(each)
            if own and each.BINDINGS not in listed:
                missing.append(name)
    assert missing == []


@pytest.mark.parametrize(
    ("groups", "bindings"),
    [
        (QUEUE_KEYS, QUEUE),
        (REVIEW_KEYS, REVIEW),
        (ADJUDICATE_KEYS, ADJUDICATE),
        (EVERYWHERE_KEYS, EVERYWHERE_BINDINGS),
        (SAMPLE_KEYS, SAMPLE_BINDINGS),
        (PROGRESS_KEYS, PROGRESS),
    ],
    ids=["queue", "review", "adjudicate", "everywhere", "sample", "progress"],
)
def test_the_help_of_the_app_has_every_binding_once(groups, bindings):
    told = [each for _, keys in groups for ids, _ in keys for each in ids]
    everywhere = {"app.leave", "app.command_palette"}
    assert sorted(set(told) - everywhere) == sorted(binding.id for binding in bindings)
    assert len(set(told)) == len(told)
    Keys([*bindings, *ZhupiApp.BINDINGS]).help(groups)


def test_the_object_of_stats_is_told_key_by_key():
    _, told = read(DOCS / "leading.md").split("## In JSON\n")
    rows = [re.match(r"\| ((?:`\w+`(?:, )?)+) \| (.*) \|$", line) for line in told.split("\n")]
    cells = {name: row[2] for row in rows if row for name in re.findall(r"`(\w+)`", row[1])}
    assert set(cells) == {*Stats.__struct_fields__, "pace"}
    for name, struct in (
        ("reviewers", ReviewerStats), ("pace", Pace), ("days", Day), ("labels", LabelStats), ("rules", RuleStats),
        ("gold", GoldStats), ("stuck", Stuck), ("reliability", Reliability), ("arms", ArmFigures),
        ("muting", MutingFigures), ("muting", MutedRule), ("training", PersonTraining), ("suspects", SuspectStats),
    ):  # fmt: skip
        # What a row is about has its name in the first words.
        fields = set(struct.__struct_fields__) - {"label", "rule"}
        assert fields <= set(re.findall(r"`(\w+)`", cells[name])), name


def test_every_binding_has_a_name_that_a_user_can_remap():
    screens = (*QUEUE, *REVIEW, *ADJUDICATE, *EVERYWHERE_BINDINGS, *SAMPLE_BINDINGS, *PROGRESS)
    ids = [binding.id for binding in (*screens, *ZhupiApp.BINDINGS)]
    assert all(ids)
    assert len(set(ids)) == len(ids)


# Formats


def test_the_schema_in_docs_is_the_one_of_the_code():
    shipped = json.loads((ROOT / "docs" / "native.schema.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(native_record.schema())), "run `make schema`"


@pytest.mark.parametrize(
    "record",
    [
        native_record.NativeRecord,
        native_record.NativeAnnotation,
        native_record.NativeReview,
        native_record.NativeRegion,
        SpanRecord,
        Manifest,
        ProdigyTask,
        ProdigyToken,
        ProdigySpan,
        ProdigyMeta,
        DoccanoLine,
        LabelStudioTask,
        TaskData,
        Result,
        LabelStudioAnnotation,
        LabelStudioPrediction,
        WebAnnotation,
    ],
    ids=lambda record: record.__name__,
)
def test_the_description_of_the_formats_explains_each_key(record):
    text = FORMAT.read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    explained = {name for cell in first_cells for name in re.findall(r"`(@?\w+)`", cell)}
    assert [name for name in record.__struct_encode_fields__ if name not in explained] == []


def test_the_examples_in_the_description_are_true():
    text = FORMAT.read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    lines = [json.loads(example) for example in examples]
    (example,) = (line for line in lines if line.get("schema"))
    native_proof.prove(native_record.decode(json.dumps(example).encode()))
    assert list(example) == list(native_record.NativeRecord.__struct_fields__)
    (span,) = (line for line in lines if "doc" in line and "schema" not in line)
    assert list(span) == list(SpanRecord.__struct_fields__)


# Files and links


def committed():
    """The files that a commit of this tree holds."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode:
        pytest.skip("not a checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_committed_file_holds_a_path_or_the_name_of_this_machine():
    machine = os.uname().nodename
    traces = [str(ROOT), str(ROOT.parent) + "/", f"{Path.home()}/"]
    traces += [machine] if len(machine) > 8 and machine != "localhost" else []
    found = [
        f"{path.relative_to(ROOT)}: {trace}"
        for path in committed()
        for trace in traces
        if trace.encode() in path.read_bytes()
    ]
    assert found == []


def test_every_link_in_the_documents_leads_somewhere():
    broken = [
        f"{path.name}: {link}"
        for path in DOCUMENTS
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", read(path))
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_every_document_is_in_the_index():
    index = read(DOCS / "README.md")
    assert [path.name for path in DOCS.iterdir() if path.is_file() and f"]({path.name})" not in index] == ["README.md"]


PLANNED = ("tui/reading/",)
"""What the page on extending makes."""


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_files_and_names_of_the_code_that_there_are(path):
    missing = []
    for named in re.findall(r"`((?:annotations|store|tui|tests|scripts|benchmarks|docs)[/.][\w/.*]*)`", read(path)):
        if named.startswith(PLANNED):
            continue
        exists = any(ROOT.glob(named.rstrip("/"))) if "/" in named else names_something(named)
        missing += [] if exists else [named]
    assert missing == []


def names_something(dotted):
    """Whether there is a module of that name, or something in one."""
    for parts in range(dotted.count(".") + 1, 0, -1):
        module = ".".join(dotted.split(".")[:parts])
        try:
            found = importlib.import_module(module)
        except ImportError:
            continue
        for name in dotted.split(".")[parts:]:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


# Rooms


def test_the_picture_of_the_rooms_is_that_of_the_contracts():
    drawn, package = {}, None
    for line in blocks(read(DOCS / "architecture.md"), "")[0].split("\n"):
        if head := re.match(r"┌─ (\w+) ", line):
            package = drawn.setdefault(head[1], [])
        elif row := re.match(r"│  (\S.*?)  ", line):
            package.append(set(row[1].split(" · ")))
    contracts = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = {}
    for contract in contracts:
        if contract["type"] == "layers":
            for package in contract.get("containers", ()):
                # A room in parentheses is to come.
                rows = [set(re.findall(r"\w+", re.sub(r"\(\w+\)", "", row))) for row in contract["layers"]]
                layers[package] = [row for row in rows if row]
            order = contract["layers"]
            assert "containers" in contract or list(drawn) == order
    assert drawn == layers


# Examples


def example_files():
    """The files of the page on extending: each block below a path that stands alone."""
    return dict(re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)^```$", read(EXTENDING), re.MULTILINE | re.DOTALL))


def example(path, name, monkeypatch):
    """A module of an example, imported under its name."""
    made = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, made)
    exec(compile(example_files()[path], path, "exec"), made.__dict__)  # what the documents tell people to run
    return made


def install(folder, name, monkeypatch):
    """The package of an example as an installer leaves it; building it would need the network."""
    files = example_files()
    project = tomllib.loads(files[f"{name}/pyproject.toml"])["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    about = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(about, encoding="utf-8")
    ((group, points),) = project["entry-points"].items()
    entries = "".join(f"{each} = {value}\n" for each, value in points.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{entries}", encoding="utf-8")
    module = f"zhupi_{name}.py"
    (folder / module).write_text(files[f"{name}/{module}"], encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    return group


def play(workplace, script):
    """Run the lines of a block of shell; what the last one prints."""
    out = ""
    for line in script.strip().split("\n"):
        command, appending, target = re.fullmatch(r"(.*?)(?: (>>?) (\S+))?", line.partition(" #")[0].strip()).groups()
        program, *arguments = shlex.split(command)
        if program == "cat":
            out = (workplace.folder / arguments[0]).read_text(encoding="utf-8")
        else:
            assert Path(program).name == "zhupi", line
            out = workplace.run(*arguments)
        if target:
            with (workplace.folder / target).open("a" if appending == ">>" else "w", encoding="utf-8") as file:
                file.write(out)
    return out


def test_the_suggester_of_the_documents_is_found_once_it_is_installed_and_suggests(workplace, monkeypatch):
    assert install(workplace.folder / "installed", "limits", monkeypatch) == suggesters.GROUP
    (workplace.folder / "limit.toml").write_text(example_files()["limit.toml"], encoding="utf-8")
    shutil.copytree(SAMPLES, workplace.folder / "samples")
    section = read(EXTENDING).partition("\n## A suggester\n")[2].partition("\n## ")[0]
    (script,) = blocks(section, "sh")
    found = [json.loads(line) for line in play(workplace, script).split("\n") if line]
    assert {each["label"] for each in found} == {"LIMIT"}
    assert ("3个工作日内", "工作日") in {(each["text"], each["attributes"]["unit"]) for each in found}
    again = workplace.run("suggest", "--db", "limits.db", "--only", "limits", "--json")
    assert (json.loads(again)["notices"], json.loads(again)["added"]) == (0, 0)
    workplace.run("check", "--db", "limits.db")


def test_the_format_of_the_documents_is_written_once_it_is_installed(sampled, monkeypatch):
    assert install(sampled.folder / "installed", "table", monkeypatch) == formats.GROUP
    doc, quote = "03-wetland-restoration-visit", "車望舒"
    raw = next(each["raw"] for each in sampled.export() if each["doc"] == doc)
    # The copy that the normalized text keeps stands last.
    start = raw.rindex(quote)
    sampled.run("tag", doc, "OFFICIAL", str(start), str(start + len(quote)))
    assert sampled.run("export", "--format", "tsv") == f"{doc}\tOFFICIAL\t车望舒\n"
    assert sampled.run("export", "--format", "tsv", "--text", "raw") == f"{doc}\tOFFICIAL\t{quote}\n"


def test_the_trainer_of_the_documents_trains(sampled, monkeypatch):
    sampled.run("tag", "01-river-chief-meeting", "DATE", "10", "15")
    sampled.run("export", "-o", "annotations.jsonl")
    (block,) = (each for each in blocks(read(FORMAT), "python") if "annotations.formats" in each)
    monkeypatch.chdir(sampled.folder)
    exec(compile(block, FORMAT.name, "exec"), {})  # what the documents tell people to run
    assert (sampled.folder / "tags.crfsuite").stat().st_size > 1000


async def test_the_screen_of_the_documents_reads_a_notice_and_changes_nothing(database, monkeypatch):
    reading = example("reading.py", "reading", monkeypatch)
    number = stored_notice(database)
    app = reading.ReadingApp(database, number)
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        await pilot.press("v", "l", "l", "c")
        assert "3 characters of raw text, 0 to 3" in said(app)
        await pilot.press("slash", *"排查", "enter")
        await idle(pilot)
        # A search moves the end of the selection.
        assert app.screen.desk.model.selection.of(RAW) == RAW[: RAW.index("排查") + 2]
        await pilot.press("1", "x", "m")
        await idle(pilot)
        await pilot.press("ctrl+q")
        await idle(pilot)
        assert isinstance(app.screen, QueueScreen)
    assert notice_annotations(database.connection, number) == []


KEYS_BY_SIGN = {"}": "right_curly_bracket", ")": "right_parenthesis"}


async def test_the_walk_of_the_readme_leads_to_the_annotation_that_it_shows(sampled):
    readme = read(ROOT / "README.md").partition("## One annotation")[2].partition("\n## ")[0]
    sampled.run("suggest", *(word for name in RULES for word in ("--only", name)))
    rows = re.findall(r"^\| (`.*?`) \| ", readme, re.MULTILINE)
    keys = [KEYS_BY_SIGN.get(key, key) for row in rows for key in re.findall(r"`(.+?)`", row)]
    with open_database(Path(shutil.copy(sampled.folder / "zhupi.db", sampled.folder / "demo.db"))) as database:
        app = ZhupiApp(database)
        async with app.run_test(size=(80, 24)) as pilot:
            await idle(pilot)
            for key in keys:
                await pilot.press(key)
                await idle(pilot)
        assert app.return_code == 0
    printed = play(sampled, blocks(readme, "sh")[-1]).split("\n")
    (line,) = (json.loads(line) for line in printed if line)
    (shown,) = (json.loads(block) for block in blocks(readme, "json"))
    assert line == {**shown, "annotator": line["annotator"]}
    exported = json.loads((sampled.folder / "annotations.jsonl").read_text(encoding="utf-8").split("\n")[0])
    mine = [each["status"] for each in exported["annotations"] if each["annotator"]]
    assert mine == ["manual", "rejected"]
    (rejected,) = (each for each in exported["annotations"] if each["status"] == "rejected" and each["annotator"])
    assert shown["text"].endswith(rejected["text"]), "the half that the rule has found"
