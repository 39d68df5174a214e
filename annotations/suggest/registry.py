"""Finds suggesters by name: those that ship, and those of other packages, which are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final, cast

from annotations.errors import SuggesterError
from annotations.suggest.base import Suggester

GROUP: Final = "zhupi.suggesters"
"""The group of entry points for suggesters of other packages; each names a class that is called without arguments."""

RULES: Final = ("dates", "officials", "requirements")
"""The names of the suggesters that ship; each is the ``SUGGESTER`` of the module of that name."""


def suggesters(names: Sequence[str] = ()) -> list[Suggester]:
    """The suggesters with these names; without names all of them, those that ship first.

    A suggester of another package that needs an extra which is not installed is left out, unless it is named.

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
                continue  # its extra is not installed, and nobody has asked for it
            extra = others[name].extras
            advice = f"; install zhupi[{extra[0]}]" if extra else ""
            raise SuggesterError(f"suggester {name} cannot be loaded: {error}{advice}") from error
        except Exception as error:  # code of another package may raise anything
            raise SuggesterError(f"suggester {name} cannot be loaded: {type(error).__name__}: {error}") from error
        if not isinstance(made, Suggester):
            raise SuggesterError(f"suggester {name}: {others[name].value} has no name, version and suggest method")
        found.append(made)
    return found


def suggester_of(name: str) -> Suggester:
    """The suggester called ``name``, one of ``RULES``."""
    return cast("Suggester", import_module(f"annotations.suggest.{name}").SUGGESTER)
