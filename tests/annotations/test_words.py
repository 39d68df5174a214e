"""Words that a project adds to the lists, in its label set; those of one project are nothing to another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from making import notice_of

from annotations.errors import LabelError
from annotations.labels import LabelSet, default_labels, default_labels_toml
from annotations.lexicon.lists import SHIPPED, Lexicon, lexicon_of
from annotations.lexicon.words import WordList
from annotations.spans import raw_span
from annotations.suggest import RULES, suggest, suggester_of
from annotations.suggest.officials import officials_in
from annotations.values import offers, read_values
from annotations.values.official import parse

WORDS = """
[[words]]
list = "titles"
kind = "core"
words = ["河湖管家"]
reason = "our rivers have them"
"""
OFFICIALS = [suggester_of("officials")]
TEXT = "某县召开会议\n市公安局河湖管家林知远主持,市公安局街巷管家苏望出席。"


def with_words(*added):
    """The label set that ships with words for some lists: list, kind and word of each."""
    text = "".join(f'[[words]]\nlist = "{name}"\nkind = "{kind}"\nwords = ["{word}"]\n' for name, kind, word in added)
    return LabelSet.from_toml(default_labels_toml() + text, "ours.toml")


RIVERS, STREETS = (with_words(("titles", "core", title)) for title in ("河湖管家", "街巷管家"))


def names(labels, notice):
    return [item.attributes["name"] for item in suggest(notice, labels, OFFICIALS)]


def test_a_title_of_the_project_is_read_and_suggested():
    text = "市公安局河湖管家林知远主持。"
    assert officials_in(SHIPPED, text) == []
    labels = LabelSet.from_toml(default_labels_toml() + WORDS, "ours.toml")
    assert [(each.title, each.name) for each in officials_in(labels.lexicon, text)] == [("河湖管家", "林知远")]
    assert parse(labels.lexicon, "市公安局河湖管家林知远").organisation == "市公安局"
    assert LabelSet.from_json(labels.to_json()) == labels
    assert officials_in(default_labels().lexicon, text) == []


def test_two_projects_in_turn_never_see_each_others_words():
    notice = notice_of(TEXT)
    span = raw_span(TEXT.index("市公安局街"), TEXT.index("出席"))
    label = default_labels()["OFFICIAL"]
    for _ in range(2):
        for labels, title in ((RIVERS, None), (STREETS, "街巷管家"), (default_labels(), None)):
            # Whoever was asked last has nothing to do with it.
            assert [names(each, notice) for each in (RIVERS, STREETS, default_labels())] == [["林知远"], ["苏望"], []]
            assert read_values(label, notice, span, labels.lexicon)["title"] == title
            offered = offers(label.attribute[1], label, notice, span, labels.lexicon)
            assert [each.value for each in offered] == ([title] if title else [])


def test_a_suggester_that_works_for_another_project_meanwhile_leaves_the_words_of_this_one():
    class Asking:
        name, version = "asking", "1"

        def suggest(self, page):
            assert names(STREETS, page.notice) == ["苏望"]
            return OFFICIALS[0].suggest(page)

    found = suggest(notice_of(TEXT), RIVERS, [Asking()])
    assert [item.attributes["name"] for item in found] == ["林知远"]


def test_two_threads_with_words_of_their_own_never_see_each_others():
    notice, together = notice_of(TEXT), Barrier(2)

    def see(labels):
        together.wait()
        return [names(labels, notice) for _ in range(60)]

    with ThreadPoolExecutor(2) as pool:
        rivers, streets = pool.map(see, (RIVERS, STREETS))
    assert (rivers, streets) == ([["林知远"]] * 60, [["苏望"]] * 60)


@pytest.mark.parametrize(
    ("added", "text", "label"),
    [
        (("titles", "core", "河湖管家"), "河湖管家林知远到场。", "OFFICIAL"),
        (("surnames", "single", "銮"), "县长銮知远到场。", "OFFICIAL"),
        (("persons", "no-office", "县长"), "县长林知远到场。", "OFFICIAL"),
        (("modals", "must", "亟待"), "各镇亟待完成河道清淤任务。", "REQUIREMENT"),
        (("obligations", "opens", "叮嘱"), "县长林知远叮嘱,加强河道巡查。", "REQUIREMENT"),
        (("addressees", "closing", "护河哥"), "各护河哥必须巡查河道。", "REQUIREMENT"),
        (("dates", "every", "按"), "按3月5日巡查河道。", "DATE"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_list_takes_words_for_the_project_that_adds_them_alone(added, text, label):
    """What is suggested with the words differs from what is suggested without, before and after."""
    notice, using = notice_of("某县召开会议\n" + text), [suggester_of(name) for name in RULES]

    def found(labels):
        return [(item.text, item.attributes) for item in suggest(notice, labels, using) if item.label == label]

    plain = found(default_labels())
    ours = found(with_words(added))
    assert ours != plain
    assert (found(default_labels()), found(with_words(added))) == (plain, ours)


def test_a_lexicon_is_a_value():
    words = (WordList("titles", "core", ("河湖管家",), "our rivers have them"),)
    assert lexicon_of(words) == Lexicon(words)
    assert hash(lexicon_of(words)) == hash(Lexicon(words))
    assert lexicon_of(words) != lexicon_of(()) == SHIPPED
    assert lexicon_of(words).rows("titles.tsv") == (
        *SHIPPED.rows("titles.tsv"), ("core", "河湖管家", "our rivers have them"),
    )  # fmt: skip
    assert lexicon_of(words).rows("surnames.tsv") == SHIPPED.rows("surnames.tsv")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (WORDS.replace("core", "nonsense"), "no kind nonsense; there are .*core"),
        (WORDS.replace("titles", "nonsense"), "ours.toml"),
        (WORDS.replace("河湖管家", "河湖 警长"), "white space"),
        (WORDS.replace("河湖管家", ""), "empty"),
    ],
)
def test_words_that_no_list_takes_are_refused_with_their_place(words, told):
    with pytest.raises(LabelError, match=told):
        LabelSet.from_toml(default_labels_toml() + words, "ours.toml")
