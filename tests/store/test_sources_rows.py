"""Pages from rows, of JSON Lines and of CSV: the fields of a row, and that a bad row costs that row only."""

import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.input import lines, opening
from store.intake.sources import Record, Refusal, Remarks, Source, jsonl, read_sources, table

RAW = "各单位要于10月底前完成整改。"


def rows(data, **options):
    data = data if isinstance(data, bytes) else data.encode()
    options.setdefault("format", "jsonl")
    return list(read_sources(["-"], stdin=io.BytesIO(data), **options))


def only(data, **options):
    (item,) = rows(data, **options)
    return item


def refused(data, **options):
    item = only(data, **options)
    assert isinstance(item, Refusal), item
    assert "\n" not in item.reason
    return item.reason


def in_file(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_sources([path]))


# JSON Lines


def test_the_fields_of_a_row():
    row = {
        "raw": RAW,
        "doc": "甲-1",
        "title": "通知",
        "source": "青禾日报",
        "published": "2021-09-26",
        "url": "https://a.example/1",
    }
    item = only(json.dumps(row | {"tags": ["a", {"b": None}], "n": 1.5}))
    assert item == Source(encoding="utf-8", where="stdin:1", fields={"tags": ["a", {"b": None}], "n": 1.5}, **row)


def test_without_a_doc_it_is_the_line():
    assert [item.doc for item in rows('{"raw":"a"}\n\n{"raw":"b","doc":null}\n{"raw":"c","doc":""}')] == [
        "stdin-1",
        "stdin-3",
        "stdin-4",
    ]


def test_the_stem_of_a_file_of_rows(tmp_path):
    (item,) = in_file(tmp_path, "pages.jsonl.gz", gzip.compress(b'\n{"raw":"a"}'))
    assert (item.doc, item.where) == ("pages-2", f"{tmp_path}/pages.jsonl.gz:2")


@pytest.mark.parametrize("names", [("raw", "text", "content"), ("text", "content"), ("content",)])
def test_the_text_is_looked_for_under_three_names(names):
    item = only(json.dumps({name: name for name in reversed(names)}))
    assert item.raw == names[0]
    assert item.fields == {name: name for name in names[1:]}


def test_an_unset_field_gives_way_to_the_next_name():
    assert only('{"raw": null, "text": "", "content": "c"}').raw == "c"


def test_a_mapping_names_the_rows_own_fields():
    row = {"body": RAW, "raw": "<p>", "headline": "标题", "title": "另一个", "when": "2021-09-26", "id": 7}
    item = only(json.dumps(row), fields={"raw": "body", "title": "headline", "published": "when", "doc": "id"})
    assert (item.raw, item.title, item.published, item.doc) == (RAW, "标题", "2021-09-26", "7")
    assert item.fields == {"raw": "<p>", "title": "另一个"}


def test_a_mapped_text_is_looked_for_nowhere_else():
    reason = refused('{"raw": "a", "text": "b"}', fields={"raw": "body"})
    assert reason == "no field body (its fields: “raw”, “text”): name the one with the text, --field raw=NAME"


def test_a_row_without_text_names_what_it_has():
    assert refused('{"nothing": 1}').startswith("no field raw or text or content (its fields: “nothing”): name")
    assert "its fields: none" in refused("{}")
    many = json.dumps({f"k{number}" * 20: 1 for number in range(500)})
    assert len(refused(many)) < 400


@pytest.mark.parametrize(
    ("value", "kind"),
    [("1", "a number"), ("[]", "a list"), ("{}", "an object"), ("true", "true or false"), ("null", "null")],
)
def test_a_text_that_is_none_is_refused(value, kind):
    assert refused(f'{{"raw": {value}}}') == f"the field “raw” is {kind}, not the text of a page"


@pytest.mark.parametrize("value", ["", " \\n", "\\ufeff\\u200b"])
def test_an_empty_text_is_refused(value):
    assert refused(f'{{"raw": "{value}"}}').startswith("empty")


def test_a_byte_order_mark_is_not_part_of_the_text():
    assert only('{"raw": "\\ufeff标题"}').raw == "标题"


