"""Releases as the log keeps them: a tag of the project each, and what proves the folder that was written under it."""

from __future__ import annotations

import msgspec


class Release(msgspec.Struct, frozen=True):
    """A release; its tag is the key of its event, and it is no part of the state.

    ``sha256`` is that of the ``manifest.json`` of its folder, which has the digests of all else there.  ``head`` is
    that of the log that it was made from, ``number:digest``.  ``notices`` and ``annotations`` are counted as in the
    manifest.
    """

    sha256: str
    head: str
    format: str
    notices: int
    annotations: int
    zhupi: str
