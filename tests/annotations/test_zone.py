"""The zone of a notice: where spans of the raw text stand in what annotators judge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from making import normalized_notice

from annotations.agreement.zone import Zone
from annotations.alignment import Alignment
from annotations.regions import Region, check_tiling
from annotations.spans import RawOffset

PAGE = (
    "打开APP\n"
    "臨江縣召開河長制會議\n"
    "来源:临江县水务局 时间:2023-04-12\n"
    "會(huì)議強(qiáng)調(diào),各鄉(xiāng)鎮(zhèn)要關(guān)注河道。\n"
    "    責(zé)任單(dān)位要整改。\n"
)


def regions(*parts):
    """Regions behind each other, each a kind and a length."""
    found, at = [], 0
    for kind, length in parts:
        found.append(Region(kind, RawOffset(at), RawOffset(at + length)))
        at += length
    check_tiling(found, at)
    return found


def test_it_has_title_byline_and_body_without_furniture_and_artefacts():
    notice = normalized_notice(PAGE)
    zone = Zone(notice.regions, notice.alignment)
    byline = next(region for region in notice.regions if region.kind == "metadata")
    assert "2023-04-12" in PAGE[byline.start : byline.end]
    assert zone.length == len(notice.normalized) + byline.end - byline.start

    def place(text):
        return zone.stretches([(PAGE.index(text), PAGE.index(text) + len(text))])[0]

    assert place("打开APP") is None
    title, day, start, body = place("臨江縣"), place("2023-04-12"), place("會(huì)議"), place("責(zé)任")
    assert (title[1] - title[0], day[1] - day[0], start[1] - start[0], body[1] - body[0]) == (3, 10, 2, 2)
    assert title < day < start < body
    # An edge that divides a character from its artefact makes no other span.
    assert place("關") == place("關(guān)")
    assert place("guān)注河") == place("關(guān)注河")


def test_a_span_that_leaves_the_zone_is_cut_to_what_it_holds():
    zone = Zone(regions(("boilerplate", 5), ("body", 5), ("metadata", 5), ("duplicate", 5), ("body", 5)),
                Alignment([(5, 10, 0, 5), (20, 25, 5, 10)], 25, 10))  # fmt: skip
    assert zone.length == 15
    assert zone.stretches([(0, 5), (0, 7), (8, 12), (12, 18), (15, 20), (18, 22), (0, 25), (25, 25)]) == [
        None, (0, 2), (3, 7), (7, 10), None, (10, 12), (0, 15), None,
    ]  # fmt: skip


kinds = st.sampled_from(["title", "metadata", "body", "boilerplate", "duplicate"])


@given(st.lists(st.tuples(kinds, st.integers(1, 6)), min_size=1, max_size=8), st.data())
def test_what_is_in_the_zone_is_counted_character_by_character(parts, data):
    tiled = regions(*parts)
    kept = [at for region in tiled if region.kept for at in range(region.start, region.end)]
    length = tiled[-1].end
    alignment = Alignment([(at, at + 1, place, place + 1) for place, at in enumerate(kept)], length, len(kept))
    zone = Zone(tiled, alignment)
    judged = [
        at for region in tiled if region.kept or region.kind == "metadata" for at in range(region.start, region.end)
    ]
    assert zone.length == len(judged)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    inside = [place for place, at in enumerate(judged) if start <= at < end]
    assert zone.stretches([(start, end)]) == [(inside[0], inside[-1] + 1) if inside else None]
