"""The three suggesters: how many notices a second, whether that is linear, and how they score on the gold pages.

Seconds are those of the processor.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, Options

from annotations.labels import default_labels
from annotations.notice import Notice
from annotations.suggest import RULES, Suggester, suggest, suggester_of
from store.intake.finished import notice_of
from store.intake.sources import Source

_SAMPLES = Path(__file__).resolve().parents[1] / "store" / "samples"
_SHARED = Path(__file__).resolve().parents[2] / "shared"
_LENGTH = 1000
"""Code points of normalized text of a notice of usual length."""
_SCORED = (
    ("DATE, F1 at IoU 0.5", r"^DATE +.*?  [\d. ]+  [\d.]+ [\d.]+ ([\d.]+)  ", 0.92),
    ("DATE, ISO right", r"^DATE iso, exact: \d+/\d+ = ([\d.]+)", 0.95),
    ("OFFICIAL, F1 at IoU 0.5", r"^OFFICIAL +.*?  [\d. ]+  [\d.]+ [\d.]+ ([\d.]+)  ", 0.88),
    ("OFFICIAL, name right", r"^OFFICIAL name: \d+/\d+ = ([\d.]+)", 0.97),
    ("REQUIREMENT, F1 by characters", r"^REQUIREMENT +.*  [\d.]+ [\d.]+ ([\d.]+)$", 0.82),
)


def bars(options: Options) -> Iterator[Bar]:
    """Speed on samples and real pages, cut to notices of usual length; then the scores, where gold is at hand."""
    using = [suggester_of(name) for name in RULES]
    notices = list(_notices(_SAMPLES))
    for where, some in (("samples", notices), ("real pages", list(_notices(_SHARED / "notices")))):
        if some:
            yield _speed(where, some, using, options.runs(15))
    page = max(notices, key=lambda notice: len(notice.normalized))
    few, many = (_best([_repeated(page, times)], using, 3) / times for times in (1, 100))
    yield Bar("suggest: cost of a character, 100 times the text", many / few, 1.5, detail="linear is 1")
    if (_SHARED / "score.py").exists():
        yield from _scores()


def _speed(where: str, notices: list[Notice], using: list[Suggester], rounds: int) -> Bar:
    """How many notices of a thousand characters a second, by the characters that there are."""
    thousands = sum(len(notice.normalized) for notice in notices) / _LENGTH
    seconds = {each.name: _best(notices, [each], rounds) for each in using}
    found = sum(len(suggest(notice, default_labels(), using)) for notice in notices)
    detail = ", ".join(f"{name} {took / thousands * 1000:.2f} ms" for name, took in seconds.items())
    detail = f"{found / thousands:.0f} suggestions each; {detail}"
    rate = thousands / _best(notices, using, rounds)
    return Bar(f"suggest: notices of 1,000 characters a second, {where}", rate, 600, "", detail, at_least=True)


def _notices(folder: Path) -> Iterator[Notice]:
    """The pages of a folder, their bodies cut into notices of about a thousand characters."""
    for path in sorted(folder.glob("*.txt")):
        try:
            raw = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            continue  # one of them is in GB18030
        whole = _notice(raw)
        title, _, body = whole.normalized.partition("\n")
        lines, size = [title], 0
        for line in body.split("\n"):
            lines.append(line)
            size += len(line)
            if size > _LENGTH:
                yield _notice("\n".join(lines))
                lines, size = [title], 0


def _notice(raw: str) -> Notice:
    return notice_of(Source(doc="page", raw=raw, encoding="utf-8", where="page"))


def _repeated(notice: Notice, times: int) -> Notice:
    title, _, body = notice.raw.partition("\n")
    # Each time another line, or the copies would be left out as such.
    return _notice(title + "\n" + "\n".join(f"第{number}稿。" + body for number in range(times)))


def _best(notices: list[Notice], using: list[Suggester], rounds: int) -> float:
    """Seconds for all of them, the least of some rounds."""
    labels, best = default_labels(), float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for notice in notices:
            suggest(notice, labels, using)
        best = min(best, time.process_time() - begun)
    return best


def _scores() -> Iterator[Bar]:
    """What ``score.py`` says of the suggestions on the gold pages."""
    using = [suggester_of(name) for name in RULES]
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.jsonl"
        with predictions.open("w", encoding="utf-8") as out:
            for path in sorted((_SHARED / "notices").glob("*.txt")):
                notice = notice_of(Source(doc=path.stem, raw=path.read_text("utf-8-sig"), encoding="utf-8", where=""))
                for item in suggest(notice, default_labels(), using):
                    row = {"doc": notice.doc, "label": item.label, "start": item.start, "end": item.end}
                    row |= {"text": item.text, "attributes": item.attributes}
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        command = [sys.executable, str(_SHARED / "score.py"), str(_SHARED / "gold"), str(predictions)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(said, file=sys.stderr)
    for what, pattern, wanted in _SCORED:
        found = re.search(pattern, said, re.MULTILINE)
        if found is None:
            raise RuntimeError(f"score.py says nothing of {what}")
        yield Bar(f"gold pages: {what}", float(found[1]), wanted, "", at_least=True)
