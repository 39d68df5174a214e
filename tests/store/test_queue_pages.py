"""The filtered queue against a filter written in plain Python, and paging that covers it exactly."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import combinations
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import annotation_of, notice_of
from msgspec.structs import replace

from annotations.annotation import Review, now
from annotations.notice import NoticeFields
from annotations.open_points import OPEN_POINT_WORDS
from store.db.cancel import Cancel
from store.doctor import findings, repair
from store.edits.assign import assign
from store.edits.fields import correct_fields
from store.edits.review import set_review
from store.edits.work_orders import renew_order
from store.errors import CancelledError
from store.index import dates, work_orders
from store.index.filters import PageKey, QueueFilter
from store.index.work_orders import OrderWalk, order_in
from store.log.events import Change, annotation_change
from store.open import open_database
from store.read.queue import count_queue, flags_in_use, next_free, next_in_queue, next_open, place_of, queue_page
from store.write.notices import add_notice
from store.write.record import record

ME, OTHER = "lin", "chen"
TEXTS = ["生态会议", "会议要求", "河长制", "生态河长会议"]
DATES = [
    None, "2021-01-05", "2021-01-05T11:56", "2021-01-06", "2022-03-01", "XXXX-01-05", "2021", "2021-01", "2021-0",
    "2021-12-31", "10000-01-01", "202",
]  # fmt: skip
"""Days, a date-time, an unknown year, months and years without a day, and what is no date but sorts like one."""
COPIED = "各乡镇要在四月底前完成排查，县水务局负责整改，副县长林知远出席并讲话，有关部门抓好落实。"
"""What all near-copies have in common."""
OPEN_POINTS = sorted(OPEN_POINT_WORDS)
STATUSES = ["open", "done", "flagged", "skipped"]

choices = {
    "search": st.sampled_from(["生态", "會議", "河长 会议", "无"]),
    "status": st.sampled_from(STATUSES),
    "label": st.sampled_from(["DATE", "OFFICIAL"]),
    "assignee": st.sampled_from(["", ME, OTHER, "wu"]),
    "open_point": st.sampled_from(OPEN_POINTS),
    "flag": st.sampled_from(["no-title", "traditional", "none-has-it"]),
    "near_copies": st.sampled_from(["all", "later", "once"]),
    "adjudication": st.sampled_from(["ready", "done"]),
    "published_from": st.sampled_from(["2021-01-01", "2021-01-05", "2021-01-06", "2021-03-05", "2023-01-01"]),
    "published_to": st.sampled_from(["2021-01-05", "2021-06-01", "2021-12-31", "2000-01-01"]),
}
sorts = st.sampled_from(["imported", "newest", "oldest", "unsure"])

things = st.fixed_dictionaries(
    {
        "text": st.sampled_from(TEXTS),
        "published": st.sampled_from(DATES),
        "status": st.sampled_from([None, *STATUSES]),
        "labels": st.lists(st.sampled_from(["DATE", "OFFICIAL"]), max_size=2),
        "rejected": st.booleans(),
        "suggested": st.integers(0, 2),
        "decided": st.integers(0, 2),
        "points": st.sets(st.sampled_from(["unsure", "gap", "commented"])),
        "assignees": st.sets(st.sampled_from([ME, OTHER])),
        "flags": st.lists(st.sampled_from(["no-title", "traditional", "title-unsure"]), max_size=3),
        "corrected": st.booleans(),
        "copied": st.booleans(),
        "finished": st.integers(0, 2),
        "gold": st.booleans(),
    }
)


def build(database, notices):
    """Store the notices that hypothesis made up, with everything said about them through the log."""
    with database.write() as connection:
        for index, each in enumerate(notices):
            notice = replace(
                notice_of(f"{each.text}{index}{COPIED * each.copied}"),
                published=each.published,
                meta={"flags": each.flags},
            )
            each.number = number = add_notice(connection, "importer", notice)
            items = [said(notice.raw, label, each.points) for label in each.labels]
            items += [replace(annotation_of(notice.raw, 0, 1), id=f"r{index}.{ME}", status="rejected")] * each.rejected
            items += [annotation_of(notice.raw, 0, 1, annotator=OTHER)]
            for ordinal in range(each.suggested):
                item = annotation_of(notice.raw, 1 + ordinal, 2 + ordinal)
                item = replace(item, id=f"s{index}-{ordinal}", annotator=None, status="suggested")
                items.append(item)
                if ordinal < each.decided:
                    items.append(replace(item, id=f"{item.id}.{ME}", annotator=ME, status="rejected"))
            for item in items:
                record(connection, item.annotator or "rule", "tag", annotation_change(number, None, item))
    for each in notices:
        if each.status is not None:
            set_review(database, ME, each.number, Review(ME, each.status, f"{each.status}?", now()))
        finish(database, each)
        for name in each.assignees:
            assign(database, ME, [each.number], name)
        if each.corrected:
            correct_fields(database, OTHER, each.number, NoticeFields(None, None, None), {"title": None})


def finish(database, each):
    """Let others finish a notice, and its gold come from a file."""
    for name in ["wu", "sun"][: each.finished]:
        set_review(database, name, each.number, Review(name, "done", None, now()))
    if each.gold:
        with database.write() as connection:
            change = Change(each.number, "review", "gold", None, Review("gold", "done", None, now()))
            record(connection, "importer", "import", change)


def said(raw, label, points):
    """An own annotation; several of one label overlap."""
    item = annotation_of(raw, 0, 2, label)
    item = (
        item
        if "gap" in points
        else replace(item, attributes={**item.attributes, next(iter(item.attributes)): "XXXX-01-01"})
    )
    return replace(item, unsure="unsure" in points, comment="看" if "commented" in points else None)


def undecided(each):
    return each.suggested > each.decided


def points(each):
    """What is open."""
    found = set(each.points) if each.labels else set()
    found |= {"undecided"} if undecided(each) else set()
    found |= {"warning"} if len(each.labels) > len(set(each.labels)) else set()
    found |= {"commented"} if each.status in ("open", "done") else set()
    return found | ({"flagged"} if each.status == "flagged" else set())


def standing(each):
    """The flags that count: those about the title do not, where somebody has set it."""
    return {flag for flag in each.flags if not (each.corrected and "title" in flag)}


def adjudication(each):
    """How far its gold is."""
    if each.gold:
        return "done"
    return "ready" if each.finished + (each.status == "done") > 1 else None


def in_copies(which, each, copies):
    """Whether the filter of near-copies shows a notice; ``copies`` are all that have ``COPIED`` in them."""
    if which.near_copies == "once":
        return each not in copies[1:]
    return which.near_copies is None or (len(copies) > 1 and each in copies[which.near_copies == "later" :])


def wanted(notices, which):
    """What the filter is to show, in order: the same in plain Python."""
    copies = [each for each in notices if each.copied]

    def shown(each):
        terms = which.search.replace("會議", "会议").split()
        dated = each.published if each.published and each.published < "A" else None
        return (
            all(term in each.text for term in terms)
            and which.status in (None, each.status or "open")
            and (which.label is None or which.label in each.labels or (which.label == "DATE" and undecided(each)))
            and (which.assignee is None or which.assignee in (each.assignees or {""}))
            and (which.open_point is None or which.open_point in points(each))
            and (which.flag is None or which.flag in standing(each))
            and in_copies(which, each, copies)
            and which.adjudication in (None, adjudication(each))
            and (which.published_from is None or (dated or "") >= which.published_from)
            and (which.published_to is None or (dated is not None and dated[:10] <= which.published_to))
        )

    found = [each for each in notices if shown(each)]
    if which.sort == "unsure":
        found.sort(key=lambda each: each.place)
    elif which.sort != "imported":
        dated = [each for each in found if each.published and each.published < "A"]
        rest = [each for each in found if each not in dated]
        dated.sort(key=lambda each: (each.published, each.number))
        found = dated + rest if which.sort == "oldest" else dated[::-1] + rest[::-1]
    return [each.number for each in found]


SMALL = {
    "sets.BLOCK": 8,
    "facets.BLOCK": 8,
    "sets._READ_BACK": 2,
    "dates.FEW": 2,
    "dates._STRETCH": 2,
    "search._FIRST": 1,
    "search._MOST": 2,
    "search.LOOK_UP": 0.5,
    "search.LOOKED_UP": 2,
    "work_orders.BLOCK": 5,
    "work_orders.FEW": 2,
}
"""So few notices to a block, a stretch and the like that a dozen have to do with all of it."""


@contextmanager
def queue_of(folder, notices, *, small=False):
    with pytest.MonkeyPatch.context() as patch, open_database(folder / "a.db", create=True) as database:
        for name, value in SMALL.items() if small else ():
            patch.setattr(f"store.index.{name}", value)
        patch.setattr("store.edits.work_orders.BLOCK", work_orders.BLOCK)
        patch.setattr("store.read.queue_places.FEW", dates.FEW)
        build(database, notices)
        assert renew_order(database, "unsure")
        with database.read() as connection:
            order = OrderWalk(connection, order_in(connection, "unsure"), None)
            for each in notices:
                each.place = order.place(each.number)
        yield database


@st.composite
def filters(draw):
    chosen = draw(st.lists(st.sampled_from(sorted(choices)), unique=True, max_size=3))
    return QueueFilter(**{name: draw(choices[name]) for name in chosen}, sort=draw(sorts))


def pages(database, which, limit, *, backwards=False):
    """All pages from one end to the other, as the keys lead."""
    found = []
    page = queue_page(database.connection, ME, which, limit=limit, last=backwards)
    assert (page.next if backwards else page.previous) is None
    while True:
        numbers = [row.number for row in page.rows]
        assert len(numbers) <= limit
        found = numbers + found if backwards else found + numbers
        key = page.previous if backwards else page.next
        if key is None:
            return found
        where = {"before": key} if backwards else {"after": key}
        page = queue_page(database.connection, ME, which, limit=limit, **where)
        assert page.rows
        assert (page.next if backwards else page.previous) is not None


def check_filter(database, notices, which, limit):
    numbers = wanted(notices, which)
    assert pages(database, which, limit) == numbers
    assert pages(database, which, limit, backwards=True) == numbers
    assert count_queue(database.connection, ME, which) == len(numbers)
    order = wanted(notices, QueueFilter(sort=which.sort))
    for each in notices:
        here = order.index(each.number)
        behind = [number for number in order[here + 1 :] if number in numbers]
        before = [number for number in order[:here] if number in numbers]
        neighbours = [next_in_queue(database.connection, ME, which, each.number, step) for step in (-1, 1)]
        assert neighbours == [before[-1] if before else None, behind[0] if behind else None]
        place = place_of(database.connection, ME, which, each.number)
        assert (place is not None) == (each.number in numbers)
        if place is None:
            continue
        at = numbers.index(each.number)
        page = queue_page(database.connection, ME, which, place, including=True, limit=limit)
        assert [row.number for row in page.rows] == numbers[at : at + limit]
        page = queue_page(database.connection, ME, which, before=place, limit=limit)
        assert [row.number for row in page.rows] == numbers[max(0, at - limit) : at]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(things.map(lambda each: SimpleNamespace(**each)), min_size=1, max_size=14),
    st.lists(filters(), min_size=1, max_size=4),
    st.integers(1, 5),
    st.booleans(),
)
def test_any_filter_shows_what_plain_python_finds(tmp_path_factory, notices, asked, limit, small):
    with queue_of(tmp_path_factory.mktemp("queue"), notices, small=small) as database:
        for which in asked:
            check_filter(database, notices, which, limit)


def some_notices():
    """Notices in which every value of every field meets every other."""
    return [
        SimpleNamespace(
            text=TEXTS[index % 4],
            published=DATES[index % len(DATES)],
            status=[None, *STATUSES][index % 5],
            labels=[[], ["DATE"], ["OFFICIAL", "DATE"]][index % 3],
            rejected=index % 2 == 0,
            suggested=index % 3,
            decided=index // 3 % 3,
            points=[set(), {"unsure", "gap"}, {"gap", "commented"}][index // 5 % 3],
            assignees=[set(), {ME}, {OTHER}, {ME, OTHER}][index // 2 % 4],
            flags=[["no-title", "traditional"], [], ["title-unsure"]][index // 4 % 3],
            corrected=index % 5 == 0,
            copied=index % 7 < 2,
            finished=index // 3 % 3,
            gold=index % 4 == 3,
        )
        for index in range(60)
    ]


EXAMPLES = {
    "search": "会议",
    "status": "open",
    "label": "DATE",
    "assignee": ME,
    "open_point": "undecided",
    "flag": "no-title",
    "near_copies": "later",
    "adjudication": "ready",
    "published_from": "2021-01-05",
    "published_to": "2021-01-06",
}


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("sort", ["imported", "newest", "oldest", "unsure"])
def test_every_filter_alone_and_every_pair(tmp_path, sort, small):
    notices = some_notices()
    with queue_of(tmp_path, notices, small=small) as database:
        for names in [(), *combinations(EXAMPLES, 1), *combinations(EXAMPLES, 2)]:
            which = QueueFilter(**{name: EXAMPLES[name] for name in names}, sort=sort)
            check_filter(database, notices, which, 7)
        assert [line for line in findings(database) if "another version" not in line] == []


def test_many_notices_of_one_day_cost_no_more_than_the_rows_that_are_shown(database):
    with database.write() as connection:
        for index in range(3_000):
            add_notice(connection, "importer", replace(notice_of(f"通知{index}"), published="2021-01-05"))
    for number in range(2_000, 3_000):
        set_review(database, ME, number, Review(ME, "done", None, now()))
    which, steps = QueueFilter(status="done", sort="newest"), []
    database.connection.set_progress_handler(lambda: steps.append(1) and None, 1_000)
    try:
        page = queue_page(database.connection, ME, which, PageKey("2021-01-05", 1_999 + 500))
        assert [row.number for row in page.rows] == list(range(2_498, 2_498 - len(page.rows), -1))
        assert queue_page(database.connection, ME, which, PageKey("2021-01-05", 2_001)).rows[0].number == 2_000
        assert next_in_queue(database.connection, ME, replace(which, sort="oldest"), 1, 1) == 2_000
    finally:
        database.connection.set_progress_handler(None, 0)
    assert len(steps) < 60, "steps of SQLite's machine in thousands: a page reads what it shows, and leaps to it"


def test_a_notice_that_left_the_queue_still_has_a_next_one(tmp_path):
    notices = some_notices()
    which = QueueFilter(status="open", sort="newest")
    with queue_of(tmp_path, notices) as database:
        numbers = wanted(notices, which)
        set_review(database, ME, numbers[3], Review(ME, "done", None, now()))
        assert next_in_queue(database.connection, ME, which, numbers[3], 1) == numbers[4]
        assert next_in_queue(database.connection, ME, which, numbers[3], -1) == numbers[2]
        assert place_of(database.connection, ME, which, numbers[3]) is None


@pytest.mark.parametrize("sort", ["imported", "newest", "unsure"])
@pytest.mark.parametrize("given", [{}, {"search": "会议"}, {"label": "DATE"}, {"status": "flagged"}])
def test_the_next_open_and_the_next_free_notice_follow_the_queue(tmp_path, sort, given):
    notices = some_notices()
    which = QueueFilter(**given, sort=sort)
    shown = replace(which, status=which.status or "open")
    with queue_of(tmp_path, notices) as database:
        order = wanted(notices, replace(which, status=None))
        still = wanted(notices, shown)
        for number in order:
            behind = [each for each in order[order.index(number) + 1 :] if each in still]
            before = [each for each in still if each != number]
            assert next_open(database.connection, ME, number, which) == next(iter(behind + before), None)
        free = [
            each.number
            for each in notices
            if ME in each.assignees
            or not (each.assignees or each.finished or each.gold or each.status not in (None, "open"))
        ]
        assert next_free(database.connection, ME, which) == next(each for each in still if each in free)


def test_rows_and_the_filter_tell_the_flags_that_count(tmp_path):
    notices = some_notices()
    with queue_of(tmp_path, notices) as database:
        rows = queue_page(database.connection, ME, limit=100).rows
        assert {row.number: set(row.flags) for row in rows} == {each.number: standing(each) for each in notices}
        assert flags_in_use(database.connection) == ["no-title", "title-unsure", "traditional"]


@pytest.mark.parametrize(
    "meta", [{"flags": "no-title"}, {"flags": [7, None, ["a"], "甲\x1b", "甲\x1b"]}, {"flags": {"a": 1}}]
)
def test_flags_of_any_origin_are_no_error(database, meta):
    with database.write() as connection:
        add_notice(connection, "importer", replace(notice_of("临江县通知"), meta=meta))
    named = ["甲\x1b"] if isinstance(meta["flags"], list) else []
    assert flags_in_use(database.connection) == named
    assert queue_page(database.connection, ME).rows[0].flags == tuple(named)
    assert [line for line in findings(database) if "another version" not in line] == []
    correct_fields(database, ME, 1, NoticeFields(None, None, None), {"title": "甲"})
    assert [line for line in findings(database) if "another version" not in line] == []


def test_other_flags_in_the_list_than_the_notices_have_are_found_and_mended(tmp_path):
    with queue_of(tmp_path, some_notices()) as database:
        with database.write() as connection:
            connection.execute("UPDATE notices SET flags = '[\"none\"]' WHERE number < 3")
            connection.execute("UPDATE notices SET flags = 'x' WHERE number = 3")
        assert queue_page(database.connection, ME).rows[2].flags == ()
        assert any("3 notices listed with other flags" in line for line in findings(database))
        repair(database, "lin")
        assert [line for line in findings(database) if "another version" not in line] == []


def test_rows_tell_the_comment_and_who_is_to_review(database):
    with database.write() as connection:
        number = add_notice(connection, "importer", notice_of("临江县通知"))
    assign(database, ME, [number], "wu")
    assign(database, ME, [number], "an")
    set_review(database, ME, number, Review(ME, "flagged", "which year?", now()))
    (row,) = queue_page(database.connection, ME).rows
    assert (row.comment, row.assignees, row.status) == ("which year?", ("an", "wu"), "flagged")
    assert queue_page(database.connection, OTHER).rows[0].comment is None


@pytest.mark.parametrize("search", ["\ud800", "\0", " ", "　", "\u200b", '"', "*", "a OR b", "grams:x", "生" * 3000])
def test_a_hostile_query_is_no_error(tmp_path, search):
    notices = some_notices()[:3]
    with queue_of(tmp_path, notices) as database:
        page = queue_page(database.connection, ME, QueueFilter(search=search))
        assert [row.number for row in page.rows] == ([] if search.strip() else [1, 2, 3])


def test_a_cancelled_count_ends(tmp_path):
    with queue_of(tmp_path, some_notices()) as database:
        cancel = Cancel()
        with pytest.raises(CancelledError), database.read(cancel) as connection:
            cancel.cancel()
            count_queue(connection, ME, QueueFilter(search="会"))
            connection.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
        with pytest.raises(CancelledError), database.read(cancel):
            pytest.fail("it never begins")
        with database.read(Cancel()) as connection:
            assert count_queue(connection, ME, QueueFilter()) == len(some_notices())


@pytest.mark.parametrize("number", [0, -1, 7, 2**32, 2**63 - 1])
@pytest.mark.parametrize(
    "which", [QueueFilter(), QueueFilter(status="open"), QueueFilter(status="open", sort="newest")]
)
def test_an_unknown_place_leads_nowhere(database, which, number):
    with database.write() as connection:
        first = add_notice(connection, "importer", notice_of("临江县通知"))
    assert next_in_queue(database.connection, ME, which, number, 1) is None
    assert place_of(database.connection, ME, which, number) is None
    found = [row.number for row in queue_page(database.connection, ME, which, PageKey(None, number)).rows]
    ahead = number > first if which.sort == "newest" else number < first
    assert found == ([first] if ahead else [])
    before = [row.number for row in queue_page(database.connection, ME, which, before=PageKey(None, number)).rows]
    assert before == ([] if ahead else [first])
