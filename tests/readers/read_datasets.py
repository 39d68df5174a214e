"""Hugging Face datasets: load_dataset takes the folder with all its splits, and Parquet with the same rows."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from importlib.metadata import version

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = tempfile.mkdtemp()

import datasets  # it reads its settings as it is imported
from truth import FOLDER, compare, manifest

datasets.disable_progress_bars()


def as_text(row):
    """A row of the folder as one of Parquet, where a day is text."""
    day = row["published"]
    return {**row, "published": day.date().isoformat() if isinstance(day, datetime) else day}


whole = datasets.load_dataset(str(FOLDER / "hf"))
assert list(whole) == ["train"]
rows = list(whole["train"])

parts = datasets.load_dataset(str(FOLDER / "hf-parts"))
told = {name: part["notices"] for name, part in manifest("hf-parts")["parts"].items() if part["notices"]}
assert {name: len(part) for name, part in parts.items()} == told, (parts, told)
assert len(told) > 1
assert sorted((row for part in parts.values() for row in part), key=str) == sorted(rows, key=str)
print(f"hf in parts ({FOLDER.name}): datasets {version('datasets')} reads {told}")

columns = datasets.load_dataset("parquet", data_files=str(FOLDER / "parquet"))["train"]
assert list(columns) == [as_text(row) for row in rows]
print(f"parquet ({FOLDER.name}): datasets {version('datasets')} reads the same {len(columns)} rows")

for row in rows:
    assert all(row["text"][span["start"] : span["end"]] == span["text"] for span in row["spans"])
compare(
    "hf",
    "datasets",
    {row["id"]: row["text"] for row in rows},
    {row["id"]: [(span["start"], span["end"], span["label"]) for span in row["spans"]] for row in rows},
)
