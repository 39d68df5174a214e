"""The example in docs/normalization.md is true."""

from __future__ import annotations

import re
from pathlib import Path

DOC = Path(__file__).resolve().parents[2] / "docs" / "normalization.md"


def test_the_example_of_the_documentation_runs_and_says_what_comes_out():
    [code] = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    told = 0
    for line in code.split("\n"):
        expression, _, comment = line.partition("  # ")
        if comment.startswith(('"', "(")):
            assert eval(expression, names) == eval(comment, names), line
            told += 1
        else:
            exec(expression, names)
    assert told == 4