@pytest.mark.parametrize(
    ("value", "kept"),
    [(None, True), ([1], True), ({"a": 1}, True), (True, True), (20210926, False), ("2021-09-26", False), ("", False)],
)
def test_what_is_neither_text_nor_number_stays_with_the_other_fields(value, kept):
    item = only(json.dumps({"raw": RAW, "published": value}))
    assert item.published == (None if kept or value == "" else "2021-09-26")
    assert item.fields == ({"published": value} if kept else {})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"raw": ', "not JSON: expecting value at character 8"),
        ("青禾县", "not JSON: expecting value at character 1"),
        ('{"raw": "a"} {"raw": "b"}', "not JSON: extra data at character 14"),
        ('{"raw": "a\x01"}', "not JSON: invalid control character at character 11"),
        ("[1, 2]", "a list, not an object with the fields of a page"),
        ('"text"', "a text, not an object with the fields of a page"),
        ("12", "a number, not an object with the fields of a page"),
        ("null", "null, not an object with the fields of a page"),
        ("[" * 100_000, "not JSON that can be read: nested too deeply"),
        ('{"raw": "a", "n": %s}' % ("9" * 5000), "not JSON that can be read: a number is too long"),
        ('{"raw": "a", "deep": %s}' % ("[" * 150 + "]" * 150), "the field “deep” is nested too deeply"),
    ],
    ids=lambda value: value[:20],
)
def test_a_broken_line_is_named_and_the_others_are_kept(line, reason):
    first, broken, last = rows(f'{{"raw": "a"}}\n{line}\n{{"raw": "b"}}\n')
    assert (first.raw, last.raw, last.doc) == ("a", "b", "stdin-3")
    assert broken == Refusal("stdin:2", reason)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (r'{"raw": "ab\ud800c"}', "the field “raw” holds half a character (\\ud800) at offset 2: it cannot be stored"),
        (r'{"raw": "a", "title": "\udfff"}', "the field “title” holds half a character (\\udfff) at offset 0"),
        (r'{"raw": "a", "x": [{"y": "z\ud83d"}]}', "the field “x” holds half a character (\\ud83d) at offset 1"),
        (r'{"raw": "a", "x": {"\ud83d": 1}}', "the field “x” holds half a character (\\ud83d) at offset 0"),
        (r'{"raw": "a", "\ud83d": 1}', "a field's name holds half a character (\\ud83d) at offset 0"),
    ],
)
def test_half_characters_are_refused(row, reason):
    assert refused(row).startswith(reason)


def test_two_halves_are_a_character():
    assert only(r'{"raw": "\ud842\udfb7"}').raw == "𠮷"


def test_numbers_that_json_lacks_are_null():
    item = only('{"raw": "a", "x": NaN, "y": -Infinity, "z": 1e999, "title": NaN}')
    assert item.fields == {"x": None, "y": None, "z": None, "title": None}


def test_nul_and_controls_are_text():
    assert only(r'{"raw": "a\u0000b\u001b[2J"}').raw == "a\x00b\x1b[2J"


def test_line_ends_of_every_kind_inside_and_between_rows():
    found = rows('{"raw": "a\\r\\nb\u2028c\x85d"}\r\n{"raw": "e"}')
    assert [item.raw for item in found] == ["a\r\nb\u2028c\x85d", "e"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
def test_rows_in_other_encodings(encoding):
    text = json.dumps({"raw": RAW}, ensure_ascii=False) + "\n" + json.dumps({"raw": RAW * 2}, ensure_ascii=False)
    found = rows(text.encode(encoding))
    assert [item.raw for item in found] == [RAW, RAW * 2]
    known = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    assert {item.encoding for item in found} == {known}


def test_a_line_of_noise_is_refused():
    good, noise = rows(b'{"raw": "a"}\n' + b"\xff\x80" * 100 + b"\n")
    assert good.raw == "a"
    assert "UTF-8" in noise.reason


def test_native_lines_are_handed_on_undecoded():
    line = b'{"schema":"zhupi/1","raw":"a", "x":1}'
    assert only(line + b"\r\n") == Record(line, "stdin:1")
    assert only(b'{"raw": "a", "schema": "zhupi/9"}') == Record(b'{"raw":"a","schema":"zhupi/9"}', "stdin:1")
    assert isinstance(only('{"schema": "other", "raw": "a"}'), Source)


def test_a_native_line_that_is_broken_is_handed_on_too():
    assert only(b'{"schema":"zhupi/1","raw":') == Record(b'{"schema":"zhupi/1","raw":', "stdin:1")


def test_long_lines():
    raw = RAW * 100_000
    assert only(json.dumps({"raw": raw}, ensure_ascii=False)).raw == raw


def test_a_line_beyond_the_limit_is_refused_and_skipped(monkeypatch):
    for module in (opening, lines, jsonl):
        monkeypatch.setattr(module, "LIMIT", 1 << 16)
    good, long, last = rows(b'{"raw": "a"}\n' + b"x" * (1 << 20) + b'\n{"raw": "b"}\n')
    assert (good.raw, last.raw, last.doc) == ("a", "b", "stdin-3")
    assert long.where == "stdin:2"
    assert "line larger" in long.reason


def test_rows_take_constant_memory(tmp_path):
    path = tmp_path / "many.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        line = json.dumps({"raw": RAW * 100}, ensure_ascii=False).encode() + b"\n"
        for _ in range(5000):
            out.write(line)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_sources([path])) == 5000
        assert tracemalloc.get_traced_memory()[1] < len(line) * 500
    finally:
        tracemalloc.stop()


