"""Which layers of UIMA people make, and what of an annotation in one is its label."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

_LAYER: Final = re.compile(r"(?:webanno\.)?custom\..+|.+\.ner\.type\..+")
"""Types of zhupi, of DKPro's named entities, and of what people define in INCEpTION and WebAnno."""
_LABELS: Final = ("label", "value")


def is_layer(name: str) -> bool:
    """Whether the annotations of a type are what people make, and no tokens, sentences or work of a parser."""
    return _LAYER.fullmatch(name) is not None


def label_and_rest(layer: str, declared: Collection[str], values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The label of an annotation, and what else is said of it.

    Args:
        layer: the name of the type.
        declared: the features that the type has.
        values: those that are set.

    Returns:
        The feature ``label`` or ``value``, else the only one that the type has, else the name of the layer; and the
        others.
    """
    rest = dict(values)
    only = next(iter(declared)) if len(declared) == 1 else None
    name = next((each for each in (*_LABELS, only) if each in rest), None)
    return (str(rest.pop(name)) if name is not None else layer.rpartition(".")[2]), rest
