"""Which schema this zhupi knows; apart from the migrations, which bring sqlite-utils, a slow import."""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 29
"""How many migrations this zhupi knows."""
