"""Write the JSON Schema of the native JSONL to ``docs/``; a test holds the file against the code."""

from __future__ import annotations

import json
from pathlib import Path

from annotations.formats.native_record import schema

TARGET = Path(__file__).resolve().parents[1] / "docs" / "native.schema.json"

if __name__ == "__main__":
    TARGET.write_text(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
