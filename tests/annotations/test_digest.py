"""The digest of little is the one that everybody knows."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from annotations.digest import DIGEST_BYTES, digest, hex_digest


@given(st.binary(max_size=300))
def test_the_digest_of_bytes_is_their_sha256(data):
    known = hashlib.sha256(data)
    assert (digest(data), hex_digest(data), DIGEST_BYTES) == (known.digest(), known.hexdigest(), known.digest_size)
