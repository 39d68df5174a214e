"""The elements of a page, as a tree: text in it cannot become markup, and what no reader should see is made visible.

The tree is that of the standard library, which escapes what it writes; all text passes the display door on its way in.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, tostring

from tui.terminal.display import visible

Child = Element | str

_NAMES: Final = {"class_": "class", "for_": "for"}
"""Attributes whose names are words of Python."""


def element(tag: str, *children: Child, **attributes: str | float) -> Element:
    """An element with its children and attributes.

    Args:
        tag: its name.
        children: elements and texts, in order; a text need not be safe.
        attributes: by name; ``_`` stands for ``-``, ``class_`` for ``class``.
    """
    made = Element(
        tag, {_NAMES.get(name) or name.replace("_", "-"): visible(_text(each)) for name, each in attributes.items()}
    )
    for child in children:
        if not isinstance(child, str):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + visible(child)
        else:
            made.text = (made.text or "") + visible(child)
    return made


def style(css: str) -> Element:
    """A style sheet, which is our own and stays as it is."""
    made = Element("style")
    made.text = css
    return made


def page(root: Element) -> bytes:
    """A whole page of HTML, as UTF-8."""
    return b"<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html").encode() + b"\n"


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
