"""Search finds what a plain look at the folded text finds, no more and no less, and stays in step with every change."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from making import notice_of
from msgspec.structs import replace
from pyroaring import BitMap

from annotations.normalize.folding import flat
from annotations.regions import Region
from annotations.spans import RawOffset
from store.db import turns
from store.db.database import Database
from store.doctor import findings
from store.edits.fields import correct_fields
from store.edits.regions import override_region
from store.edits.undo import undo
from store.index import search, search_pending, search_rows
from store.index.search import Query, grams, put_row, rebuild
from store.index.search import differences as search_differences
from store.index.search_pending import pieces
from store.intake.finished import notice_of as ingested
from store.intake.ingest import ingest
from store.intake.renormalize import renormalize_older
from store.intake.sources import Source
from store.open import open_database
from store.read.notices import load_notice
from store.read.preview import preview
from store.write.notices import add_notice
from store.write.search import index_long_texts

PAGE = "临江县召开会议\n来源:临江县水务局 时间:2023-04-12\n会议要求,要整改。\n扫一扫在手机打开当前页\n"

LONGER = PAGE.replace("扫一扫", "各乡镇四月底前完成排查。\n县水务局负责督促落实。\n请认真贯彻执行。\n扫一扫")


def found(database, search, **where):
    return list(Query(search).walk(database.connection, where.pop("start", 1), **where))


def stored(database, *texts, title=None):
    with database.write() as connection:
        return [
            add_notice(connection, "importer", replace(notice_of(text, f"doc-{index}"), title=title))
            for index, text in enumerate(texts)
        ]


def page_of(raw, doc="page"):
    return Source("page", raw, "utf-8", doc, None, None, None, None, {}, None)


# Few characters, so that they meet; every sort of them, so that none is lost.
ALPHABET = st.sampled_from("生态會会议，,。a A１1\"'*:()-\n\t\x01\x1b\x7f\0\x85\u2028\u3000\u200b\U00020000\U0001f600é")
texts = st.text(ALPHABET, max_size=12)


@settings(deadline=None, max_examples=150)
@given(st.lists(texts, min_size=1, max_size=6, unique=True), st.lists(texts, min_size=1, max_size=6), st.data())
@example(["AB BC"], ["ABC"], None)
@example(["\0生态"], ["生态"], None)
def test_exactly_what_holds_all_terms_is_found(tmp_path_factory, notices, searches, data):
    # A text that counts as long is in several rows, of which some may be still to come.
    long, others = (6, 0) if data is None else data.draw(st.tuples(st.integers(1, 20), st.integers(0, 3)))
    with (
        patch.object(search_rows, "LONG", long),
        open_database(tmp_path_factory.mktemp("search") / "a.db", create=True) as database,
    ):
        numbers = stored(database, *[f"{text}\n{index}号" for index, text in enumerate(notices)])
        index_long_texts(database)
        with database.read() as connection:
            assert list(search_differences(connection)) == []
        with database.write() as connection:
            for number in numbers[:others]:
                if not search_rows.has_row(connection, "search", number):
                    search_rows.mark(connection, "search", number)
        for search in searches:
            terms = [each for each in flat(search.replace("\u200b", "")).replace("\0", " ").split() if each]
            typed = [each for each in flat(search).replace("\0", " ").split() if each]
            wanted = [
                number
                for index, number in enumerate(numbers)
                if any(
                    ways and all(term in flat(f"{notices[index]}\n{index}号") for term in ways)
                    for ways in (terms, typed)
                )
            ]  # fmt: skip
            assert found(database, search) == wanted
            assert found(database, search, start=len(numbers), backwards=True) == wanted[::-1]
            # Hits are read one after the other, or some notices are looked up.
            for look_up in (0.1, 1):
                with patch("store.index.search._FIRST", 1), patch("store.index.search.LOOK_UP", look_up):
                    assert found(database, search, among=BitMap(numbers[::2])) == [
                        number for number in numbers[::2] if number in wanted
                    ]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30), st.data())
def test_any_piece_of_any_text_finds_it(tmp_path_factory, text, data):
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    with open_database(tmp_path_factory.mktemp("search") / "a.db", create=True) as database:
        (number,) = stored(database, f"{text}。")
        for term in flat(text).replace("\0", " ").split():
            start = data.draw(st.integers(0, len(term) - 1))
            assert found(database, term[start : data.draw(st.integers(start + 1, len(term)))]) == [number]


@pytest.mark.parametrize("search", ["生态", "生態", "生態(tài)", "  生态\u200b ", "生態(tài)環(huán)境", "生态 环境"])
def test_every_spelling_of_a_query_finds_the_simplified_text(database, search):
    assert stored(database, "加强生态环境保护。", "加强保护。")[0] == 1
    assert found(database, search) == [1]


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("２０２３年ＡＢ", "2023年ab"),
        ("2023年", "２０２３"),
        ("沿着河道", "沿著"),
        ("乾县有关部门", "乾县"),
        ("会议,要求", "会议，要求"),
        ("亳(bó)州", "亳(bó)州"),
        ("第(tài)条", "(tài)"),
        ("A-B_c.d/e", "b_C.D"),
        ("\x1b[31m红", "\x1b[31m"),
        ("𠮷野家", "𠮷野"),
    ],
)
def test_what_a_reader_types_is_found(database, text, search):
    stored(database, text, "别的")
    assert found(database, search) == [1]


def test_a_title_is_searched_too_but_no_term_reaches_from_it_into_the_text(database):
    stored(database, "会议要求", title="河长")
    assert found(database, "河长") == [1]
    assert found(database, "河长 会议") == [1]
    assert found(database, "长会") == []


@pytest.mark.parametrize("search", ["", " ", "\0", "\ud800", "生\ud800", "\u3000"])
def test_nothing_is_found_where_there_is_no_term(database, search):
    stored(database, "生态")
    assert not Query(search)
    assert found(database, search) == []


def test_a_query_of_many_terms_is_one_query(database):
    terms = [chr(0x4E00 + at) * 2 for at in range(400)]
    stored(database, "".join(terms), "".join(terms[1:]))
    assert found(database, " ".join(terms)) == [1]


def test_hits_are_where_the_terms_stand_in_the_text_as_it_is():
    text = "加强生態保护,生态优先。ＡＢab"
    assert [text[low:high] for low, high in Query("生态 ab").hits(text)] == ["生態", "生态", "ＡＢ", "ab"]


def test_index_follows_an_override_and_its_undo(database):
    with database.write() as connection:
        number = add_notice(connection, "importer", ingested(page_of(PAGE)))
    assert found(database, "扫一扫") == []
    override_region(database, "wu", number, PAGE.index("扫一扫"), "body")
    assert found(database, "扫一扫") == [number]
    override_region(database, "wu", number, PAGE.index("会议要求"), "boilerplate")
    assert found(database, "整改") == []
    assert list(findings(database)) == []
    undo(database, "wu")
    undo(database, "wu")
    assert (found(database, "扫一扫"), found(database, "整改")) == ([], [number])
    assert list(findings(database)) == []


def test_index_follows_the_title(database):
    with database.write() as connection:
        number = add_notice(connection, "importer", ingested(page_of(PAGE)))
    override_region(database, "wu", number, 0, "boilerplate")
    assert found(database, "临江县召开") == []
    assert list(findings(database)) == []


def test_index_follows_a_newer_normalizer(database):
    notice = ingested(page_of(PAGE))
    everything = (Region("body", RawOffset(0), RawOffset(len(PAGE))),)
    with database.write() as connection:
        number = add_notice(
            connection,
            "importer",
            replace(notice, normalizer="zhupi-0", normalized="扫一扫", title="旧", regions=everything),
        )
    assert found(database, "扫一扫") == [number]
    list(renormalize_older(database, "lin"))
    assert found(database, "整改") == [number]
    assert [line for line in findings(database) if line.startswith("search")] == []


def test_the_index_of_a_long_notice_follows_title_text_and_their_undo_in_some_of_its_rows(database, monkeypatch):
    monkeypatch.setattr(search_rows, "LONG", 12)
    ingest(database, [page_of(LONGER)], "root", pytest.fail)
    assert database.connection.execute("SELECT count(*) FROM search_docsize").fetchone()[0] == 3
    put = []
    monkeypatch.setattr(search, "put_row", lambda *given: put.append(given[2]) or put_row(*given))
    seen = load_notice(database.connection, 1).notice.fields
    correct_fields(database, "lin", 1, seen, {"title": "关于春耕的通知"})
    assert [found(database, words) for words in ("春耕", "春耕 水务局负责", "扫一扫")] == [[1], [1], []]
    assert len(put) == 1
    override_region(database, "lin", 1, LONGER.index("扫一扫"), "body")
    assert [found(database, words) for words in ("扫一扫 春耕", "水务局负责")] == [[1], [1]]
    while undo(database, "lin"):
        pass
    assert [found(database, words) for words in ("春耕", "扫一扫", "整改 水务局负责")] == [[], [], [1]]
    assert list(findings(database)) == []


def test_an_import_that_was_killed_before_a_long_notice_was_indexed_hides_nothing(database, monkeypatch):
    monkeypatch.setattr(search_rows, "LONG", 12)
    monkeypatch.setattr("store.intake.ingest.index_long_texts", lambda database: None)
    ingest(database, [page_of(PAGE), page_of("短短的通知\n", "short")], "root", pytest.fail)
    assert [found(database, words) for words in ("整改 临江县", "通知", "没有")] == [[1], [2], []]
    assert [Query("整改").count(database.connection), Query("整改").numbers(database.connection)] == [1, [1]]
    assert Query("整改").finds(database.connection, 1)
    (finding,) = findings(database)
    assert "1 notice not in the index yet" in finding
    # It ends once more, behind the first of its rows.
    with database.read() as connection:
        first, *_ = pieces(connection, 1)
    with database.write() as connection:
        first(connection)
    assert found(database, "整改 临江县") == [1]
    monkeypatch.undo()
    monkeypatch.setattr(search_rows, "LONG", 12)
    ingest(database, [page_of("后来的通知\n", "later")], "root", pytest.fail)
    assert list(findings(database)) == []
    assert found(database, "整改 临江县") == [1]


def test_a_long_notice_is_indexed_in_turns_of_its_rows(database, monkeypatch):
    monkeypatch.setattr(search_rows, "LONG", 12)
    monkeypatch.setattr(turns, "TURN", 0.0)
    rows, write = [], Database.write

    @contextmanager
    def counted(database):
        with write(database) as connection:
            before = len(put)
            yield connection
            rows.append(len(put) - before)

    put: list[int] = []
    monkeypatch.setattr(search_pending, "put_row", lambda *given: put.append(given[2]) or put_row(*given))
    monkeypatch.setattr(Database, "write", counted)
    ingest(database, [page_of(LONGER)], "root", pytest.fail)
    assert len(put) > 2
    assert max(rows) == 1


LINES = [f"第{number}项任务各乡镇要在汛期前完成排查整改。\n" for number in "甲乙丙丁戊己庚辛"]
LONG_PAGE = PAGE.replace("会议要求,要整改。\n", "".join(LINES))


@pytest.mark.parametrize("killed", [None, 1, 4, 9])
def test_a_long_region_of_another_kind_leaves_the_index_in_turns_and_is_found_all_the_time(
    database, monkeypatch, killed
):
    monkeypatch.setattr(search_rows, "LONG", 12)
    ingest(database, [page_of(LONG_PAGE)], "root", pytest.fail)
    monkeypatch.setattr(turns, "TURN", 0.0)
    rows: list[int] = []
    held, write = [], Database.write

    @contextmanager
    def watched(database):
        before = len(rows)
        with write(database) as connection:
            yield connection
        held.append(len(rows) - before)
        text = load_notice(database.connection, 1).notice.normalized
        for line in LINES:
            assert found(database, line.strip()) == [1] * (flat(line.strip()) in flat(text))
        if killed == len(held):
            raise KeyboardInterrupt

    for module in (search, search_pending):
        for name in ("put_row", "delete_row"):
            made = getattr(search, name)
            monkeypatch.setattr(module, name, lambda *given, made=made: rows.append(given[2]) or made(*given))
    monkeypatch.setattr(Database, "write", watched)
    at = LONG_PAGE.index(LINES[0])
    with suppress(KeyboardInterrupt):
        for change in (lambda: override_region(database, "lin", 1, at, "boilerplate"), lambda: undo(database, "lin")):
            change()
    assert len(held) > 8 if killed is None else len(held) >= killed
    assert max(held) <= search.FEW_PARTS
    monkeypatch.setattr(Database, "write", write)
    index_long_texts(database)
    assert list(findings(database)) == []


def test_index_follows_a_page_that_was_scraped_again(database):
    ingest(database, [page_of(PAGE)], "lin", pytest.fail)
    ingest(database, [page_of(PAGE.replace("整改", "巡查"))], "lin", pytest.fail, replaces=True)
    assert (found(database, "整改"), found(database, "巡查")) == ([1], [2])
    assert list(findings(database)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE texts SET normalized = '另外一句话' WHERE notice = 2",
        "UPDATE notices SET title = '另外一个题目' WHERE number = 2",
        "INSERT INTO search (rowid, grams) VALUES (9, '甲乙')",
        "INSERT INTO search (search) VALUES ('delete-all')",
    ],
)
def test_check_finds_an_index_out_of_step_and_rebuild_mends_it(database, statement):
    stored(database, "加强生态", "会议要求", "河长制")
    assert [line for line in findings(database) if line.startswith("search")] == []
    with database.write() as connection:
        connection.execute(statement)
    assert [line for line in findings(database) if line.startswith("search")]
    with database.write() as connection:
        rebuild(connection)
    assert [line for line in findings(database) if line.startswith("search")] == []
    text = database.connection.execute("SELECT normalized FROM texts WHERE notice = 2").fetchone()[0]
    assert found(database, text) == [2]


def test_what_is_rolled_back_is_not_found(database):
    with pytest.raises(RuntimeError), database.write() as connection:
        add_notice(connection, "importer", notice_of("生态"))
        raise RuntimeError
    assert found(database, "生态") == []


def test_grams_are_pairs_and_each_character_once():
    assert grams(None, "甲乙 甲").split() == ["甲乙", "乙", "甲", "甲", "乙", "甲"]
    assert grams("题", "").split() == ["题", "题"]
    assert grams(None, "") == ""


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("生态会议\n ，"), max_size=900), st.sampled_from(["生态", "会 议", "无", ""]))
def test_a_preview_is_a_piece_of_the_text_around_the_first_hit(tmp_path_factory, text, search):
    with open_database(tmp_path_factory.mktemp("search") / "a.db", create=True) as database:
        stored(database, text)
        shown = preview(database.connection, 1, 400, search)
        assert shown.text in text
        assert len(shown.text) <= 400
        hits = Query(search).hits(text)
        assert [shown.text[low:high] for low, high in shown.hits] == [
            text[low:high] for low, high in hits[: len(shown.hits)]
        ]
        assert bool(shown.hits) == bool(hits)
        if not hits:
            assert text.startswith(shown.text)


def test_a_preview_of_no_notice_is_empty(database):
    assert preview(database.connection, 7, 400, "生态").text == ""
