"""Write the tables of the step from Traditional to Simplified, from the dictionaries of opencc-python-reimplemented.

The normalizer reads these tables and no installed package, so its output is the same whatever is installed.

``annotations/data/t2s.tsv``         what each character and each phrase becomes
``annotations/data/one_script.tsv``  characters that only one of the two scripts uses

Run it with ``make tables`` after an update of opencc-python-reimplemented.  Where a table changes, raise ``VERSION``
here and ``NORMALIZER`` in ``annotations/normalize``; a test has the digest of each version.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from importlib.metadata import distribution
from itertools import groupby
from pathlib import Path

VERSION = 1
"""The version of the tables, in their first lines."""

PACKAGE = "opencc-python-reimplemented"
DATA = Path(__file__).resolve().parents[1] / "annotations" / "data"


def installed(name: str) -> Path:
    """A file of opencc-python-reimplemented, proved to be the one that it installed.

    The official package ``opencc`` installs into the same folder and overwrites files there.

    Args:
        name: the file's path below ``site-packages``.

    Raises:
        PackageNotFoundError: the package is not installed.
        RuntimeError: the package has no such file, or the file is not the one that it installed.
    """
    package = distribution(PACKAGE)
    for file in package.files or ():
        if str(file) == name and file.hash is not None:
            path = Path(str(file.locate()))
            digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
            if urlsafe_b64encode(digest).decode("ascii").rstrip("=") == file.hash.value:
                return path
    raise RuntimeError(
        f"{name} is not as {PACKAGE} {package.version} installed it; another package may have overwritten it: "
        f"uninstall opencc and {PACKAGE}, then install {PACKAGE} again"
    )


def dictionary(name: str) -> dict[str, list[str]]:
    """One dictionary of the package: for each entry its choices, the best first."""
    lines = installed(f"opencc/dictionary/{name}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return {entry: choices.split(" ") for entry, choices in (line.split("\t") for line in lines)}


def t2s() -> str:
    """The text of ``t2s.tsv``."""
    characters = {entry: choices[0] for entry, choices in dictionary("TSCharacters").items()}
    phrases = {entry: choices[0] for entry, choices in dictionary("TSPhrases").items()}
    return _table(
        "What each character and each phrase of Traditional text becomes in Simplified; never longer or shorter.",
        "list, what stands there, what it becomes.  A row of characters holds many, one for one.",
        *(("character", row, "".join(characters[each] for each in row)) for row in _blocks(characters)),
        *(("phrase", entry, phrases[entry]) for entry in sorted(phrases)),
    )


def one_script() -> str:
    """The text of ``one_script.tsv``: a character belongs to one script when it may not stay in the other."""
    return _table(
        "Characters that only Traditional text uses, and characters that only Simplified text uses.",
        "script, its characters.  Five characters are in both lists: OpenCC's dictionaries disagree about them.",
        *(
            (script, row)
            for script, name in (("traditional", "TSCharacters"), ("simplified", "STCharacters"))
            for row in _blocks(entry for entry, choices in dictionary(name).items() if entry not in choices)
        ),
    )


TABLES = {"t2s.tsv": t2s, "one_script.tsv": one_script}
"""The tables by their file names."""


def _blocks(characters: Iterable[str]) -> list[str]:
    """Characters by code point, 256 code points to a row, so that a change of one changes one line."""
    return ["".join(block) for _, block in groupby(sorted(characters), lambda character: ord(character) >> 8)]


def _table(what: str, columns: str, *rows: tuple[str, ...]) -> str:
    head = (
        f"# {what}  Version {VERSION}.",
        f"# Columns, parted by a tab: {columns}",
        f"# Made by scripts/make_t2s.py from {PACKAGE} {distribution(PACKAGE).version}; do not edit.",
        "# From OpenCC's dictionaries, Apache License 2.0, changed in form: see NOTICE.",
    )
    return "".join(f"{line}\n" for line in (*head, "", *("\t".join(row) for row in rows)))


if __name__ == "__main__":
    for name, text in TABLES.items():
        (DATA / name).write_text(text(), encoding="utf-8", newline="\n")
