"""Label Studio: its SDK takes the label config and every annotation; each quote is the text at its UTF-16 units."""

from __future__ import annotations

import json

from label_studio_sdk.label_interface import LabelInterface
from truth import FOLDER, code_points, compare

config = (FOLDER / "label-studio.config.xml").read_text(encoding="utf-8")
interface = LabelInterface(config)
interface.validate()
texts, spans = {}, {}
for task in json.loads((FOLDER / "label-studio").read_text(encoding="utf-8")):
    data = task["data"]
    assert interface.validate_task({"data": data}), data["zhupi_doc"]
    texts[data["zhupi_id"]] = data["text"]
    for annotation in task["annotations"]:
        errors = interface.validate_prediction(annotation, return_errors=True)
        assert errors == [], errors
        assert interface.validate_annotation(annotation)
        for result in annotation["result"]:
            value = result["value"]
            start, end = (code_points(data["text"], value[edge]) for edge in ("start", "end"))
            if result["type"] == "labels":
                assert data["text"][start:end] == value["text"], value
                spans.setdefault(data["zhupi_id"], []).append((start, end, *value["labels"]))
compare("label-studio", "label-studio-sdk", texts, spans, "by_annotator")
