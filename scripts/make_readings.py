"""Write the table of readings, ``annotations/data/readings.tsv``, from pypinyin's dictionary.

pypinyin takes a quarter of a second to import and 30 MB; zhupi needs only to know whether a syllable is a reading of a
character.  So pypinyin is a development dependency and this script turns its data into one line a syllable:
the syllable with its tone mark, a tab, and every character that is read so.  Run it after an update of pypinyin:

    .venv/bin/python scripts/make_readings.py
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin.constants import PINYIN_DICT

TARGET = Path(__file__).resolve().parents[1] / "annotations" / "data" / "readings.tsv"


def table() -> str:
    """The table as text, sorted by syllable, characters by code point."""
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for code_point in sorted(PINYIN_DICT):
        for reading in PINYIN_DICT[code_point].split(","):
            hosts[unicodedata.normalize("NFC", reading)].append(chr(code_point))
    return "".join(f"{reading}\t{''.join(hosts[reading])}\n" for reading in sorted(hosts))


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8", newline="\n")
