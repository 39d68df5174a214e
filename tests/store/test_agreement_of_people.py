"""Agreement of people as the database has it: which layers and notices count, which are in doubt, what is left out."""

from __future__ import annotations

from itertools import combinations
from random import Random

import agreeing
import pytest
from making import annotation_of, normalized_notice, notice_of, stored_notice, wrong
from msgspec.structs import replace

from annotations.agreement.figures import Estimate, Undefined
from annotations.annotation import Review, now
from annotations.origins import decided, in_one_step
from annotations.suggest.propagation import SIGNATURE
from store.edits.annotate import add_annotation, add_annotations, change_annotation, delete_annotation
from store.edits.people import add_reviewer
from store.edits.review import set_review
from store.edits.seen_layers import see_layers
from store.edits.undo import redo, undo
from store.errors import DamageError, NotFoundError, RoleError
from store.log.events import Change, annotation_change
from store.log.seen_layers import SeenLayers, load_seen_layers, sights
from store.project.reviewers import current_reviewer
from store.read import agreement as reading
from store.read.agreement import AgreementFilter, project_agreement
from store.read.notices import notice_annotations
from store.write.notices import add_notice
from store.write.record import record

PEOPLE = ("chen", "li", "wang")
LABELS = ("REQUIREMENT", "OFFICIAL", "DATE")
TEXT = "会议要求各乡镇四月底前整改完毕副县长林知远出席并讲话"


def finish(database, number, *names, status="done"):
    for name in names:
        set_review(database, name, number, Review(name, status, None, now()))


def tag(database, number, name, *spans, raw=TEXT):
    for label, start, end in spans:
        add_annotation(database, name, number, annotation_of(raw, start, end, label, name))


def suggest(database, number, *starts):
    """Suggestions of one rule, stored."""
    found = []
    with database.write() as connection:
        for start in starts:
            item = replace(
                annotation_of(TEXT, start, start + 2), annotator=None, status="suggested", suggested_by="dates/day@1"
            )
            record(connection, "importer", "import", annotation_change(number, None, item))
            found.append(item)
    return found


def found(database, which=None):
    return project_agreement(database.connection, which or AgreementFilter())


def value(figure):
    return figure.value if isinstance(figure, Estimate) else None


@pytest.fixture
def number(database):
    return stored_notice(database, TEXT)


@pytest.fixture
def both(database, number):
    """A notice that two have finished, who differ in one of three spans."""
    tag(database, number, "chen", ("DATE", 0, 2), ("OFFICIAL", 4, 8))
    tag(database, number, "li", ("DATE", 0, 2))
    finish(database, number, "chen", "li")
    return number


# What is compared


def test_every_figure_of_a_project_is_that_of_the_formulae(database, monkeypatch):
    # Several times round each loop that reads a few at a time.
    monkeypatch.setattr(reading, "_AT_ONCE", 3)
    monkeypatch.setattr(reading, "_PAIRS_AT_ONCE", 2)
    random, kept = Random(7), {}
    for index in range(10):
        raw = f"{index}{TEXT}"
        number = stored_notice(database, raw)
        for name in random.sample(PEOPLE, 2) if index % 3 else PEOPLE:
            spans = {
                (random.choice(LABELS), *sorted(random.sample(range(len(raw)), 2))) for _ in range(random.randrange(5))
            }
            tag(database, number, name, *spans, raw=raw)
            finish(database, number, name)
            kept.setdefault(name, {})[number] = (len(raw), spans)
    project = found(database)
    assert [pair.annotators for pair in project.pairs] == list(combinations(PEOPLE, 2))
    for pair in project.pairs:
        one, other = (kept[name] for name in pair.annotators)
        notices = [(one[at][0], one[at][1], other[at][1]) for at in sorted(one.keys() & other.keys())]
        assert pair.notices == len(notices)
        for row in pair.agreement.labels:
            labels = LABELS if row.label is None else (row.label,)
            assert row.spans == sum(unit[0] in labels for _, *layers in notices for layer in layers for unit in layer)
            for figure, literal in (
                (row.f1_exact, agreeing.f1), (row.kappa, agreeing.kappa), (row.alpha, agreeing.alpha),
            ):  # fmt: skip
                wanted = literal(notices, labels)
                assert value(figure) == (None if wanted is None else pytest.approx(float(wanted)))
    assert project.notices == 10
    total = [pair.agreement.labels[0].spans for pair in project.pairs]
    shares = [pair.agreement.labels[0].f1_exact.value for pair in project.pairs]
    together = sum(spans * share for spans, share in zip(total, shares, strict=True)) / sum(total)
    assert project.together.labels[0].f1_exact.value == pytest.approx(together)


