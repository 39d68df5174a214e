"""Normalization with alignment and regions, against OpenCC alone, against ``str.translate``, and cold.

Seconds are those of the processor, but for the first page of a process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bars import Bar, Options
from opencc import OpenCC

from annotations.normalize import normalize
from annotations.normalize.boilerplate import list_of
from annotations.normalize.byline import _parsed, iso
from annotations.normalize.script import t2s_characters
from annotations.spans import normalized_span, raw_span

_SAMPLES = Path(__file__).resolve().parents[1] / "store" / "samples"

_REAL = Path(__file__).resolve().parents[2] / "shared" / "notices"

_COLD = """
import time
begun = time.perf_counter()
import msgspec
loaded = time.perf_counter()
from annotations.normalize import normalize
normalize("會議要求,各縣(xiàn)要落實(shí)整改。\\n來源:青禾網 2022-03-05\\n")
print((time.perf_counter() - begun) * 1000, (loaded - begun) * 1000)
"""


def bars(options: Options) -> Iterator[Bar]:
    """Speed on samples of usual length; then what the first page costs, a look-up, and a very long page."""
    pages = _pages()
    for name, some in (("samples", pages), ("real pages", _real_pages())):
        if some:
            yield from _speed(name, some, options)
    yield from _cold(options)
    yield from _lookups(max(pages, key=lambda page: len(normalize(page).alignment.runs)))
    yield from _lengths(pages, 2 if options.quick else 10)


def _speed(name: str, pages: list[str], options: Options) -> Iterator[Bar]:
    size = sum(map(len, pages))
    translation = {ord(key): value for key, value in t2s_characters().items()}
    convert = OpenCC("t2s").convert
    rounds = options.runs(60)
    ours = _best(lambda: _normalized(pages), rounds)
    translated = _best(lambda: [page.translate(translation) for page in pages], rounds)
    converted = _best(lambda: [convert(page) for page in pages], options.runs(6))
    detail = _speeds(size, converted, ours)
    yield Bar(f"OpenCC convert / normalize, {name}", converted / ours, 10, detail=detail, at_least=True)
    yield Bar(f"normalize / str.translate, {name}", ours / translated, 3, detail=_speeds(size, ours, translated))


def _normalized(pages: list[str]) -> None:
    """Each page as if it were seen for the first time: what is remembered of lines would flatter us."""
    _parsed.cache_clear()
    iso.cache_clear()
    list_of.cache_clear()
    for page in pages:
        normalize(page)


def _real_pages() -> list[str]:
    """The pages that the bars were set on, where a checkout has them beside it; they are longer than the samples."""
    return [path.read_bytes().decode("utf-8-sig") for path in sorted(_REAL.glob("*.txt"))]


def _pages() -> list[str]:
    """The samples that are nearly as long as real pages mostly are."""
    files = sorted(_SAMPLES.glob("*.txt"))
    texts = [path.read_bytes().decode("utf-8-sig", errors="ignore") for path in files]
    return [text for text in texts if 1_000 <= len(text) <= 5_000]


def _cold(options: Options) -> Iterator[Bar]:
    """With compiled modules, as an installed zhupi has them."""
    runs = []
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(options.runs(9) + 1):
            done = subprocess.run(
                [sys.executable, "-c", _COLD], capture_output=True, text=True, check=True, env=environment
            )
            runs.append([float(figure) for figure in done.stdout.split()])
    del runs[0]  # it compiled them
    whole, loaded = (statistics.median(column) for column in zip(*runs, strict=True))
    yield Bar("first page of a process", whole - loaded, 50, "ms", f"and {loaded:.0f} ms for msgspec, which all need")


def _lookups(page: str) -> Iterator[Bar]:
    notice = normalize(page)
    alignment, length = notice.alignment, len(notice.normalized)
    spans = [normalized_span(at, min(at + 9, length)) for at in range(0, length, 7)]
    back = [raw_span(at, min(at + 9, len(page))) for at in range(0, len(page), 7)]
    raw = _best(lambda: [alignment.to_raw(span) for span in spans], 30) / len(spans)
    normalized = _best(lambda: [alignment.to_normalized(span) for span in back], 30) / len(back)
    yield Bar("look-up", max(raw, normalized) * 1e6, 2, "µs", f"{len(alignment.runs)} runs; the slower direction")


def _lengths(pages: list[str], most: int) -> Iterator[Bar]:
    """Ten times the text must take ten times as long; a little more is the memory's doing."""
    for what, unit in (("many lines", "\n".join(pages)), ("one line", "".join(pages).replace("\n", ""))):
        small, large = (unit * (megabytes * 1_000_000 // len(unit) // 10 + 1) for megabytes in (most, most * 10))
        short = _best(lambda text=small: normalize(text), 1)
        long = _best(lambda text=large: normalize(text), 1)
        rate = (long / len(large)) / (short / len(small))
        yield Bar(
            f"cost of a character, {most} MB / a tenth, {what}", rate, 1.5, detail=f"{long:.2f} s / {short:.2f} s"
        )


def _best(work: Callable[[], object], rounds: int) -> float:
    """The least time of some rounds: what the work costs where nothing disturbs it."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def _speeds(size: int, over: float, under: float) -> str:
    return f"{size / over / 1e6:.1f} and {size / under / 1e6:.1f} M characters/s"
