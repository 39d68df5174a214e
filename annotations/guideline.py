"""The guideline that ships, as Markdown: what reviewers tag, and where spans begin and end."""

from __future__ import annotations


def default_guideline() -> str:
    """The guideline for the label set that ships."""
    from importlib import resources  # noqa: PLC0415  # slow to import, and the app starts without it

    return resources.files("annotations").joinpath("data", "guideline.md").read_text(encoding="utf-8")
