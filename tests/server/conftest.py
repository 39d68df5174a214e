"""People on the server."""

from __future__ import annotations

import pytest
from people import people_in


@pytest.fixture
def people(tmp_path):
    with people_in(tmp_path) as given:
        yield given
