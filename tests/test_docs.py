"""What the documents say is what there is: commands, keys, the schema; and no file tells of its machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from textual.binding import Binding

from annotations.formats import native
from annotations.formats.spans import SpanRecord
from store.output.manifest import Manifest
from tui.app import ZhupiApp
from tui.cli import COMMANDS
from tui.keys.keymap import Keys, key_shown
from tui.queue.keys import QUEUE_KEYS
from tui.queue.screen import QueueScreen
from tui.review.keys import REVIEW_BINDINGS, REVIEW_KEYS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMAT = ROOT / "docs" / "format.md"

QUEUE, REVIEW = QueueScreen.BINDINGS, REVIEW_BINDINGS
ARROWS = {"↑": "arrows", "↓": "arrows", "←": "arrows", "→": "arrows"}


def names(key):
    """What a document may call a key: the digits are one row, the arrows one word, alt is told in words."""
    if key.isdigit():
        return {"1"}
    head, plus, base = key_shown(key).rpartition("+")
    if head == "alt":
        return {base}
    return {f"{head}{plus}{ARROWS.get(base, base)}"} if base else {key_shown(key)}


def bound(bindings):
    """For each binding, what a document may call it."""
    return {
        binding.id: set().union(*map(names, binding.key.split(",")))
        for binding in bindings
        if isinstance(binding, Binding)
    }


def table(heading):
    """The keys in the table below a heading of the README: a key column, what it does, and the same again."""
    rows = re.search(rf"\*\*{heading}\*\*\n\n\| key .*?\n\n", README, re.DOTALL)[0].split("\n")[4:]
    columns = [row.split(" | ") for row in rows]
    cells = " ".join(cell for row in columns for cell in row[0:3:2])
    return set(re.findall(r"`([^`]+)`", cells)) | set(re.findall(r"(?:shift\+)?arrows", cells))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command):
    assert re.search(rf"^\| `zhupi {command}\b[^|]*\| \S", README, re.MULTILINE)


def test_the_readme_names_no_command_that_is_not_there():
    named = set(re.findall(r"^\| `zhupi (\w+)", README, re.MULTILINE))
    assert named == set(COMMANDS)


@pytest.mark.parametrize(("heading", "bindings"), [("Queue", QUEUE), ("Review", REVIEW)])
def test_every_binding_is_in_the_key_tables_of_the_readme(heading, bindings):
    assert {name: keys for name, keys in bound(bindings).items() if not keys & table(heading)} == {}


@pytest.mark.parametrize(("heading", "bindings"), [("Queue", QUEUE), ("Review", REVIEW)])
def test_the_key_tables_of_the_readme_name_no_key_that_is_not_bound(heading, bindings):
    labels = {"1", "2", "3", "r", "o", "d"}
    assert table(heading) - set().union(*bound(bindings).values()) - labels == set()


@pytest.mark.parametrize(("groups", "bindings"), [(QUEUE_KEYS, QUEUE), (REVIEW_KEYS, REVIEW)], ids=["queue", "review"])
def test_the_help_of_the_app_has_every_binding_once(groups, bindings):
    told = [each for _, keys in groups for ids, _ in keys for each in ids]
    everywhere = {"app.leave", "app.command_palette"}
    assert sorted(set(told) - everywhere) == sorted(binding.id for binding in bindings)
    assert len(set(told)) == len(told)
    Keys([*bindings, *ZhupiApp.BINDINGS]).help(groups)


def test_the_table_of_the_configuration_has_every_binding_with_its_keys():
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| (.*?) \|", text, re.MULTILINE)
    keys = Keys(ZhupiApp.all_bindings())
    assert rows == [(each, " ".join(f"`{key_shown(key)}`" for key in keys.of(each))) for each in keys.defaults]


def test_every_binding_has_a_name_that_a_user_can_remap():
    ids = [binding.id for binding in (*QUEUE, *REVIEW, *ZhupiApp.BINDINGS)]
    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_the_schema_in_docs_is_the_one_of_the_code():
    shipped = json.loads((ROOT / "docs" / "native.schema.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(native.schema())), "run `make schema`"


@pytest.mark.parametrize(
    "record",
    [native.NativeRecord, native.NativeAnnotation, native.NativeReview, native.NativeRegion, SpanRecord, Manifest],
    ids=lambda record: record.__name__,
)
def test_the_description_of_the_formats_explains_each_key(record):
    text = FORMAT.read_text(encoding="utf-8")
    first_cells = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    explained = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert [name for name in record.__struct_fields__ if name not in explained] == []


def test_the_examples_in_the_description_are_true():
    text = FORMAT.read_text(encoding="utf-8")
    examples = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    lines = [json.loads(example) for example in examples]
    (example,) = (line for line in lines if line.get("schema"))
    native.prove(native.decode(json.dumps(example).encode()))
    assert list(example) == list(native.NativeRecord.__struct_fields__)
    (span,) = (line for line in lines if "doc" in line and "schema" not in line)
    assert list(span) == list(SpanRecord.__struct_fields__)


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
        for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []
