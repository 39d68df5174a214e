"""Words that a project adds to the lists, in its label set."""

from __future__ import annotations

import pytest

from annotations.errors import LabelError
from annotations.labels import LabelSet, default_labels, default_labels_toml
from annotations.lexicon.lists import use
from annotations.suggest.officials import officials_in
from annotations.values.official import parse

WORDS = """
[[words]]
list = "titles"
kind = "core"
words = ["河湖管家"]
reason = "our rivers have them"
"""


@pytest.fixture(autouse=True)
def shipped_words():
    yield
    use(())


def test_a_title_of_the_project_is_read_and_suggested_and_goes_with_the_project():
    text = "市公安局河湖管家林知远主持。"
    assert officials_in(text) == []
    labels = LabelSet.from_toml(default_labels_toml() + WORDS, "ours.toml")
    use(labels.words)
    assert [(each.title, each.name) for each in officials_in(text)] == [("河湖管家", "林知远")]
    assert parse("市公安局河湖管家林知远").organisation == "市公安局"
    assert LabelSet.from_json(labels.to_json()) == labels
    use(default_labels().words)
    assert officials_in(text) == []


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
