"""Reads: off the event loop, of each group only the newest counts, and what nobody waits for is cut short."""

from __future__ import annotations

import asyncio
import threading

import pytest
from making import stored_notice

from store.errors import DatabaseError
from store.read.notices import load_notice
from tui.session.reads import LastBegun, Reads


class Running:
    """Runs coroutines beside the test."""

    def __init__(self):
        self.tasks = []

    def start(self, function, name):
        self.tasks.append(asyncio.get_running_loop().create_task(function(), name=name))

    async def all_done(self):
        while self.tasks:
            await self.tasks.pop()


@pytest.fixture
def running():
    return Running()


@pytest.fixture
def reads(database, running):
    return Reads(database, running.start)


async def test_a_result_comes_back_to_the_event_loop(reads, running, database):
    number, found = stored_notice(database), []
    here = threading.get_ident()
    reads.read(
        "one", lambda connection: load_notice(connection, number), lambda it: found.append((it, threading.get_ident()))
    )
    assert found == []
    await running.all_done()
    assert [(it.number, thread) for it, thread in found] == [(number, here)]


async def test_only_the_newest_of_a_group_counts(reads, running):
    release, found = threading.Event(), []
    reads.run("rows", lambda: release.wait(10), lambda _: found.append("old"))
    reads.run("rows", lambda: None, lambda _: found.append("new"))
    reads.run("others", lambda: None, lambda _: found.append("other"))
    release.set()
    await running.all_done()
    assert sorted(found) == ["new", "other"]


async def test_reads_of_no_group_drop_each_other_never(reads, running):
    found = []
    for number in range(3):
        reads.run("", lambda number=number: number, found.append)
    await running.all_done()
    assert sorted(found) == [0, 1, 2]


async def test_a_statement_that_nobody_waits_for_ends_at_once_and_is_told_to_nobody(reads, running):
    begun, results = threading.Event(), []
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def count(connection):
        begun.set()
        return connection.execute(endless).fetchone()

    reads.read("count", count, results.append, results.append)
    await asyncio.to_thread(begun.wait, 10)
    reads.stop()
    async with asyncio.timeout(10):
        await running.all_done()
    assert results == []


async def test_a_refusal_is_told_and_any_other_error_is_the_business_of_who_runs_it(reads, running):
    results = []

    def refuse():
        raise DatabaseError("the disk failed")

    reads.run("one", refuse, results.append, lambda error: results.append(str(error)))
    await running.all_done()
    assert results == ["the disk failed"]

    def fail():
        raise ZeroDivisionError("nobody expected it")

    reads.run("two", fail, results.append)
    with pytest.raises(ZeroDivisionError):
        await running.all_done()


async def test_what_goes_on_may_take_a_while(reads, running):
    done = []

    async def ask(names):
        await asyncio.sleep(0)  # because only then others run
        done.append(names)

    reads.run("people", lambda: ["chen"], ask)
    await running.all_done()
    assert done == [["chen"]]


def test_of_each_notice_the_read_that_began_last_is_shown():
    last_begun = LastBegun()
    first, second, third = (last_begun.begin() for _ in range(3))
    assert last_begun.takes(7, second)
    assert not last_begun.takes(7, first)
    assert last_begun.takes(8, first)
    assert last_begun.takes(7, second)
    assert last_begun.takes(7, third)
