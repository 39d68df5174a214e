"""Shapes in which notices and annotations leave and enter zhupi; one module a shape.

``read`` reads any of them, for whoever trains something.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from annotations.formats.labelled import LabelledNotice

__all__ = ["read"]


def read(
    path: str | os.PathLike[str],
    *,
    text: Literal["raw", "normalized"] = "normalized",
    format: str | None = None,  # noqa: A002  # as the option of the command is called
) -> Iterator[LabelledNotice]:
    """The notices of an export, one after another, in constant memory; no database and no terminal is needed.

    Args:
        path: a file, gzipped or not, or a folder, as ``zhupi export -o`` wrote it.
        text: which text ``LabelledNotice.text`` and its spans are to be of, where the format has both.
        format: the name of the format; None for what the manifest or the file itself tells.

    Raises:
        RecordError: a line does not prove itself; the message begins ``PATH:LINE:``.
        FormatError: the format cannot be told or cannot be read.
        OSError: there is no such file, or it cannot be read.
    """
    from annotations.formats.reading import read_export  # noqa: PLC0415  # who only writes formats does not need it

    return read_export(path, text=text, name=format)
