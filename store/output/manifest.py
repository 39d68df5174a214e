"""The options of an export, and the manifest beside it that proves it complete."""

from __future__ import annotations

import msgspec

from annotations.annotation import AnnotationStatus
from annotations.formats.registry import FORMATS, NATIVE


class ExportOptions(msgspec.Struct, frozen=True):
    """Which annotations are exported, and in which format; every notice is exported in any case.

    ``format`` is one of ``FORMATS``.  ``layer`` is an annotator's name, ``gold``, ``suggested`` (what nobody has
    decided) or ``all``.
    """

    format: str = NATIVE
    layer: str = "all"
    label: str | None = None
    status: AnnotationStatus | None = None

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            # A ValueError, so that a manifest that names another format is refused as one that cannot be read.
            raise ValueError(f"unknown format {self.format}; there are {', '.join(FORMATS)}")


class Manifest(msgspec.Struct, frozen=True):
    """The manifest beside an export, ``FILE.manifest.json``, that proves it complete."""

    sha256: str
    notices: int
    annotations: int
    options: ExportOptions
    normalizer: str | None
    zhupi: str
