"""Suggesters: they find spans that a reviewer will probably accept, each with the rule that found it and a score.

A suggester is anything with a name, a version and a ``suggest`` method (``base``), which takes a ``page``.  Three ship,
with rules: ``dates``, ``officials`` and ``requirements``.  Other packages add theirs by an entry point of the group
``zhupi.suggesters``.  ``registry`` finds all of them by name, ``run`` runs them over a notice.

Modules of this package import each other directly; the names below are for everybody else.
"""

from __future__ import annotations

from annotations.suggest.base import Suggester, Suggestion
from annotations.suggest.page import Page, Zone, page_of
from annotations.suggest.registry import GROUP, RULES, suggester_of, suggesters
from annotations.suggest.run import suggest

__all__ = [
    "GROUP",
    "RULES",
    "Page",
    "Suggester",
    "Suggestion",
    "Zone",
    "page_of",
    "suggest",
    "suggester_of",
    "suggesters",
]
