"""Finds suggesters by name: those that ship, and those of other packages, which are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from annotations.errors import SuggesterError
from annotations.suggest.base import Suggester

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "zhupi.suggesters"
"""The group of entry points for suggesters of other packages; each names a class that is called without arguments."""

RULES: Final = ("dates", "officials", "requirements")
"""The names of the suggesters that ship; each is the ``SUGGESTER`` of the module of that name."""


def suggesters(names: Sequence[str] = (), own: Sequence[Suggester] = ()) -> list[Suggester]:
    """The suggesters with these names; without names all of them: those that ship, of other packages, of the project.

    A suggester of another package that needs an extra which is not installed is left out, unless it is named.

    Args:
        names: the names.
        own: the suggesters that the project has of its own.

    Raises:
        SuggesterError: a name is unknown, or another package's suggester cannot be loaded.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415  # slow to import, and only this needs it

    others = {each.name: each for each in entry_points(group=GROUP)}
    of_project = {each.name: each for each in own}
    known = [*RULES, *sorted(set(others) - set(RULES) - set(of_project)), *of_project]
    for name in names:
        if name not in known:
            raise SuggesterError(f"unknown suggester {name}; there are {', '.join(known)}")
    found: list[Suggester] = []
    for name in names or known:
        if name in RULES:
            found.append(suggester_of(name))
            continue
        if name in of_project:
            found.append(of_project[name])
            continue
        try:
            made = others[name].load()()
        except ImportError as error:
            needed = _missing_extra(others[name], error)
            if needed is not None and name not in names:
                continue  # nobody has asked for it
            advice = f"install {needed}" if needed is not None else _broken(others[name])
            raise SuggesterError(f"suggester {name} cannot be loaded: {error}; {advice}") from error
        except Exception as error:  # code of another package may raise anything
            raise SuggesterError(f"suggester {name} cannot be loaded: {type(error).__name__}: {error}") from error
        if not isinstance(made, Suggester):
            raise SuggesterError(f"suggester {name}: {others[name].value} has no name, version and suggest method")
        found.append(made)
    return found


def _missing_extra(entry: EntryPoint, error: ImportError) -> str | None:
    """The extra that a suggester needs and that is not installed, ``zhupi[lac]``; None where it is not that."""
    from annotations.extras import is_missing  # noqa: PLC0415  # only where an import has failed

    package = entry.dist.name if entry.dist is not None else "zhupi"
    return next((f"{package}[{each}]" for each in entry.extras if is_missing(error, package, each)), None)


def _broken(entry: EntryPoint) -> str:
    """What to do about an import that fails although all that the suggester asks for is installed."""
    package = entry.dist.name if entry.dist is not None else entry.module
    extras = f"[{','.join(entry.extras)}]" if entry.extras else ""
    return f"{package}{extras} is installed, but what it needs is not complete: install it anew"


def suggester_of(name: str) -> Suggester:
    """The suggester called ``name``, one of ``RULES``."""
    return cast("Suggester", import_module(f"annotations.suggest.{name}").SUGGESTER)
