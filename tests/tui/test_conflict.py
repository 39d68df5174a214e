"""Two states of an annotation side by side: only what differs, whatever it holds."""

from __future__ import annotations

from making import RAW, annotation_of
from msgspec.structs import replace

from tui.forms.conflict import differences

ITEM = annotation_of(RAW, 0, 3)


def test_only_what_differs_is_listed_in_columns():
    saved = replace(ITEM, unsure=True, attributes={**ITEM.attributes, "iso": "2023-04-12"}, updated_at="later")
    mine = replace(ITEM, comment="看一下", label="OFFICIAL", attributes={"name": None})
    assert differences(saved, mine) == [
        "         saved       yours",
        "label    DATE        OFFICIAL",
        "iso      2023-04-12  —",
        "unsure   yes         no",
        "comment  —           看一下",
    ]


def test_a_deletion_is_told():
    assert differences(None, ITEM) == ["saved  deleted in another session", "yours  changed here"]
    assert differences(ITEM, None) == ["saved  changed in another session", "yours  deleted here"]


def test_a_moved_edge_is_shown_with_both_quotes():
    mine = replace(ITEM, end=4, text=RAW[0:4])
    assert [row.split()[0] for row in differences(ITEM, mine)[1:]] == ["text", "end"]


def test_hostile_text_is_shown_and_never_obeyed():
    rows = differences(ITEM, replace(ITEM, comment="\x1b[2J\n[b]x[/b]\u202e" + "长" * 200))
    assert "\x1b" not in "".join(rows)
    assert "\n" not in rows[1]
    assert "[b]x[/b]" in rows[1]
    assert "…" in rows[1]