def test_only_what_people_have_finished_counts(database, number):
    for name, status in (("chen", "done"), ("li", "flagged"), ("wang", "open"), ("gold", "done")):
        tag(database, number, name, ("DATE", 0, 2))
        finish(database, number, name, status=status)
    assert found(database).together is None
    assert found(database).pairs == []
    finish(database, number, "li")
    assert [pair.annotators for pair in found(database).pairs] == [("chen", "li")]


def test_suggestions_and_rejections_are_no_units(database, both):
    (suggestion,) = suggest(database, both, 10)
    add_annotation(database, "chen", both, decided(suggestion, "chen", "rejected"))
    row = found(database).together.labels[0]
    assert (row.spans, row.f1_exact.value) == (3, pytest.approx(2 / 3))
    add_annotation(database, "li", both, decided(suggestion, "li", "accepted"))
    assert found(database).together.labels[0].spans == 4


def test_second_copies_and_furniture_are_left_out_and_artefacts_make_no_difference(database):
    page = "打开APP\n關(guān)于整改的通知\n会议要求,要關(guān)注河道,責(zé)任單(dān)位要整改。\n"
    notice = normalized_notice(page)
    with database.write() as connection:
        number = add_notice(connection, "importer", notice)
    assert notice.normalized.startswith("关于")
    body = page.index("關(guān)注")
    tag(database, number, "chen", ("DATE", 0, 4), ("OFFICIAL", body, body + 7), raw=page)
    tag(database, number, "li", ("OFFICIAL", body, body + 7), raw=page)
    # The artefact of the last character outside, and so no other text.
    tag(database, number, "wang", ("OFFICIAL", body + 1, body + 7), raw=page)
    finish(database, number, *PEOPLE)
    for pair in found(database).pairs:
        assert (pair.agreement.labels[0].spans, pair.agreement.labels[0].f1_exact.value) == (2, 1)
        assert pair.agreement.labels[0].kappa.value == 1


def test_one_notice_has_no_interval_and_two_have_one(database, both):
    assert found(database).together.labels[0].f1_exact == Estimate(pytest.approx(2 / 3), None, None)
    assert found(database).together.labels[1].f1_exact == Undefined("nobody tagged any")
    other = stored_notice(database, TEXT * 2)
    tag(database, other, "chen", ("DATE", 0, 2))
    finish(database, other, "chen", "li")
    figure = found(database).together.labels[0].f1_exact
    assert figure.low < figure.value < figure.high


def test_people_and_labels_can_be_asked_for(database, both):
    finish(database, both, "wang")
    assert len(found(database).pairs) == 3
    some = found(database, AgreementFilter(among=("wang", "chen"), label="DATE"))
    assert [pair.annotators for pair in some.pairs] == [("chen", "wang")]
    assert [row.label for row in some.together.labels] == ["DATE"]
    with pytest.raises(NotFoundError, match="zhao has finished no notice; those who have: chen, li, wang"):
        found(database, AgreementFilter(among=("chen", "zhao")))


def test_what_is_damaged_is_named(database, both):
    database.connection.execute("UPDATE annotations SET attributes = '{' WHERE annotator = 'li'")
    with pytest.raises(DamageError, match="an annotation of li on notice 1 is damaged"):
        found(database)
    database.connection.execute("UPDATE annotations SET attributes = '{}' WHERE annotator = 'li'")
    database.connection.execute("UPDATE texts SET runs = '['")
    with pytest.raises(DamageError, match=f"notice {notice_of(TEXT).id} is damaged"):
        found(database)


# Who saw what


def doubts(database):
    (pair,) = found(database).pairs
    assert (found(database).saw, found(database).bulk) == (pair.saw, pair.bulk)
    return pair.saw, pair.bulk


def test_whoever_saw_the_layer_of_the_other_and_went_on_is_not_independent(database, both):
    see_layers(database, "chen", both, ["li"])
    # What chen had finished by then stands by itself.
    assert doubts(database) == (0, 0)
    tag(database, both, "chen", ("DATE", 6, 8))
    assert doubts(database) == (1, 0)
    left = found(database, AgreementFilter(leave_out=("saw",)))
    assert (left.together, left.notices, left.saw, left.left_out) == (None, 0, 1, ("saw",))
    assert (left.pairs[0].notices, left.pairs[0].agreement) == (0, None)
    assert found(database, AgreementFilter(leave_out=("bulk",))).notices == 1


def test_whoever_saw_gold_saw_what_the_others_say(database, both):
    see_layers(database, "chen", both, ["gold"])
    assert doubts(database) == (0, 0)
    tag(database, both, "chen", ("DATE", 6, 8))
    assert doubts(database) == (1, 0)