# Columns that are known by their names


def remarked(data, **options):
    """The items of some rows, and what was remarked about them."""
    remarks = Remarks()
    return rows(data, remarks=remarks, **options), remarks


@pytest.mark.parametrize(
    "names",
    [
        ("正文", "标题", "来源", "发布时间", "链接"),
        ("內容", "標題", "信息來源", "發佈日期", "網址"),
        ("Body", "Headline", "SOURCE", "pub_time", "Link"),
        ("full_text", "Title", "稿源", "publishDate", "page-url"),
    ],
)
def test_well_known_names_are_taken_and_told(names):
    values = (RAW, "青禾县召开会议", "青禾日报", "2021年9月26日", "https://a.example/1")
    (item,), remarks = remarked(json.dumps(dict(zip(names, values, strict=True)) | {"序号": 1}))
    assert (item.raw, item.title, item.source, item.published, item.url) == (*values[:3], "2021-09-26", values[4])
    assert item.fields == {"序号": 1}
    (told,) = remarks.columns
    assert f"“{names[0]}” as raw; “{names[1]}” as title" in told


def test_a_fields_own_name_counts_before_any_other_and_is_not_told():
    (item,), remarks = remarked('{"content": "通知。", "title": "甲", "标题": "乙", "正文": "丙"}')
    assert (item.raw, item.title, item.fields) == ("通知。", "甲", {"标题": "乙", "正文": "丙"})
    assert remarks.columns == []


def test_of_two_columns_that_compete_neither_is_taken():
    data = '{"raw": "通知。", "发布时间": "2021-09-26", "日期": "2021-09-27"}\n' * 2
    found, remarks = remarked(data)
    assert [item.published for item in found] == [None, None]
    assert found[0].fields == {"发布时间": "2021-09-26", "日期": "2021-09-27"}
    (told,) = remarks.columns
    assert told == "“发布时间”, “日期” could each be published, so none was taken: name one, --field published=NAME"
    (item,), remarks = remarked(data.splitlines()[0], fields={"published": "日期"})
    assert (item.published, item.fields) == ("2021-09-27", {"发布时间": "2021-09-26"})
    assert remarks.columns == []


def test_two_columns_that_could_be_the_text_are_refused():
    assert refused('{"正文": "a", "全文": "b"}').startswith("“正文”, “全文” could each be the text of the page: name")


def test_the_name_of_a_site_is_no_source():
    item = only('{"raw": "通知。", "site": "青禾在线", "网站": "青禾在线"}')
    assert (item.source, len(item.fields)) == (None, 2)


def test_a_column_that_is_mapped_is_nothing_else():
    item = only('{"raw": "通知。", "标题": "甲"}', fields={"doc": "标题"})
    assert (item.doc, item.title) == ("甲", None)


def test_columns_of_csv_by_their_names():
    found, remarks = remarked("标题,正文\n甲,一行\n乙,又一行\n", format="csv")
    assert [(item.title, item.raw) for item in found] == [("甲", "一行"), ("乙", "又一行")]
    assert len(remarks.columns) == 1


# Publication dates


@pytest.mark.parametrize("value", [1677628800, "1677628800", 1677628800000, "2023-03-01T00:00:00Z"])
def test_a_date_in_any_form_becomes_iso(value):
    item = only(json.dumps({"raw": RAW, "published": value}))
    assert (item.published, item.fields) == ("2023-03-01T08:00", {})


