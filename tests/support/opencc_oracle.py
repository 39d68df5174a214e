"""OpenCC as opencc-python-reimplemented has it, which tests compare conversions with.

It is loaded from the files that this very distribution installed, not by the name ``opencc``: another package of that
name may stand first on ``sys.path``.  Where one was installed over it, loading fails and says so.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

T2S_SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "make_t2s.py"))
"""The script that writes the ``t2s`` tables: it knows where the package is, and proves its files."""

READ = (
    *(f"opencc/config/{name}.json" for name in ("t2s", "s2t")),
    *(f"opencc/dictionary/{name}.txt" for name in ("TSCharacters", "TSPhrases", "STCharacters", "STPhrases")),
)
"""What ``opencc/opencc.py`` reads for the conversions that tests ask for."""


@cache
def opencc(conversion: str) -> Callable[[str], str]:
    """``OpenCC(conversion).convert`` of opencc-python-reimplemented, ``t2s`` or ``s2t``.

    Raises:
        RuntimeError: a file of the package was overwritten.
    """
    installed = T2S_SCRIPT["installed"]
    for file in READ:
        installed(file)
    spec = spec_from_file_location("opencc_reimplemented", installed("opencc/opencc.py"))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.OpenCC(conversion).convert