def test_whoever_has_finished_and_then_adjudicates_stays_independent(database, both):
    add_reviewer(database, current_reviewer(), "chen", "adjudicator")
    see_layers(database, "chen", both, ["li"])
    gold = replace(annotation_of(TEXT, 0, 2, annotator="gold"), status="gold")
    with database.write() as connection:
        record(connection, "chen", "adjudicate", annotation_change(both, None, gold))
        record(connection, "chen", "adjudicate", annotation_change(both, gold, None))
        review = Review("gold", "done", None, now())
        record(connection, "chen", "adjudicate", Change(both, "review", "gold", None, review))
    assert doubts(database) == (0, 0)
    item = next(each for each in notice_annotations(database.connection, both) if each.annotator == "chen")
    delete_annotation(database, "chen", both, item)
    assert doubts(database) == (1, 0)


def test_to_see_and_then_to_mark_it_done_counts(database, number):
    see_layers(database, "li", number, ["chen", "wang"])
    finish(database, number, *PEOPLE)
    assert [(pair.annotators, pair.saw) for pair in found(database).pairs] == [
        (("chen", "li"), 1), (("chen", "wang"), 0), (("li", "wang"), 1),
    ]  # fmt: skip
    assert found(database).saw == 1
    assert [pair.notices for pair in found(database, AgreementFilter(leave_out=("saw",))).pairs] == [0, 1, 0]


def test_what_was_seen_is_in_the_log_once(database, number):
    assert load_seen_layers(database.connection, number, "chen") is None
    see_layers(database, "chen", number, ["wang"])
    see_layers(database, "chen", number, ["wang", "chen"])
    see_layers(database, "chen", number, ["li"])
    see_layers(database, "chen", number, [])
    other = stored_notice(database, TEXT * 2)
    see_layers(database, "chen", other, ["chen"])
    assert load_seen_layers(database.connection, other, "chen") is None
    assert load_seen_layers(database.connection, number, "chen") == SeenLayers(("li", "wang"))
    assert [each.layers.annotators for each in sights(database.connection)] == [("wang",), ("li", "wang")]
    assert wrong(database) == []


def test_only_whose_role_allows_it_sees_layers(database, number):
    add_reviewer(database, "root", "chen", "reviewer")
    with pytest.raises(RoleError):
        see_layers(database, "chen", number, ["li"])


def test_undo_passes_over_what_was_seen(database, both):
    tag(database, both, "chen", ("DATE", 10, 12))
    see_layers(database, "chen", both, ["li"])
    assert undo(database, "chen").changes[0].entity == "annotation"
    assert redo(database, "chen").changes[0].entity == "annotation"
    assert load_seen_layers(database.connection, both, "chen") == SeenLayers(("li",))


def test_a_damaged_sight_is_named(database, both):
    see_layers(database, "chen", both, ["li"])
    database.connection.execute("DROP TRIGGER events_are_final")
    database.connection.execute("UPDATE events SET after = '{' WHERE entity = 'seen'")
    with pytest.raises(DamageError, match=r"event \d+ of the log is damaged"):
        found(database)


# What was accepted in bulk


def accept(database, number, name, suggestions):
    made = in_one_step([decided(each, name, "accepted") for each in suggestions])
    add_annotations(database, name, number, made)
    return made


def test_several_suggestions_accepted_in_one_step_are_bulk(database, both):
    made = accept(database, both, "li", suggest(database, both, 10, 14))
    assert doubts(database) == (0, 1)
    assert found(database, AgreementFilter(leave_out=("saw", "bulk"))).together is None
    # It stays so when one of them is changed, and redo does it again.
    change_annotation(database, "li", both, made[0], replace(made[0], unsure=True))
    assert doubts(database) == (0, 1)
    undo(database, "li")
    undo(database, "li")
    assert doubts(database) == (0, 0)
    redo(database, "li")
    assert doubts(database) == (0, 1)


def test_one_by_one_is_not_bulk_and_no_more_is_a_step_of_one(database, both):
    first, second, third = suggest(database, both, 10, 14, 18)
    accept(database, both, "li", [first])
    add_annotation(database, "li", both, decided(second, "li", "accepted"))
    add_annotation(database, "li", both, decided(third, "li", "accepted"))
    assert doubts(database) == (0, 0)


def test_what_was_taken_back_and_then_accepted_one_by_one_is_not_bulk(database, both):
    suggestions = suggest(database, both, 10, 14)
    accept(database, both, "li", suggestions)
    undo(database, "li")
    for each in suggestions:
        add_annotation(database, "li", both, decided(each, "li", "accepted"))
    assert doubts(database) == (0, 0)


def test_rejecting_all_is_bulk_and_so_are_the_offers_of_a_tag(database, both):
    add_annotations(database, "li", both, [decided(each, "li", "rejected") for each in suggest(database, both, 10, 14)])
    assert doubts(database) == (0, 1)
    undo(database, "li")
    offers = [
        replace(annotation_of(TEXT, start, start + 2), annotator=None, status="suggested", suggested_by=SIGNATURE)
        for start in (18, 20)
    ]
    accept(database, both, "li", offers)
    assert doubts(database) == (0, 1)
