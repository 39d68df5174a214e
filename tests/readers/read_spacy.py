"""spaCy: the DocBin has every span or counts it, in spaCy's own tokens, and a recogniser can be trained with it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import spacy
from spacy.tokens import DocBin
from spacy.training import Corpus
from spacy.util import filter_spans
from truth import FOLDER, compare

LONG = 20_000
"""spaCy's tokenizer takes time by the square of the length, so that longer texts are not compared with it."""

path = FOLDER / "spacy"
nlp = spacy.blank("zh")
texts, spans = {}, {}
for doc in DocBin(store_user_data=True).from_disk(path).get_docs(nlp.vocab):
    notice = doc.user_data["zhupi_id"]
    texts[notice] = doc.text
    spans[notice] = [(span.start_char, span.end_char, span.label_) for span in doc.spans["sc"]]
    assert all(
        doc.text[start:end] == span.text for span, (start, end, _) in zip(doc.spans["sc"], spans[notice], strict=True)
    )
    assert {(each.start_char, each.end_char, each.label_) for each in doc.ents} <= set(spans[notice])
    assert len(filter_spans(doc.ents)) == len(doc.ents) or not doc.ents
    assert doc.has_annotation("ENT_IOB") or not len(doc)
    if len(doc.text) < LONG:
        tokens = [(token.text, token.whitespace_) for token in nlp.make_doc(doc.text)]
        assert [(token.text, token.whitespace_) for token in doc] == tokens

# Only files that end so are training data for spaCy.
named = shutil.copy(path, Path(tempfile.mkdtemp()) / "train.spacy")
examples = [each for each in Corpus(named)(nlp) if 0 < len(each.reference.text) < LONG]
nlp.add_pipe("ner")
nlp.add_pipe("spancat")
nlp.initialize(lambda: examples)
losses = nlp.update(examples)
assert losses["ner"] > 0
print(f"spacy ({FOLDER.name}): ner and spancat are trained with {len(examples)} documents")

compare("spacy", "spacy", texts, spans)
