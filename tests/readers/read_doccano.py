"""doccano: the parsers and makers of its import take every line; offsets are UTF-16 units of its texts."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import backend
import django
from truth import FOLDER, code_points, compare, manifest

sys.path.insert(0, str(Path(backend.__path__[0])))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.development"
os.environ.setdefault("DATABASE_URL", f"sqlite:///{tempfile.mkdtemp()}/doccano.db")
django.setup()

from data_import.pipeline.data import TextData  # noqa: E402  # doccano's own, once it is set up
from data_import.pipeline.label import SpanLabel  # noqa: E402
from data_import.pipeline.parsers import CoNLLParser, JSONLParser  # noqa: E402
from data_import.pipeline.readers import FileName, Reader  # noqa: E402

path = str(FOLDER / "doccano")
reader = Reader([FileName(path, "doccano", "doccano")], JSONLParser(encoding="utf-8"))
texts, spans = {}, {}
for row in reader:
    unknown = {key: value for key, value in row.items() if key not in ("label", "#line_number")}
    if not row["text"]:
        # It takes no notice without a text, and says so by the number of its line.
        texts[row["zhupi_id"]] = ""
        continue
    data = TextData.parse(**unknown)
    texts[data.meta["zhupi_id"]] = data.text
    for each in row["label"]:
        label = SpanLabel.parse(row["example_uuid"], each)
        edges = (code_points(data.text, edge) for edge in (label.start_offset, label.end_offset))
        spans.setdefault(data.meta["zhupi_id"], []).append((*edges, label.label))
assert not reader.errors, reader.errors

parser = CoNLLParser(encoding="utf-8", scheme="IOB2")
sentences = list(parser.parse(str(FOLDER / "conll")))
assert not parser.errors, parser.errors
read = sum(len(sentence["label"]) for sentence in sentences)
print(f"conll ({FOLDER.name}): doccano reads {len(sentences)} sentences with {read} spans")
assert read == manifest("conll")["annotations"]

compare("doccano", "doccano", texts, spans)
