"""Reads exports with the programs that they are for, each in an environment of its own: `make readers`.

These programs are too heavy for the tests that run with every change.  A corpus of hard cases is exported in every
format and in both texts; ``tests/readers/read_NAME.py`` reads it with the library of that name and compares what it
found with what was said.  Environments are kept in ``build/readers`` until their requirements change.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from hard_cases import all_cases, store  # noqa: E402  # from the support of the tests

from annotations.errors import FormatError  # noqa: E402
from annotations.formats.base import TextKind  # noqa: E402
from annotations.formats.choice import Choice, ExportOptions  # noqa: E402
from annotations.formats.losses import Losses  # noqa: E402
from annotations.formats.placing import exported_notice  # noqa: E402
from annotations.formats.registry import FORMATS, format_of  # noqa: E402
from store.db.database import Database  # noqa: E402
from store.open import open_database  # noqa: E402
from store.output.export import export_file  # noqa: E402
from store.read.notices import each_notice  # noqa: E402

READERS: Final[dict[str, list[str]]] = {
    # Its pandas has no wheel for Python 3.12; it does not start with newer ones of the others.
    "doccano": ["doccano==1.8.4", "setuptools<81", "marshmallow<4", "numpy<2"],
    "label_studio": ["label-studio-sdk==2.1.2"],
    "datasets": ["datasets==5.2.0"],
    "spacy": ["spacy==3.8.18", "--editable", str(ROOT)],
}
"""What each reader needs, with its version."""
WRITERS: Final = ("spacy",)
"""Readers whose environment has zhupi too, since nothing else can write the format of this name."""
PARTS: Final = "train=0.5,dev=0.3,test=0.2"

TEXTS: Final[tuple[TextKind, ...]] = ("normalized", "raw")
PLACE = ROOT / "build" / "readers"


def main(names: list[str]) -> int:
    """Read with the named readers, or with all; 1 where one does not find what was said.

    ``--write NAME`` is for this script itself, in the environment of a reader that writes.
    """
    if names[:1] == ["--write"]:
        with open_database(PLACE / "exports" / "zhupi.db") as database:
            for text in TEXTS:
                export_file(database, PLACE / "exports" / text / names[1], ExportOptions(names[1], text=text), "0")
        return 0
    unknown = set(names) - set(READERS)
    if unknown:
        sys.exit(f"unknown reader {', '.join(unknown)}; there are {', '.join(READERS)}")
    exports = PLACE / "exports"
    shutil.rmtree(exports, ignore_errors=True)
    exports.mkdir(parents=True)
    with open_database(exports / "zhupi.db", create=True) as database:
        store(database, all_cases())
        for text in TEXTS:
            write(database, exports / text, text)
    failed = 0
    for name in names or READERS:
        python = environment(name, READERS[name])
        if name in WRITERS:
            subprocess.run([python, __file__, "--write", name], check=True)  # noqa: S603  # ours
        for text in TEXTS:
            script = ROOT / "tests" / "readers" / f"read_{name}.py"
            failed += subprocess.run([python, script, exports / text], check=False).returncode != 0  # noqa: S603  # ours
    return 1 if failed else 0


def write(database: Database, folder: Path, text: TextKind) -> None:
    """Export in every format that is installed and knows the text, and write down what was said."""
    folder.mkdir()
    for name in FORMATS:
        if text not in format_of(name).texts or name in WRITERS:
            continue
        try:
            export_file(database, folder / name, ExportOptions(name, text=text), "0")
        except FormatError as error:
            print(f"{name} is not written: {error}")  # noqa: T201  # what this script is for
    export_file(database, folder / "hf-parts", ExportOptions("hf", text=text, split=PARTS), "0")
    (folder / "truth.json").write_text(
        json.dumps({"said": said(database, "doccano", text), "by_annotator": said(database, "prodigy", text)}),
        encoding="utf-8",
    )


def said(database: Database, name: str, text: TextKind) -> dict[str, Any]:
    """What was said about each notice, by its id: its text and its spans in code points, as a format is handed them."""
    options, found = ExportOptions(name, text=text), {}
    for stored, items, reviews in each_notice(database.connection):
        choice = options.choose(items, reviews)
        if isinstance(choice, Choice):
            each = exported_notice(stored.number, stored.notice, choice, reviews, format_of(name), text, Losses())
            spans = [[start, end, item.label] for item, start, end in each.placed]
            found[stored.notice.id] = {"doc": stored.notice.doc, "text": each.text, "spans": spans}
    return found


def environment(name: str, requirements: list[str]) -> Path:
    """The Python of an environment that has the requirements."""
    folder = PLACE / name
    stamp = folder / "installed"
    wanted = "\n".join([sys.version, *requirements])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        command: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", *requirements]
        subprocess.run(command, check=True)  # noqa: S603  # ours
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "bin" / "python"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
