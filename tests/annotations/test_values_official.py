"""Officials as notices name them: organisation, title and name in whatever order, alone, in lists and again."""

from __future__ import annotations

import pytest

from annotations.lexicon.lists import SHIPPED, lexicon_of
from annotations.lexicon.words import WordList
from annotations.suggest.officials import officials_in
from annotations.values import official
from annotations.values.official import is_name, parse, title_before
from annotations.values.passage import Passage, Stated

WHOLE = {
    "省水利厅河湖管理处处长林知远": ("林知远", "处长", "省水利厅河湖管理处"),
    "临江县水务局局长周平": ("周平", "局长", "临江县水务局"),
    "县政府副县长、县总河长林知远": ("林知远", "副县长、县总河长", "县政府"),
    "临江县政府副县长、公安局局长林知远": ("林知远", "副县长、公安局局长", "临江县政府"),
    "县水务局党组成员、副局长周平": ("周平", "党组成员、副局长", "县水务局"),
    "县水务局党组书记、局长周平": ("周平", "党组书记、局长", "县水务局"),
    "县委书记林知远": ("林知远", "书记", "县委"),
    "县委副书记、县长林知远": ("林知远", "副书记、县长", "县委"),
    "县委常委、常务副县长林知远": ("林知远", "常委、常务副县长", "县委"),
    "区党工委书记林知远": ("林知远", "书记", "区党工委"),
    "县纪委书记、监委主任林知远": ("林知远", "书记、监委主任", "县纪委"),
    "青石镇党委书记林知远": ("林知远", "书记", "青石镇党委"),
    "县人大常委会主任林知远": ("林知远", "主任", "县人大常委会"),
    "县政协主席林知远": ("林知远", "主席", "县政协"),
    "县河长办主任周平": ("周平", "主任", "县河长办"),
    "县发展和改革委员会副主任周平": ("周平", "副主任", "县发展和改革委员会"),
    "县中级人民法院院长周平": ("周平", "院长", "县中级人民法院"),
    "县政府副秘书长周平": ("周平", "副秘书长", "县政府"),
    "水务局长周平": ("周平", "局长", "水务局"),
    "临江县长林知远": ("林知远", "县长", "临江县"),
    "县长林知远": ("林知远", "县长", None),
    "常务副县长林知远": ("林知远", "常务副县长", None),
    "县领导林知远": ("林知远", "县领导", None),
    "临江县领导林知远": ("林知远", "领导", "临江县"),
    "区领导林知远": ("林知远", "区领导", None),
    "一级调研员周平": ("周平", "一级调研员", None),
    "副县级干部、公安局政委周平": ("周平", "副县级干部、公安局政委", None),
    "副县长兼公安局长周平": ("周平", "副县长兼公安局长", None),
    "林知远副厅长": ("林知远", "副厅长", None),
    "林知远书记": ("林知远", "书记", None),
    "林知远县长": ("林知远", "县长", None),
    "欧阳平专员": ("欧阳平", "专员", None),
    "县水务局周建平局长": ("周建平", "局长", "县水务局"),
    "林副局长知远": ("林知远", "副局长", None),
    "欧阳局长知远": ("欧阳知远", "局长", None),
    "临江市水务局林局长知远": ("林知远", "局长", "临江市水务局"),
    "林县长": ("林", "县长", None),
    "县长阿不都热西提·买买提": ("阿不都热西提·买买提", "县长", None),
    "阿不都·艾力县长": ("阿不都·艾力", "县长", None),
    "县水务局周平": ("周平", None, "县水务局"),
    "青石村村支书周平": ("周平", "村支书", "青石村"),
    "县总工会主席周平": ("周平", "主席", "县总工会"),
    "县委常委、宣传部长周平": ("周平", "常委、宣传部长", "县委"),
    "宋远 市委副书记、市长": ("宋远", "副书记、市长", "市委"),
    "游 昕 市水利局局长": ("游昕", "局长", "市水利局"),
    "署理环境局局长陆明": ("陆明", "署理局长", "环境局"),
    "现任县水务局局长周平": ("周平", "现任局长", "县水务局"),
    "县水务局原副局长周平": ("周平", "原副局长", "县水务局"),
    "县委原常委、青石镇党委原书记周平": ("周平", "原常委、青石镇党委原书记", "县委"),
    "原平市长周平": ("周平", "市长", "原平市"),
    "县环保局稽查大队长周平": ("周平", "大队长", "县环保局稽查大队"),
    "县公安局交警大队大队长周平": ("周平", "大队长", "县公安局交警大队"),
    "前环保署长周平": ("周平", "前署长", "环保署"),
    "民主党立委周平": ("周平", "立委", "民主党"),
    "国家主席周平": ("周平", "国家主席", None),
    "县议员周平": ("周平", "县议员", None),
    "临江县议员周平": ("周平", "议员", "临江县"),
    "周平": ("周平", None, None),
    "周 平": ("周平", None, None),
    "周平(女)": ("周平", None, None),
    "县水务局局长周平（女）": ("周平", "局长", "县水务局"),
    "周平同志": ("周平", None, None),
    "一级调研员周平同志": ("周平", "一级调研员", None),
    "欧阳知远": ("欧阳知远", None, None),
    "县河长办主任": (None, "主任", "县河长办"),
    "区领导": (None, "区领导", None),
    "": (None, None, None),
    "，": (None, None, None),
}


