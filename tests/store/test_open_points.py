"""What the queue tells of a notice is what the open notice tells, after any history of what was said about it."""

from __future__ import annotations

import pytest
from hard_cases import hostile, store
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of, notice_of, unchain, wrong
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.decisions import waiting
from annotations.normalize import normalize
from annotations.open_points import OPEN_POINT_WORDS, open_points
from annotations.regions import RegionKind
from store.doctor import repair
from store.edits.regions import override_region
from store.edits.review import set_review
from store.index.filters import QueueFilter
from store.log.events import annotation_change
from store.open import open_database
from store.read.notices import load_notice, notice_annotations, notice_reviews
from store.read.queue import numbers_in_queue, queue_page
from store.write.notices import add_notice
from store.write.record import record

PEOPLE = ("lin", "lin.wei")
BODY = "7月9日,臨江縣召開會議,林知遠出席會議並要求各鄉鎮抓好落實。\n再次強調,7月9日很重要。\n"
PAGE = f"臨江縣召開會議\n來源:臨江縣 時間:2021-07-10\n{BODY}掃一掃\n{BODY}"
LABELS = ("DATE", "OFFICIAL")

spans = st.tuples(st.integers(20, 30), st.integers(1, 12)).map(lambda span: (span[0], sum(span)))
suggestions = st.tuples(st.just("suggest"), st.integers(0, 5), spans, st.sampled_from(LABELS))
steps = st.one_of(
    suggestions,
    st.tuples(st.just("withdraw"), st.integers(0, 5)),
    st.tuples(
        st.just("decide"), st.sampled_from(PEOPLE), st.integers(0, 5), st.sampled_from(["accepted", "rejected"])
    ),
    st.tuples(
        st.just("tag"), st.sampled_from(PEOPLE), st.integers(0, 5), spans, st.sampled_from(LABELS),
        st.booleans(), st.booleans(), st.booleans(),
    ),
    st.tuples(st.just("delete"), st.sampled_from(PEOPLE), st.integers(0, 5)),
    st.tuples(
        st.just("review"), st.sampled_from(PEOPLE), st.sampled_from(["open", "done", "flagged", "skipped"]),
        st.sampled_from([None, "看不清"]),
    ),
    st.tuples(st.just("region"), st.sampled_from(["body", "boilerplate"])),
)  # fmt: skip


class Notice:
    """One notice in a database, and the steps of a history on it."""

    def __init__(self, database):
        self.database = database
        made = normalize(PAGE)
        notice = replace(
            notice_of(PAGE),
            normalized=made.normalized,
            regions=made.regions,
            alignment=made.alignment,
        )
        with database.write() as connection:
            self.number = add_notice(connection, "importer", notice)

    @property
    def items(self):
        return {item.id: item for item in notice_annotations(self.database.connection, self.number)}

    def put(self, actor, before, after):
        with self.database.write() as connection:
            record(connection, actor, "tag", annotation_change(self.number, before, after))

    def suggest(self, name, span, label):
        item = annotation_of(PAGE, *span, label)
        before = self.items.get(f"s{name}")
        self.put("hand", before, replace(item, id=f"s{name}", annotator=None, status="suggested", suggested_by="r/a@1"))

    def withdraw(self, name):
        if f"s{name}" in self.items:
            self.put("hand", self.items[f"s{name}"], None)

    def decide(self, who, name, status):
        there = self.items
        if f"s{name}" in there:
            decision = replace(there[f"s{name}"], id=f"s{name}.{who}", annotator=who, status=status)
            self.put(who, there.get(decision.id), decision)

    def tag(self, who, name, span, label, unsure, gap, comment):
        item = annotation_of(PAGE, *span, label, who)
        values = item.attributes if gap else {**item.attributes, next(iter(item.attributes)): "XXXX-01-01"}
        # Some of them decide a suggestion, and stand elsewhere than it does.
        own = f"s{name}.{who}" if name < 2 else f"t{name}{who}x".replace(".", "")
        status = "accepted" if name < 2 else "manual"
        item = replace(item, id=own, status=status, attributes=values, unsure=unsure, comment="看" if comment else None)
        self.put(who, self.items.get(own), item)

    def delete(self, who, name):
        for own in (f"s{name}.{who}", f"t{name}{who}x".replace(".", "")):
            if own in self.items:
                self.put(who, self.items[own], None)

    def review(self, who, status, comment):
        set_review(self.database, who, self.number, Review(who, status, comment, now()))

    def region(self, kind: RegionKind):
        override_region(self.database, "lin", self.number, 25, kind)

    def check(self):
        connection = self.database.connection
        notice = load_notice(connection, self.number).notice
        items = list(self.items.values())
        for who in PEOPLE:
            own = [item for item in items if item.annotator == who]
            undecided = waiting([item for item in items if item.annotator is None], own)
            review = next((each for each in notice_reviews(connection, self.number) if each.annotator == who), None)
            told = open_points(own, undecided, review, notice.normalized, notice.alignment)
            (row,) = queue_page(connection, who).rows
            assert row.suggestions == len(undecided)
            kinds = {
                kind for kind in OPEN_POINT_WORDS if numbers_in_queue(connection, who, QueueFilter(open_point=kind))
            }
            assert kinds == told.kinds, str(told)
            labels = {item.label for item in own if item.status != "rejected"} | {item.label for item in undecided}
            assert labels == {label for label in LABELS if numbers_in_queue(connection, who, QueueFilter(label=label))}


