"""Which suggesters there are, known by name: those that ship, and those of other packages, loaded when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final, cast

from annotations.errors import SuggesterError
from annotations.suggest.base import Suggester

GROUP: Final = "zhupi.suggesters"
"""The entry-point group of other packages' suggesters: each names a class that is made without arguments."""

RULES: Final = ("dates", "officials", "requirements")
"""The suggesters that ship, each in the module of its name."""


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