@pytest.mark.parametrize(("text", "read"), WHOLE.items())
def test_a_span_tells_name_title_and_organisation(text, read):
    assert tuple(parse(SHIPPED, text)) == read


@pytest.mark.parametrize("text", ["林知远", "周平", "欧阳平", "欧阳知远", "阿不都·艾力"])
def test_what_has_the_shape_of_a_name_is_one(text):
    assert is_name(SHIPPED, text)


@pytest.mark.parametrize("text", ["", "林", "副县长", "水务局", "林知远们来", "会议要求", "林A"])
def test_what_has_not_is_none(text):
    assert not is_name(SHIPPED, text)


TEXT = (
    "临江县召开河长制工作会\n"
    "会议由县委常委、副县长林知远主持。县领导周平、高山、王海洋,县水务局局长李明(女)出席。"
    "会上,李明汇报工作,林知远作部署,周平县长讲话。"
)


def span(quote, nth=0, layer=(), text=TEXT):
    at = -1
    for _ in range(nth + 1):
        at = text.index(quote, at + 1)
    values = official.read(Passage(text, at, at + len(quote), SHIPPED, layer=tuple(layer)))
    return values, Stated("OFFICIAL", at, at + len(quote), values)


def test_a_full_mention_says_so():
    values, _ = span("县水务局局长李明")
    assert values == {
        "name": "李明", "title": "局长", "organisation": "县水务局", "organisation_inferred": None, "mention": "full",
    }  # fmt: skip


def test_a_title_without_an_organisation_takes_the_one_of_its_kind_that_the_text_names():
    assert span("县领导周平")[0]["organisation_inferred"] == "临江县"
    values, _ = span("林知远副厅长", text="省水利厅河湖处处长周平介绍情况。林知远副厅长讲话。")
    assert values["organisation_inferred"] == "省水利厅"
    values, _ = span("林知远副厅长", text="全厅上下、各厅和有关厅。林知远副厅长讲话。")
    assert values["organisation_inferred"] is None


def test_members_of_a_list_share_the_title_of_the_first():
    layer = []
    for name in ("县领导周平", "高山", "王海洋"):
        values, stated = span(name, layer=layer)
        layer.append(stated)
        assert (values["title"], values["organisation"], values["organisation_inferred"]) == ("县领导", None, "临江县")
    assert [each.values["mention"] for each in layer] == ["full", "list", "list"]


def test_a_list_is_seen_in_the_text_when_its_first_is_not_tagged_yet():
    values, _ = span("王海洋")
    assert (values["title"], values["mention"]) == ("县领导", "list")


def test_a_list_ends_with_its_sentence():
    layer = [span("县领导周平")[1]]
    assert span("李明", nth=1, layer=layer)[0]["mention"] == "bare"


def test_a_bare_name_copies_the_office_from_where_it_was_tagged():
    corrected = Stated(
        "OFFICIAL", 11, 20, {"name": "林知远", "title": "副县长", "organisation": "县府", "mention": "full"}
    )
    values, _ = span("林知远", nth=1, layer=[corrected])
    assert values == {
        "name": "林知远", "title": "副县长", "organisation": "县府", "organisation_inferred": None, "mention": "bare",
    }  # fmt: skip


def test_a_bare_name_copies_the_office_from_the_text_when_nothing_is_tagged():
    values, _ = span("李明", nth=1)
    assert (values["title"], values["organisation"], values["mention"]) == ("局长", "县水务局", "bare")


def test_what_stands_before_a_title_in_running_text_is_no_organisation_when_it_holds_more():
    values, _ = span("林知远", nth=1)
    assert values["title"] == "常委、副县长"
    assert values["organisation"] is None


def test_a_name_that_nobody_introduced_has_no_office():
    values, _ = span("吴江", text="吴江说,好。")
    assert {name: value for name, value in values.items() if value} == {"name": "吴江", "mention": "bare"}


def test_an_organisation_beside_a_bare_name_is_its_own():
    values, _ = span("县公安局林知远", text="县委常委、副县长林知远主持,县公安局林知远讲话。")
    assert (values["name"], values["title"], values["organisation"]) == ("林知远", "常委、副县长", "县公安局")


def test_a_form_is_offered_what_was_read_and_the_other_organisations_of_the_kind():
    text = "省水利厅开会。省住建厅参会。林知远副厅长讲话。"
    at = text.index("林知远")
    passage = Passage(text, at, at + 6, SHIPPED)
    assert [each.value for each in official.offers("organisation_inferred", passage)] == ["省住建厅", "省水利厅"]
    assert [each.value for each in official.offers("name", passage)] == ["林知远"]
    assert official.offers("nosuch", passage) == []


def test_a_title_of_one_character_is_found_wherever_it_ends():
    lexicon = lexicon_of((WordList("titles", "core", ("帅", "元帅"), "a play"),))
    assert [title_before(lexicon, "帅", end) for end in (0, 1)] == [0, 0]
    assert [title_before(lexicon, "原元帅，老帅", end) for end in (2, 3, 4, 6)] == [2, 0, 4, 5]
    found = officials_in(lexicon, "元帅林知远表示，帅周平表示。")
    assert [(each.title, each.name) for each in found] == [("元帅", "林知远"), ("帅", "周平")]