@settings(max_examples=150)
@given(st.lists(steps, min_size=1, max_size=14))
def test_the_queue_tells_what_the_notice_tells(empty_database, tmp_path_factory, history):
    path = tmp_path_factory.mktemp("points") / "a.db"
    path.write_bytes(empty_database.read_bytes())
    with open_database(path) as database:
        notice = Notice(database)
        for action, *what in history:
            getattr(notice, action)(*what)
            notice.check()
        assert wrong(database) == []


def test_another_normalized_text_crosses_other_lines(database):
    notice = Notice(database)
    end = PAGE.index("。\n再次") + 1
    notice.tag("lin", 5, (end - 4, end + 3), "DATE", unsure=False, gap=False, comment=False)
    which = QueueFilter(open_point="warning")
    assert numbers_in_queue(database.connection, "lin", which) == [notice.number]
    notice.check()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tallies SET n = n + 1 WHERE facet = 'open-point'",
        "DELETE FROM sets WHERE facet = 'open-point' AND value = 'warning'",
        "DELETE FROM sets WHERE facet = 'open-point' AND value = 'flagged'",
        "DELETE FROM sets WHERE facet = 'suggested' AND value = 'DATE'",
    ],
)
def test_check_finds_what_is_counted_wrongly_and_repair_counts_anew(database, statement):
    notice = Notice(database)
    notice.tag("lin", 5, (20, 25), "DATE", unsure=True, gap=True, comment=True)
    notice.tag("lin", 4, (22, 27), "DATE", unsure=False, gap=False, comment=False)
    notice.suggest(0, (20, 22), "DATE")
    notice.review("lin", "flagged", "看不清")
    assert wrong(database) == []
    with database.write() as connection:
        connection.execute(statement)
    assert any(line.startswith("queue: ") for line in wrong(database))
    repair(database, "lin")
    assert wrong(database) == []
    notice.check()


def test_texts_with_a_nul_are_counted_alike_in_python_and_in_sql(database):
    store(database, [hostile()])
    assert wrong(database) == []


def test_a_database_of_before_is_counted_when_it_is_opened(database):
    notice = Notice(database)
    notice.tag("lin", 5, (20, 25), "DATE", unsure=True, gap=True, comment=True)
    with database.write() as connection:
        connection.execute("DELETE FROM tallies")
        connection.execute("DELETE FROM sets WHERE facet IN ('open-point', 'gap')")
        for table in ("sketches", "bands", "band_filters", "near_copies", "copy_groups"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name IN ('open_points', 'compared_texts')")
        unchain(connection)
        connection.execute("PRAGMA user_version = 7")
    database.close()
    with open_database(database.path) as again:
        assert wrong(again) == []
        assert numbers_in_queue(again.connection, "lin", QueueFilter(open_point="gap")) == [notice.number]