def test_a_date_that_cannot_be_read_is_named_once_a_kind_and_the_row_kept():
    values = ["2023年5月", "2022年12月", "即日", 12, [2023, 3], [2021, 5], "2023-03-01", None, "", "近日"]
    data = "".join(json.dumps({"raw": RAW, "published": value}) + "\n" for value in values)
    found, remarks = remarked(data)
    assert len(found) == len(values)
    assert [item.published for item in found if item.published] == ["2023-03-01"]
    assert [item.fields.get("published") for item in found] == [*values[:6], None, None, None, "近日"]
    named = [(line.partition(": ")[0], line.endswith(" (1 more like it)")) for line in remarks.unread_dates]
    assert named == [("stdin:1", True), ("stdin:3", True), ("stdin:4", False), ("stdin:5", True)]
    assert "“published” is “2023年5月”, no date that can be read" in remarks.unread_dates[0]


def test_kinds_of_dates_without_end_are_counted():
    data = "".join(json.dumps({"raw": RAW, "published": "?" * number}) + "\n" for number in range(1, 38))
    _, remarks = remarked(data)
    assert len(remarks.unread_dates) == 21
    assert remarks.unread_dates[-1] == "17 more that are like none of these"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_value_as_a_date_is_read_or_kept(value):
    try:
        data = json.dumps({"raw": RAW, "published": value})
    except ValueError:
        return
    (item,), remarks = remarked(data)
    if isinstance(item, Source) and item.published is None and "published" in item.fields:
        assert len(remarks.unread_dates) == (item.fields["published"] is not None)


# One JSON value


def test_a_json_file_with_a_list_of_rows(tmp_path):
    found = in_file(tmp_path, "all.json", json.dumps([{"raw": "a"}, {"no": 1}, {"raw": "b", "doc": "x"}], indent=1))
    assert [item.where.rpartition("/")[2] for item in found] == ["all.json:1", "all.json:2", "all.json:3"]
    assert (found[0].doc, found[2].doc) == ("all-1", "x")
    assert isinstance(found[1], Refusal)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_json_file_with_one_row_is_a_page(tmp_path, indent, end):
    (item,) = in_file(tmp_path, "page.json", json.dumps({"raw": RAW, "title": "x"}, indent=indent) + end)
    assert (item.doc, item.raw) == ("page", RAW)


def test_a_json_file_of_lines(tmp_path):
    assert [item.doc for item in in_file(tmp_path, "a.json", '{"raw": "a"}\n{"raw": "b"}\n')] == ["a-1", "a-2"]
    good, broken = in_file(tmp_path, "b.json", '{"raw": "a"}\n{"raw": \n')
    assert (good.doc, broken.where.rpartition("/")[2]) == ("b-1", "b.json:2")


def test_a_json_list_that_is_broken_is_refused_once(tmp_path):
    (item,) = in_file(tmp_path, "a.json", '[\n{"raw": "a"},\n{"raw": \n]')
    assert item.reason.startswith("not JSON: expecting value")


def test_native_records_in_a_list(tmp_path):
    (item,) = in_file(tmp_path, "a.json", '[{"schema": "zhupi/1", "raw": "通知"}]')
    assert item.line == '{"schema":"zhupi/1","raw":"通知"}'.encode()


@pytest.mark.parametrize("data", ["[]", "3", "null", '"text"'])
def test_json_that_holds_no_row_is_refused(tmp_path, data):
    (item,) = in_file(tmp_path, "a.json", data)
    assert isinstance(item, Refusal)


@given(st.binary(max_size=80))
def test_any_bytes_as_rows_give_pages_or_refusals(data):
    for item in [*rows(data), *rows(b'{"raw": "a' + data + b'"}'), *rows(b"[" + data + b"]")]:
        assert isinstance(item, Source | Record | Refusal)


# CSV


def csv_rows(data, **options):
    return rows(data, format="csv", **options)


