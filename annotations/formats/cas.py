"""The UIMA CAS format: a folder with ``NAME.xmi`` for each notice and one ``TypeSystem.xml``, as INCEpTION takes them.

Offsets are UTF-16 units, since Java counts so; cassis converts them.  XML 1.0 has no way to write most controls, and
1.1 none for NUL: a notice that has such characters is counted, and written as ``NAME.cas.json``.  That is JSON CAS,
which holds any text, and brings its types along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from annotations.annotation import AnnotationStatus
from annotations.errors import ZhupiError
from annotations.formats.attribute_text import text_of, value_of
from annotations.formats.base import Context, ExportedNotice, Folder, FolderFormat, Part, TextKind, needing
from annotations.formats.labelled import Files, LabelledNotice, LabelledSpan, Refuse, labelled_span
from annotations.formats.losses import CHARACTERS_BEYOND_XML
from annotations.labels import LabelSet

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

TYPES: Final = "TypeSystem.xml"
"""The file that declares the types."""
SPAN: Final = "custom.Span"
"""The type of an annotation; its features are those of ``SAID`` and one for each attribute."""
SAID: Final = ("label", "annotator", "status", "unsure", "comment")
"""The features of an annotation that are no attributes; ``unsure`` is ``true`` where it is in doubt."""
DOCUMENT: Final = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
"""DKPro's type of what is known about a document: ``documentId`` is the id of the notice, ``documentTitle`` its doc."""

_XMI: Final = ".xmi"
_JSON: Final = ".cas.json"
"""Not ``.json`` alone, which would give a notice called ``manifest`` the name of the manifest."""
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""
PREFIX: Final = "attribute_"
"""What stands before the name of an attribute that is called like another feature."""
_TAKEN: Final = frozenset({*SAID, "begin", "end", "sofa", "self", "type"})
"""Features that an annotation has already, and names that cassis has another use for."""


def write(parts: Iterable[Part], out: Folder, context: Context) -> None:
    """A file a notice, in a folder of its own for each part that has a name, each with the types beside it."""
    with needing("cas"):
        from cassis import Cas  # noqa: PLC0415  # slow to import, and an extra brings it

    features = features_of(context.labels)
    types = _types(features.values())
    for part in parts:
        for each in part.notices:
            cas = Cas(types)
            _fill(cas, each, features)
            ending, content = _XMI, cas.to_xmi
            if _is_beyond_xml(each):
                context.losses.add(CHARACTERS_BEYOND_XML, each.notice)
                ending, content = _JSON, cas.to_json
            with out.file(f"{part.prefix}{each.file_name}{ending}") as file:
                file.write(content().encode())
        with out.file(f"{part.prefix}{TYPES}") as file:
            file.write(types.to_xml().encode())


def features_of(labels: LabelSet) -> Mapping[str, str]:
    """The name of the feature for each attribute of a label set, by the name of the attribute.

    It is the same, but for an attribute that would take the place of another feature.
    """
    names = sorted({attribute.name for label in labels for attribute in label.attribute})
    return {name: f"{PREFIX}{name}" if name in _TAKEN or name.startswith(PREFIX) else name for name in names}


def _types(features: Iterable[str]) -> TypeSystem:
    """The types of an export; every feature is a string, since a Boolean of UIMA cannot be unset."""
    from cassis import TypeSystem  # noqa: PLC0415

    types = TypeSystem()
    document = types.create_type(DOCUMENT, "uima.tcas.DocumentAnnotation")
    span = types.create_type(SPAN)
    for owner, names in ((document, ("documentId", "documentTitle")), (span, (*SAID, *features))):
        for name in names:
            types.create_feature(owner, name, "uima.cas.String")
    return types


def _is_beyond_xml(each: ExportedNotice) -> bool:
    """Whether a notice has a character that XML cannot hold, in its text or in what is said about it."""
    values = (value for item, _, _ in each.placed for value in item.attributes.values() if value is not None)
    comments = (item.comment or "" for item, _, _ in each.placed)
    return any(_FORBIDDEN.search(text) for text in (each.text, each.notice.doc, *comments, *map(text_of, values)))


def _fill(cas: Cas, each: ExportedNotice, features: Mapping[str, str]) -> None:
    cas.sofa_mime = "text/plain"
    cas.sofa_string = each.text
    document, span = (cas.typesystem.get_type(name) for name in (DOCUMENT, SPAN))
    cas.add(document(begin=0, end=len(each.text), language="zh", documentId=each.notice.id,
                     documentTitle=each.notice.doc))  # fmt: skip
    for item, start, end in each.placed:
        values = {features[name]: None if value is None else text_of(value) for name, value in item.attributes.items()}
        told = (item.label, item.annotator, item.status, "true" if item.unsure else None, item.comment)
        cas.add(span(begin=start, end=end, **dict(zip(SAID, told, strict=True)), **values))


def read(files: Files, refuse: Refuse, _text: TextKind) -> Iterator[LabelledNotice]:
    """A notice for each file of a folder; attributes that are unset are not in it."""
    with needing("cas"):
        from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem  # noqa: PLC0415

    types: dict[str, Any] = {}
    for name in files.names():
        if not name.endswith((_XMI, _JSON)):
            continue
        folder, slash, file = name.rpartition("/")
        try:
            if name.endswith(_JSON):
                cas = load_cas_from_json(BytesIO(files.content(name)))
            else:
                if folder not in types:
                    types[folder] = load_typesystem(BytesIO(files.content(f"{folder}{slash}{TYPES}")))
                cas = load_cas_from_xmi(BytesIO(files.content(name)), types[folder])
            yield replace(_parse(cas, file.removesuffix(_XMI).removesuffix(_JSON)), part=folder or None, where=name)
        except FileNotFoundError:
            refuse(name, f"there is no {TYPES} beside it")
        except ZhupiError as error:
            refuse(name, str(error))
        except Exception as error:  # noqa: BLE001  # what cassis raises for a file that is none depends on the file
            refuse(name, f"not a CAS: {type(error).__name__}: {error}")


def _parse(cas: Cas, name: str) -> LabelledNotice:
    text = cas.sofa_string or ""
    known = next(iter(cas.select(DOCUMENT)), None)
    return LabelledNotice(
        id=None if known is None else known.documentId,
        doc=name if known is None else known.documentTitle,
        text=text,
        spans=tuple(_labelled(each, text) for each in cas.select(SPAN)),
    )


def _labelled(each: Any, text: str) -> LabelledSpan:  # noqa: ANN401  # cassis makes a class of each type
    names = {feature.name for feature in each.type.features} - set(SAID)
    values = {name.removeprefix(PREFIX): value_of(each[name]) for name in sorted(names) if each[name] is not None}
    found = labelled_span(text, None, each.label, each.begin, each.end)
    status = msgspec.convert(each.status, AnnotationStatus | None)
    unsure = each.unsure is not None
    return replace(
        found, annotator=each.annotator, status=status, unsure=unsure, comment=each.comment, attributes=values
    )


FORMAT = FolderFormat(write=write, read=read, annotators=True, carries=frozenset({"attributes", "comments", "unsure"}))
