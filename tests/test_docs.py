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
from store.export import Manifest
from tui.app import ZhupiApp
from tui.cli import COMMANDS
from tui.review_keys import REVIEW_BINDINGS, REVIEW_KEYS
from tui.screens.queue import KEYS, QueueScreen

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMAT = ROOT / "docs" / "format.md"

# How keys are called for people; the app's own names are Textual's.
NAMES = {
    "pagedown": "pgdn", "pageup": "pgup", "escape": "esc", "question_mark": "?", "right_parenthesis": ")",
    "left_parenthesis": "(", "right_curly_bracket": "}", "left_curly_bracket": "{",
    "up": "arrows", "down": "arrows", "left": "arrows", "right": "arrows", "↓": "arrows", "↑": "arrows",
    "shift+up": "shift+arrows", "shift+down": "shift+arrows",
    "shift+left": "shift+arrows", "shift+right": "shift+arrows",
}  # fmt: skip
QUEUE, REVIEW = QueueScreen.BINDINGS, REVIEW_BINDINGS
QUEUE_HELP = [key for key, _ in KEYS]
REVIEW_HELP = [key for _, keys in REVIEW_KEYS for key, _ in keys]


def names(key):
    """What a document may call a key: the digits are one row, full-width keys act as their ASCII ones."""
    if key.isdigit():
        return {"1"}
    return {NAMES.get(key, key)}


def bound(bindings):
    """For each binding, what a document may call it."""
    return {
        binding.id: set().union(*(names(key) for key in binding.key.split(",") if key.isascii()))
        for binding in bindings
        if isinstance(binding, Binding)
    }


def table(heading):
    """The keys in the table below a heading of the README."""
    rows = re.search(rf"\*\*{heading}\*\*\n\n\| key .*?\n\n", README, re.DOTALL)[0].split("\n")[4:]
    cells = " ".join(row.split(" | ")[0] for row in rows)
    return set(re.findall(r"`([^`]+)`", cells)) | set(re.findall(r"(?:shift\+)?arrows", cells))


def listed(keys):
    """The keys in the help of a screen."""
    return {NAMES.get(key, key) for entry in keys for key in re.split(r"[, ]+", entry)}


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


@pytest.mark.parametrize(("keys", "bindings"), [(QUEUE_HELP, QUEUE), (REVIEW_HELP, REVIEW)], ids=["queue", "review"])
def test_every_binding_is_in_the_help_of_the_app(keys, bindings):
    assert {name: each for name, each in bound(bindings).items() if not each & listed(keys)} == {}


@pytest.mark.parametrize(("keys", "bindings"), [(QUEUE_HELP, QUEUE), (REVIEW_HELP, REVIEW)], ids=["queue", "review"])
def test_the_help_of_the_app_names_no_key_that_is_not_bound(keys, bindings):
    everywhere = set().union(*bound(ZhupiApp.BINDINGS).values())
    words = {"…", "9", "letters", "mouse"}
    assert listed(keys) - set().union(*bound(bindings).values()) - everywhere - words == set()


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
