"""What was said about the notices of an export, and whether a reader has found it; nothing but Python is needed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])
"""The exports, one in each format."""
DROPPED = ("overlapping", "edge_inside_token", "blank")
"""The kinds of losses of annotations that are placed in the text and not written."""


def truth(kind: str = "said") -> dict[str, Any]:
    """What was said, by the id of the notice: ``doc``, ``text`` and ``spans``."""
    return json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))[kind]


def manifest(name: str) -> dict[str, Any]:
    """The manifest of the export in a format."""
    path = FOLDER / name
    path = path / "manifest.json" if path.is_dir() else path.with_name(f"{name}.manifest.json")
    return json.loads(path.read_text(encoding="utf-8"))


def compare(
    name: str, package: str, texts: dict[str, str], spans: dict[str, list[tuple[int, int, str]]], kind: str = "said"
) -> None:
    """Leave with 1 unless a reader found each text and each span, but for those that the manifest counts as lost.

    Args:
        name: the format.
        package: the distribution that read it.
        texts: the text of each notice, by its id.
        spans: its spans in code points.
        kind: whether each annotator was read, or what all of them said.
    """
    wanted = truth(kind)
    wrong = [f"the text of {each} differs" for each in wanted if texts.get(each) != wanted[each]["text"]]
    missing = 0
    for each, told in wanted.items():
        want, have = Counter(map(tuple, told["spans"])), Counter(spans.get(each, []))
        wrong += [f"{told['doc'][:20]!r} has {span}, which nobody said" for span in have - want]
        missing += (want - have).total()
    lost = sum(manifest(name)["not_carried"].get(kind, {}).get("count", 0) for kind in DROPPED)
    if missing != lost:
        wrong.append(f"{missing} spans are missing, and {lost} are counted as lost")
    total = sum(map(len, spans.values()))
    read = f"{package} {version(package)} reads {len(texts)} notices with {total} spans"
    print(f"{name} ({FOLDER.name}): {read}, {lost} counted as lost")
    for line in wrong:
        print(f"  {line}")
    sys.exit(1 if wrong else 0)


def code_points(text: str, units: int) -> int:
    """The offset in code points of one in UTF-16 units; an error where it lies inside a character."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le"))
