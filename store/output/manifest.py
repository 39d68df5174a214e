"""What was asked of an export, and what lies beside it to prove it whole."""

from __future__ import annotations

import msgspec

from annotations.annotation import AnnotationStatus
from annotations.formats.registry import FORMATS, NATIVE


class ExportOptions(msgspec.Struct, frozen=True):
    """Which annotations leave, and in which shape; every notice leaves in any case.

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
    """What lies beside an export in ``FILE.manifest.json`` to prove it whole."""

    sha256: str
    notices: int
    annotations: int
    options: ExportOptions
    normalizer: str | None
    zhupi: str
