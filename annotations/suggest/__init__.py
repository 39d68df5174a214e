"""Suggestions: spans that a rule or a model thinks worth accepting, each with its rule and a score.

``base`` says what a suggester is: anything with a name, a version and a ``suggest`` method, given a ``page``.  Those
that ship are rules in ``dates``, ``officials`` and ``requirements``; ``registry`` knows them by name, and those that
other packages name in an entry point of the group ``zhupi.suggesters``.  ``run`` runs them over a notice.  The modules
of this package import each other, never the package itself: what stands here is for those outside.
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
