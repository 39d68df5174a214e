"""SHA-256 of little: of what ids and names of files follow from.

It is the standard library's own code for it.  ``hashlib`` takes OpenSSL's, which is faster for a long text, but to
begin with that takes a millisecond, in which a thousand short digests are made.
"""

from __future__ import annotations

from typing import Final

try:
    from _sha2 import sha256 as _sha256  # type: ignore[import-not-found]  # private, as is what `random` takes
except ImportError:
    try:
        # Until Python 3.11.
        from _sha256 import sha256 as _sha256  # type: ignore[import-not-found]
    except ImportError:
        # A Python that was built without.
        from hashlib import sha256 as _sha256

DIGEST_BYTES: Final = 32
"""Bytes of a digest."""


def digest(data: bytes) -> bytes:
    """The SHA-256 digest of some bytes."""
    found: bytes = _sha256(data).digest()
    return found


def hex_digest(data: bytes) -> str:
    """The SHA-256 digest of some bytes, in hex."""
    return digest(data).hex()