def test_a_row_of_csv():
    (item,) = csv_rows(f'doc,title,raw,extra\n甲,通知,"{RAW}",x\n')
    assert item == Source(doc="甲", raw=RAW, encoding="utf-8", where="stdin:2", title="通知", fields={"extra": "x"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_headers(delimiter):
    (item,) = csv_rows(f"raw{delimiter}title\na,;\tb{delimiter}t".replace(f"a,;\tb{delimiter}", f'"a,;\tb"{delimiter}'))
    assert (item.raw, item.title) == ("a,;\tb", "t")


def test_a_single_column():
    assert [item.raw for item in csv_rows("content\n一行\n又一行\n")] == ["一行", "又一行"]


def test_a_tsv_file(tmp_path):
    (item,) = in_file(tmp_path, "a.tsv", "raw\ttitle\n一行\t通知\n")
    assert (item.doc, item.title) == ("a-2", "通知")


def test_rows_are_numbered_by_their_first_line():
    found = csv_rows('raw,title\r\n"一行\r\n二行\n\n四行",a\r\n\r\n末行,b\r\n')
    assert [(item.raw, item.where, item.doc) for item in found] == [
        ("一行\r\n二行\n\n四行", "stdin:2", "stdin-2"),
        ("末行", "stdin:7", "stdin-7"),
    ]


def test_quotes_inside_cells():
    assert csv_rows('raw\n"他说：""整改"""\n')[0].raw == '他说："整改"'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_other_encodings(encoding):
    (item,) = csv_rows(f'"raw","title"\n{RAW},关于召开会议的通知\n'.encode(encoding))
    assert (item.raw, item.title) == (RAW, "关于召开会议的通知")
    assert item.encoding == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def test_a_mapping_names_columns():
    (item,) = csv_rows("正文,raw\n一行,x\n", fields={"raw": "正文"})
    assert (item.raw, item.fields) == ("一行", {"raw": "x"})


def test_csv_without_the_column_is_refused_once():
    (item,) = csv_rows("a,b\n1,2\n3,4\n")
    assert item.where == "stdin"
    assert item.reason.startswith("no field raw or text or content (its fields: “a”, “b”)")


def test_rows_that_do_not_fit_the_header_are_refused():
    long, short, good = csv_rows("raw,title\n一行,二行,通知\n一行\n好,通知\n")
    assert (long.where, short.where, good.raw) == ("stdin:2", "stdin:3", "好")
    assert long.reason.startswith("3 cells where the header has 2")


def test_two_columns_of_one_name_are_refused():
    (item,) = csv_rows("raw,a,a\nx,1,2\n")
    assert item.reason == "two columns are named “a”: rename one"


def test_broken_quoting_is_named_and_the_next_line_goes_on():
    first, broken, last = csv_rows('raw,title\n一行,a\n"二"行,b\n三行,c\n')
    assert (first.raw, last.raw) == ("一行", "三行")
    assert broken.where == "stdin:3"
    assert broken.reason.startswith("not CSV: ")


def test_an_unclosed_quote_is_named_where_it_begins():
    first, broken = csv_rows('raw,title\n一行,a\n"二行,b\n三行,c\n')
    assert first.raw == "一行"
    assert broken == Refusal("stdin:3", "not CSV: unexpected end of data")


def test_empty_cells():
    blank, item = csv_rows("raw,title,x\n,a,b\n一行,,\n")
    assert blank.reason.startswith("empty")
    assert (item.title, item.fields) == (None, {"x": ""})


def test_nul_in_csv_is_text():
    assert csv_rows("raw,x\n各单位\0要完成整改,b\n")[0].raw == "各单位\0要完成整改"


def test_cells_of_any_length():
    raw = RAW * 20_000
    assert csv_rows(f'raw\n"{raw}"\n')[0].raw == raw


def test_csv_whose_encoding_changes_keeps_what_came_before(monkeypatch):
    monkeypatch.setattr(table, "_SAMPLE", 64)
    data = ("raw\n" + "一行通知\n" * 2000).encode() + "各单位要完成整改\n".encode("gb18030")
    *good, broken = csv_rows(data)
    assert {item.raw for item in good} == {"一行通知"}
    assert isinstance(broken, Refusal)
    assert "not utf-8 as before" in broken.reason


def test_a_line_beyond_the_limit_ends_the_csv(monkeypatch):
    for module in (opening, table):
        monkeypatch.setattr(module, "LIMIT", 1 << 16)
    good, long = csv_rows("raw\n一行\n" + "长" * (1 << 17) + "\n")
    assert good.raw == "一行"
    assert "a line larger" in long.reason


@given(st.binary(max_size=80))
def test_any_bytes_as_csv_give_pages_or_refusals(data):
    for item in [*csv_rows(data), *csv_rows(b"raw,x\n" + data)]:
        assert isinstance(item, Source | Refusal)
