"""The guideline that ships, as Markdown: what reviewers tag, and where spans begin and end."""

from __future__ import annotations

from importlib import resources


def default_guideline() -> str:
    """The guideline for the label set that ships."""
    return resources.files("annotations").joinpath("data", "guideline.md").read_text(encoding="utf-8")
