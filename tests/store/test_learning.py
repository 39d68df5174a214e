"""Learning: what is learned and shown, and that whatever goes wrong leaves the old suggestions as they are."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from finished import finished_database, learned
from making import annotation_of, stored_notice, wrong
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.annotation import Review, now
from annotations.errors import LearningError
from annotations.learning import model, trial
from annotations.learning.model import prepared
from annotations.learning.trial import Example, folds, learn_label
from annotations.origins import decided, suggested
from annotations.spans import raw_span
from store.edits.annotate import add_annotation
from store.edits.labels import change_labels
from store.edits.review import set_review
from store.errors import StoreError
from store.intake import learn as learning
from store.intake.learn import learn
from store.intake.learning import Steps
from store.intake.suggest import add_suggestions, suggest_stored
from store.intake.suggesters import suggesters_of
from store.open import open_database
from store.output.backup import back_up
from store.project.learned import load_models
from store.project.reviewers import current_reviewer
from store.read.notices import load_notice, notice_annotations

pytest.importorskip("pycrfsuite")
ME = current_reviewer()
LEARNER = Path(__file__).resolve().parents[1] / "support" / "killed_learner.py"


@pytest.fixture(autouse=True)
def in_few_rounds(monkeypatch):
    monkeypatch.setattr(model, "_THOROUGH", {**model._THOROUGH, "max_iterations": 15})


@pytest.fixture
def finished(database):
    finished_database(database, ME)
    return database


def without_its_own(found):
    return {(item.label, item.text) for item in found}


def test_a_model_suggests_what_people_have_tagged_and_a_label_with_too_little_stays_off(finished):
    report = learn(finished, ME)
    tool, rare = (each.trial for each in report.lessons)
    assert (tool.spans, tool.notices, tool.reason) == (64, 16, "")
    assert tool.f1 > 0.9
    assert tool.curve[-1][1] == tool.f1
    assert (rare.reason, rare.f1) == ("1 span, needs 50", None)
    found = learned(finished)
    digest = report.lessons[0].digest
    assert {item.suggested_by for item in found} == {f"learned/TOOL@{digest[:8]}"}
    assert len(found) >= 75
    assert all(item.text.endswith("仪") and 0 < item.score <= 1 for item in found)
    assert report.suggestions.added == len(found)
    assert finished.connection.execute("SELECT count(*) FROM found_by_models").fetchone()[0] == 0
    assert wrong(finished) == []
    # Nobody has finished anything since: nothing is trained, nothing changes.
    again = learn(finished, ME)
    assert again.lessons == report.lessons
    assert (again.suggestions.added, again.suggestions.withdrawn) == (0, 0)


def test_new_models_take_the_place_of_the_old_and_what_was_rejected_stays_rejected(finished):
    learn(finished, ME)
    old = learned(finished)
    number = 18
    last = next(item for item in old if item.text in learning.load_notice(finished.connection, number).notice.raw)
    where = finished.connection.execute("SELECT notice FROM annotations WHERE id = ?", [last.id]).fetchone()[0]
    add_annotation(finished, ME, where, decided(last, ME, "rejected"))
    finished_database(finished, ME, finished=2, others=1, seed=2)
    report = learn(finished, ME)
    new = learned(finished)
    assert len({item.suggested_by for item in new if item.id != last.id}) == 1
    assert {item.suggested_by for item in new} >= {f"learned/TOOL@{report.lessons[0].digest[:8]}"}
    assert last.id in {item.id for item in new}  # a decision keeps its suggestion
    assert wrong(finished) == []


@pytest.mark.parametrize("step", ["learning TOOL", "looking at all notices", "showing what was found"])
def test_a_kill_leaves_the_old_suggestions_and_is_no_bar_to_the_next_run(finished, step):
    learn(finished, ME)
    before = learned(finished)
    finished_database(finished, ME, finished=1, others=0, seed=3)
    killed = subprocess.run([sys.executable, LEARNER, finished.path, ME, step])
    assert killed.returncode == -signal.SIGKILL
    assert learned(finished) == before
    assert finished.connection.execute("SELECT count(*) FROM learning").fetchone()[0] == 1
    learn(finished, ME)
    assert {item.suggested_by for item in learned(finished)}.isdisjoint({item.suggested_by for item in before})
    assert wrong(finished) == []


def test_only_one_learns_at_a_time(finished):
    with finished.write() as connection:
        connection.execute("INSERT INTO learning VALUES (1, 'wang', 'elsewhere 17', '9999')")
    with pytest.raises(LearningError, match=r"^wang is learning already \(elsewhere 17\); wait until that has ended$"):
        learn(finished, ME)
    assert learned(finished) == []


def test_a_label_that_is_renamed_in_between_ends_it_and_the_old_suggestions_stand(finished):
    learn(finished, ME)
    before = without_its_own(learned(finished))
    finished_database(finished, ME, finished=1, others=0, seed=3)

    def renaming(told):
        if told == "looking at all notices":
            change_labels(finished, ME, None, [("TOOL", "DEVICE")], [], "x", lambda _: None)

    with pytest.raises(StoreError, match="labels were changed meanwhile; the old suggestions stand"):
        learn(finished, ME, steps=Steps(renaming))
    assert without_its_own(learned(finished)) == {("DEVICE", text) for _, text in before}
    # The label is the same one, and so is its name in what is learned.
    learn(finished, ME)
    assert {item.label for item in learned(finished)} == {"DEVICE"}
    assert {item.suggested_by.partition("@")[0] for item in learned(finished)} == {"learned/TOOL"}


def test_a_model_that_was_tampered_with_is_named_and_never_loaded(finished, monkeypatch, tmp_path):
    learn(finished, ME)
    back_up(finished, tmp_path / "copy.db")
    with open_database(tmp_path / "copy.db") as copy:
        assert load_models(copy.connection) == load_models(finished.connection)
    before = learned(finished)
    with finished.write() as connection:
        connection.execute("UPDATE models SET data = ?", [learning.packed(b"lCRF" + b"\xff" * 64)[1]])
    monkeypatch.setattr(model.Model, "__init__", lambda *_: pytest.fail("it was loaded"))
    (line,) = [each for each in wrong(finished) if "model" in each]
    assert line == "learned: the model of TOOL is not what was learned: it was changed; run `zhupi learn` again"
    told = []
    names = [each.name for each in suggesters_of(finished, (), told.append)]
    assert ("learned" in names, told) == (False, [line.removeprefix("learned: ")])
    with pytest.raises(LearningError, match="not what was learned"):
        suggesters_of(finished, ("learned",), told.append)
    with finished.write() as connection:
        connection.execute("DELETE FROM models")
    assert "learned: the model of TOOL is missing; run `zhupi learn` again" in wrong(finished)
    assert learned(finished) == before


def test_no_room_to_train_is_one_line_and_the_old_suggestions_stand(finished, monkeypatch, tmp_path):
    learn(finished, ME)
    before = learned(finished)
    finished_database(finished, ME, finished=1, others=0, seed=3)
    whole = model.Path.read_bytes
    with monkeypatch.context() as patch:
        patch.setattr(model.Path, "read_bytes", lambda path: whole(path)[:-1])
        with pytest.raises(LearningError, match=r"^no room to train: [^\n]+; make room and run it again$"):
            learn(finished, ME)
    # Where a system has no files in memory, a temporary one is asked for only where there is room: the trainer crashes
    # where there is none.
    monkeypatch.setattr(model.sys, "platform", "darwin")
    with monkeypatch.context() as patch:
        patch.setattr(model.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 2, 7_900_000))
        told = r"^no room to train in [^\n]+: 7 MB are free, it needs 200; make room there$"
        with pytest.raises(LearningError, match=told):
            learn(finished, ME)
    assert learned(finished) == before
    learn(finished, ME)
    assert learned(finished) != before


def test_nothing_finished_is_told_and_gold_counts_before_the_layer_that_was_finished_last(database):
    with pytest.raises(LearningError, match="nothing is finished yet"):
        learn(database, ME)
    gold, one, other = (annotation_of("会议", 0, 2, annotator=name) for name in ("gold", "lin", "wang"))
    reviews = [Review("lin", "done", None, "2026-01-02"), Review("wang", "done", None, "2026-01-01")]
    items = [gold, one, other, replace(one, id="x", status="rejected")]
    assert learning.finished_layer(1, items, reviews, BitMap([1])) == [gold]
    assert learning.finished_layer(1, items, reviews, BitMap([2])) == [one]
    assert learning.finished_layer(1, items, [Review("lin", "flagged", None, "2026")], BitMap()) is None


def test_near_copies_are_learned_from_and_held_out_together(database):
    text = "队员使用测温仪检查河道，小组携带流速仪前往山区，" * 9
    for at in range(3):
        raw = f"{text}第{at}次。\n" if at else "别处没有这样的文字，也没有一样的句子。\n"
        set_review(database, ME, stored_notice(database, raw, str(at)), Review(ME, "done", None, now()))
    examples = learning.finished_examples(database, learning.labels_of(database))
    assert len({example.group for example in examples}) == 2
    parts = folds(examples)
    assert sorted(len(part) for part in parts) == [0, 0, 0, 1, 1]
    assert set.union(*parts) == {example.group for example in examples}


def suggest_at(database, where, spans):
    """Suggestions of another suggester for the label of the models."""
    label = learning.labels_of(database)["TOOL"]
    stored = load_notice(database.connection, where)
    items = [suggested(stored.notice, raw_span(*span), label, {}, "mine/tools@1", 0.5, now()) for span in spans]
    add_suggestions(database, ME, [(where, items)])
    return items


def test_a_model_is_silent_where_another_suggester_says_nearly_the_same(finished):
    learn(finished, ME)
    spans = {}
    for row in finished.connection.execute(
        'SELECT notice, "start", "end" FROM annotations WHERE suggested_by LIKE \'learned/%\' AND annotator IS NULL'
    ).fetchall():
        spans.setdefault(row[0], []).append((row[1], row[2]))
    near, far = [where for where, each in spans.items() if where > 16 and len(each) == 4][:2]
    # In one notice it finds all but a character of each, in the other something around all of them.
    suggest_at(finished, near, [(start + 1, end) for start, end in spans[near]])
    suggest_at(finished, far, [(0, spans[far][-1][1])])
    finished_database(finished, ME, finished=1, others=0, seed=3)
    report = learn(finished, ME)
    assert report.lessons[0].trial.others_f1 is None  # there was none in what is finished
    by_notice = {
        where: [item.suggested_by for item in notice_annotations(finished.connection, where) if item.annotator is None]
        for where in (near, far)
    }
    assert by_notice[near] == ["mine/tools@1"] * 4
    assert sum(by.startswith("learned/") for by in by_notice[far]) == 4
    # So it is for notices that come later, whichever of the two was there first.
    assert (
        suggest_stored(finished, ME, suggesters_of(finished, ("learned",), pytest.fail), [near], pytest.fail).added == 0
    )
    assert wrong(finished) == []


def test_a_label_stays_off_where_other_suggesters_alone_are_better(monkeypatch):
    monkeypatch.setattr(trial, "NEEDED_F1", 0.0)
    chance = random.Random(5)

    def example(at, others):
        text = "".join("测仪" + "".join(chance.choices("河道检查会议讲话水务", k=8)) for _ in range(10))
        # Nothing tells which of them are right, so that a model finds too many.
        gold = [(place, place + 2) for place in range(0, 100, 10) if chance.random() < 0.7]
        features = prepared([[f"c{each}", f"p{text[max(0, place - 1)]}"] for place, each in enumerate(text)])
        return Example(f"{at:064}", at, ((0, len(text), features),), {"TOOL": gold}, {"TOOL": others(gold)})

    told, data = learn_label([example(at, lambda gold: gold) for at in range(20)], "TOOL")
    assert (told.others_f1, data) == (1.0, None)
    assert told.reason == f"with what else is suggested F1 {told.together_f1:.2f}, that alone 1.00"
    # Where the others find little, the same model is worth having.
    told, data = learn_label([example(at, lambda gold: gold[:1]) for at in range(20)], "TOOL")
    assert (told.reason, data is None) == ("", False)
    assert told.together_f1 >= told.others_f1
