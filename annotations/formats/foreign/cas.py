"""UIMA CAS as INCEpTION and others export it: a text with typed annotations, in XMI beside its types, or in JSON.

What is taken is told by the types: ``custom.Span`` of zhupi, DKPro's named entities, and the layers that people make in
INCEpTION and WebAnno.  ``uima`` says which feature is the label; what else is set are attributes.  Relations, chains
and slots are counted.  Tokens, sentences and what parsers make is passed over.

INCEpTION exports a document as an archive of an XMI and its types, and a project as an archive with an archive for
each document and annotator in it: whoever opens those hands them over as files of one folder.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from annotations.errors import RecordError, ZhupiError
from annotations.formats.attribute_text import value_of
from annotations.formats.base import needing
from annotations.formats.cas import DOCUMENT, PREFIX, SAID, SPAN, TYPES
from annotations.formats.foreign.document import (
    REFERENCES,
    RELATIONS,
    ForeignDocument,
    ForeignSpan,
    Loss,
    Standing,
    TextFiles,
    counted,
)
from annotations.formats.foreign.uima import is_layer, label_and_rest
from annotations.formats.labelled import Refuse

if TYPE_CHECKING:
    from cassis import Cas

XMI_ENDING: Final = ".xmi"
JSON_ENDING: Final = ".cas.json"
ENDINGS: Final = (XMI_ENDING, JSON_ENDING)
"""How a file of this kind ends."""

_BUILT_IN: Final = frozenset({"sofa", "begin", "end"})
_ENDS: Final = frozenset({"Governor", "Dependent", "next", "first"})
"""Features of relations and chains, which lead from one annotation to another."""
_IDENTIFIER: Final = "identifier"
"""The feature by which DKPro links a span to an entry of a knowledge base."""
_STANDING: Final[Mapping[str | None, Standing]] = {"rejected": "rejected", "suggested": "suggested"}


def documents(files: TextFiles, refuse: Refuse) -> Iterator[ForeignDocument]:
    """The documents of each file, one for each annotator.

    Raises:
        FormatError: what the extra ``cas`` brings is not installed.
    """
    with needing("cas"):
        import cassis  # noqa: F401, PLC0415  # slow to import, and an extra brings it

    for name in files.names():
        if name.endswith(ENDINGS):
            try:
                found = list(_documents(_cas(files, name), name))
            except ZhupiError as error:
                refuse(name, str(error))
            except Exception as error:  # noqa: BLE001  # what cassis raises for a file that is none depends on the file
                refuse(name, f"not a CAS: {type(error).__name__}: {error}")
            else:
                yield from found


def _cas(files: TextFiles, name: str) -> Cas:
    """The CAS of a file.

    Raises:
        RecordError: there are no types for it, or it declares entities of XML.
    """
    from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem  # noqa: PLC0415

    with warnings.catch_warnings():
        # Of what it mends as it reads nothing is of use to whoever imports.
        warnings.simplefilter("ignore")
        if not name.endswith(XMI_ENDING):
            return load_cas_from_json(BytesIO(files.content(name)))
        types = _types_of(files, name)
        return load_cas_from_xmi(BytesIO(_plain(files.content(name))), load_typesystem(BytesIO(_plain(types))))


def _types_of(files: TextFiles, name: str) -> bytes:
    """The types for a file: those beside it, else those in the folders that it is in."""
    known = {each.lower(): each for each in files.names()}
    folder = name
    while folder:
        folder = folder.rpartition("/")[0]
        found = known.get(f"{folder}/{TYPES}".lower().removeprefix("/"))
        if found is not None:
            return files.content(found)
    raise RecordError(f"there is no {TYPES} beside it: export both, and name the folder or the archive")


def _plain(content: bytes) -> bytes:
    """XML that declares no entities, which unfold to any length; no CAS does.

    Raises:
        RecordError: it does.
    """
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise RecordError("XML with a DOCTYPE, which no CAS has: it is not read")
    return content


def _documents(cas: Cas, name: str) -> Iterator[ForeignDocument]:
    text = cas.sofa_string
    if not isinstance(text, str):
        raise RecordError("a CAS without a text")
    known = next(iter(cas.select(DOCUMENT)), None) if cas.typesystem.contains_type(DOCUMENT) else None
    title = _feature(known, "documentTitle") or name.rpartition("/")[2]
    losses: list[Loss] = []
    spans: dict[str | None, list[ForeignSpan]] = {}
    for each in cas.select_all_annotations():
        if is_layer(each.type.name):
            annotator = _feature(each, "annotator") if each.type.name == SPAN else None
            spans.setdefault(annotator, []).extend(_spans(each, losses))
    for annotator, theirs in (spans or {None: []}).items():
        yield ForeignDocument(
            text=text,
            # cassis has made code points of the offsets.
            spans=counted(text, theirs, "code points"),
            id=_feature(known, "documentId"),
            doc=_stem(title),
            annotator=annotator,
            losses=tuple(losses),
            where=name,
        )
        losses = []


def _stem(title: str) -> str:
    """The name of a document without the ending of the file that it was made from."""
    for ending in (*ENDINGS, ".txt"):
        title = title.removesuffix(ending)
    return title


def _feature(structure: Any, name: str) -> str | None:  # noqa: ANN401  # cassis makes a class of each type
    """A feature that is a text and not empty."""
    if structure is None or structure.type.get_feature(name) is None:
        return None
    value = structure[name]
    return value if isinstance(value, str) and value else None


def _spans(each: Any, losses: list[Loss]) -> Iterator[ForeignSpan]:  # noqa: ANN401  # as above
    """The span of an annotation of a layer; none where it is a relation or a link."""
    names = {feature.name for feature in each.type.all_features} - _BUILT_IN
    called = f"{each.type.name.rpartition('.')[2]} {each.xmiID}"
    if names & _ENDS or each.type.get_feature("begin") is None:
        losses.append(Loss(RELATIONS, called))
        return
    values: dict[str, object] = {}
    for name in sorted(names):
        value = each[name]
        if value is None or value == "":
            continue
        if name == _IDENTIFIER and each.type.name != SPAN:
            losses.append(Loss(REFERENCES, called))
        elif isinstance(value, str | bool | int | float):
            values[name] = value
        else:
            losses.append(Loss(RELATIONS, called))
    said = {name: values.pop(name, None) for name in SAID[1:]} if each.type.name == SPAN else {}
    label, rest = label_and_rest(each.type.name, names, values)
    comment = said.get("comment")
    yield ForeignSpan(
        label=label,
        start=each.begin,
        end=each.end,
        attributes={
            name.removeprefix(PREFIX): value_of(value) if isinstance(value, str) else value
            for name, value in rest.items()
        },
        standing=_STANDING.get(said.get("status"), "said"),  # type: ignore[call-overload]  # a text or None
        unsure=said.get("unsure") is not None,
        comment=comment if isinstance(comment, str) else None,
        name=called,
    )
