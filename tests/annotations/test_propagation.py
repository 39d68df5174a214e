"""The same words elsewhere, after a tag: what is found of them, and what is left alone."""

from __future__ import annotations

from making import notice_of
from msgspec.structs import replace

from annotations.annotation import Annotation, now
from annotations.labels import Label, LabelSet, default_labels
from annotations.normalize import normalize
from annotations.suggest.propagation import Elsewhere

RAW = "臨江縣召開會(huì)議\n副縣長林知遠(yuǎn)出席。\n林知远要求,7月9日前完成。林知遠(yuǎn)强调,7月9日前必須完成。\n"


def page(raw=RAW):
    made = normalize(raw)
    return replace(notice_of(raw), normalized=made.normalized, regions=made.regions, alignment=made.alignment)


def tagged(raw, quote, label, **values):
    start, at = raw.index(quote), now()
    return Annotation(
        id="0" * 32, label=label, start=start, end=start + len(quote), text=quote,
        attributes=default_labels()[label].attributes(values), annotator="lin", status="manual", unsure=False,
        comment=None, created_at=at, updated_at=at, suggested_by=None, score=None,
    )  # fmt: skip


def found(item, known=(), raw=RAW, label=None):
    labels = default_labels() if label is None else LabelSet((label,))
    offers = Elsewhere(page(raw), labels).offers([item], [item, *known])
    assert all(tag is item for tag, _ in offers)
    return [each for _, made in offers for each in made]


def test_a_person_is_found_by_name_in_either_script_with_the_office_copied():
    official = tagged(RAW, "副縣長林知遠(yuǎn)", "OFFICIAL", name="林知远", title="副县长", mention="full")
    made = found(official)
    assert [item.text for item in made] == ["林知远", "林知遠(yuǎn)"]
    assert {(item.attributes["title"], item.attributes["mention"]) for item in made} == {("副县长", "bare")}
    assert all(item.status == "suggested" and item.annotator is None for item in made)


def test_a_date_is_found_by_its_words_with_its_day():
    made = found(tagged(RAW, "7月9日前", "DATE", iso="2021-07-09", mod="before"))
    assert [(item.text, item.attributes["iso"]) for item in made] == [("7月9日前", "2021-07-09")]


def test_what_is_tagged_or_suggested_already_is_not_offered():
    official = tagged(RAW, "副縣長林知遠(yuǎn)", "OFFICIAL", name="林知远")
    assert [item.text for item in found(official, [tagged(RAW, "林知远", "OFFICIAL")])] == ["林知遠(yuǎn)"]


def test_a_requirement_and_what_has_no_value_yet_is_not_looked_for():
    assert found(tagged(RAW, "完成", "REQUIREMENT", cue="要")) == []
    assert found(tagged(RAW, "7月9日前", "DATE")) == []


def test_the_repeated_copy_and_boilerplate_get_none():
    body = "7月9日,臨江縣召開會議,林知遠出席會議並要求各鄉鎮抓好落實。\n"
    body += "再次強調,7月9日很重要。\n"
    raw = f"臨江縣召開會議\n來源:臨江縣 時間:2021-07-10\n{body}掃一掃\n{body}"
    notice = page(raw)
    made = found(tagged(raw, "7月9日", "DATE", iso="2021-07-09"), raw=raw)
    assert len(made) == 1
    assert [region.kind for region in notice.regions if region.start <= made[0].start < region.end] == ["body"]


def test_a_label_without_a_reader_is_found_by_its_words():
    label = Label("PLACE", "P", "red")
    item = replace(tagged(RAW, "林知远", "DATE"), label="PLACE", attributes={})
    assert [each.text for each in found(item, label=label)] == ["林知遠(yuǎn)", "林知遠(yuǎn)"]


def test_of_two_tags_of_the_same_words_the_newest_has_the_offers():
    raw = "林知远出席。林知远要求。林知远强调。林知远指出。\n"
    first, second = tagged(raw, "林知远", "OFFICIAL", name="林知远"), tagged(raw, "林知远", "OFFICIAL", name="林知远")
    second = replace(second, id="1" * 32, start=6, end=9, updated_at="2999-01-01T00:00:00.000Z")
    elsewhere = Elsewhere(page(raw), default_labels())
    [(tag, made)] = elsewhere.offers([first, second], [first, second])
    assert (tag, [each.start for each in made]) == (second, [12, 18])
    [(tag, made)] = elsewhere.offers([first], [first])
    assert (tag, [each.start for each in made]) == (first, [6, 12, 18])
    assert elsewhere.offers([], [first]) == []


def test_a_place_is_offered_once_where_one_name_is_in_another():
    raw = "林知远出席。林知远要求。\n"
    long, short = tagged(raw, "林知远", "OFFICIAL", name="林知远"), tagged(raw, "林知", "OFFICIAL", name="林知")
    short = replace(short, id="1" * 32, updated_at="2999-01-01T00:00:00.000Z")
    made = Elsewhere(page(raw), default_labels()).offers([long, short], [long, short])
    assert [(tag.text, [each.text for each in found]) for tag, found in made] == [("林知", ["林知"])]
