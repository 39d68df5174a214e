"""Suggestions: spans that a rule or a model thinks worth accepting, each with its rule and a score.

``suggest`` runs suggesters over a notice.  A ``Suggester`` is anything with a name, a version and a ``suggest`` method;
the three that ship are rules in ``dates``, ``officials`` and ``requirements``, others come from packages that name an
entry point in the group ``zhupi.suggesters``.  A suggestion's id follows from the notice, the span and the version of
its rule, so that a second run adds nothing and what was rejected stays rejected.  Nothing here decides anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final, Protocol, cast, runtime_checkable

import msgspec

from annotations.annotation import Annotation, now
from annotations.errors import SuggesterError, ZhupiError
from annotations.labels import AttributeValue, LabelSet
from annotations.notice import Notice
from annotations.spans import RawSpan, annotated_span
from annotations.suggest.page import Page, Zone, page_of

__all__ = ["GROUP", "Page", "Suggester", "Suggestion", "Zone", "page_of", "suggest", "suggester_of", "suggesters"]

GROUP: Final = "zhupi.suggesters"
"""The entry-point group of other packages' suggesters: each names a class that is made without arguments."""

RULES: Final = ("dates", "officials", "requirements")
"""The suggesters that ship, each in the module of its name."""


class Suggestion(msgspec.Struct, frozen=True):
    """A span with a label, as a suggester gives it.

    ``span`` is raw code points.  ``values`` are attributes of the label, those that are unset left out at will.
    ``rule`` names what spoke, within its suggester; ``score`` is between 0 and 1, the likelier the higher.
    """

    span: RawSpan
    label: str
    values: dict[str, AttributeValue]
    rule: str
    score: float


@runtime_checkable
class Suggester(Protocol):
    """What finds suggestions in a page.

    ``name`` is lower case letters, digits and hyphens; ``version`` changes whenever what is found for any page does.
    """

    name: str
    version: str

    def suggest(self, page: Page) -> Iterable[Suggestion]:
        """The suggestions for a page, in any order; it may not fail because of what a page says."""


def suggest(notice: Notice, labels: LabelSet, using: Sequence[Suggester]) -> list[Annotation]:
    """What suggesters find in a notice, as annotations of nobody, in the order of the contract.

    Args:
        notice: the notice.
        labels: suggestions for a label that is not among them are left out, attributes that it lacks too.
        using: the suggesters.

    Raises:
        SuggesterError: a suggester failed or gave something unlawful; the line names it.
    """
    page = page_of(notice, labels)
    made: dict[str, Annotation] = {}
    at = now()
    for suggester in using:
        try:
            for each in suggester.suggest(page):
                if each.label in labels:
                    item = _annotation(notice, labels, suggester, each, at)
                    made.setdefault(item.id, item)
        except ZhupiError as error:
            raise SuggesterError(f"suggester {suggester.name}: {error}") from error
        except Exception as error:  # others' code: whatever it raises is theirs, and one line here
            raise SuggesterError(f"suggester {suggester.name} failed: {type(error).__name__}: {error}") from error
    return sorted(made.values(), key=lambda item: item.order)


def signature(name: str, rule: str, version: str) -> str:
    """What ``suggested_by`` says: ``officials/list@1``."""
    return f"{name}/{rule}@{version}"


def suggestion_id(notice: Notice, label: str, span: RawSpan, suggested_by: str) -> str:
    """The id of a suggestion, 32 hex digits: the same whoever runs the same version of a rule on the same text."""
    source = f"{notice.sha256} {label} {span.start} {span.end} {suggested_by}"
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def suggesters(names: Sequence[str] = ()) -> list[Suggester]:
    """The suggesters of these names, or all of them: those that ship first, then those of other packages.

    Raises:
        SuggesterError: a name is unknown, or another package's suggester cannot be loaded.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415  # slow to import, and only this needs it

    others = {each.name: each for each in entry_points(group=GROUP)}
    known = [*RULES, *sorted(set(others) - set(RULES))]
    for name in names:
        if name not in known:
            raise SuggesterError(f"unknown suggester {name}; there are {', '.join(known)}")
    found: list[Suggester] = []
    for name in names or known:
        if name in RULES:
            found.append(suggester_of(name))
            continue
        try:
            made = others[name].load()()
        except ImportError as error:
            if name not in names:
                continue  # an extra that is not installed is not missed
            extra = others[name].extras
            advice = f"; install zhupi[{extra[0]}]" if extra else ""
            raise SuggesterError(f"suggester {name} cannot be loaded: {error}{advice}") from error
        except Exception as error:  # others' code, as above
            raise SuggesterError(f"suggester {name} cannot be loaded: {type(error).__name__}: {error}") from error
        if not isinstance(made, Suggester):
            raise SuggesterError(f"suggester {name}: {others[name].value} has no name, version and suggest method")
        found.append(made)
    return found


def suggester_of(name: str) -> Suggester:
    """One of those that ship."""
    return cast("Suggester", import_module(f"annotations.suggest.{name}").SUGGESTER)


def _annotation(notice: Notice, labels: LabelSet, suggester: Suggester, found: Suggestion, at: str) -> Annotation:
    span = annotated_span(found.span.start, found.span.end, notice.raw)
    by = signature(suggester.name, found.rule, suggester.version)
    return Annotation(
        id=suggestion_id(notice, found.label, span, by),
        label=found.label,
        start=span.start,
        end=span.end,
        text=span.of(notice.raw),
        attributes=labels[found.label].fitting(found.values),
        annotator=None,
        status="suggested",
        unsure=False,
        comment=None,
        created_at=at,
        updated_at=at,
        suggested_by=by,
        score=round(found.score, 3),
    )
