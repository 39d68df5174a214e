"""Which files are read, in which order, and that none of them stops, blocks or breaks the rest."""

import gzip
import io
import os
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest

from store.errors import SourceError
from store.input import opening
from store.intake.sources import Record, Refusal, Remarks, Source, files, read_sources

TEXT = "青禾县召开会议\n会议要求，各单位要于10月底前完成整改。\n"


def read(*paths, **options):
    return list(read_sources(paths, **options))


def only(*paths, **options):
    (item,) = read(*paths, **options)
    return item


def refused(*paths, **options):
    item = only(*paths, **options)
    assert isinstance(item, Refusal), item
    assert "\n" not in item.reason
    return item


def put(path: Path, text: str | bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_text_file_is_a_page(tmp_path):
    path = put(tmp_path / "河长制.txt")
    assert only(path) == Source(doc="河长制", raw=TEXT, encoding="utf-8", where=str(path))


def test_line_ends_and_controls_stay(tmp_path):
    text = "标题\r\n\r\n正文\x1b[2J\x07\r末行"
    assert only(put(tmp_path / "a.txt", text)).raw == text


def test_the_encoding_found_is_told(tmp_path):
    item = only(put(tmp_path / "gb.txt", TEXT.encode("gb18030")))
    assert (item.raw, item.encoding) == (TEXT, "gb18030")


@pytest.mark.parametrize(
    ("name", "doc"),
    [
        ("a.txt", "a"),
        ("a.txt.gz", "a"),
        ("A.TXT", "A"),
        ("a.b.text", "a.b"),
        ("关于2.0版的通知", "关于2.0版的通知"),
        ("page", "page"),
        ("page.gz", "page"),
        ("notes.md", "notes"),
        (".txt", ".txt"),
        ("x.log", "x.log"),
    ],
)
def test_the_doc_of_a_file_named_by_itself_is_its_stem(tmp_path, name, doc):
    data = gzip.compress(TEXT.encode()) if name.endswith(".gz") else TEXT
    item = only(put(tmp_path / name, data))
    assert (item.doc, item.raw) == (doc, TEXT)


def test_compressed_by_content_whatever_the_name(tmp_path):
    assert only(put(tmp_path / "a.txt", gzip.compress(TEXT.encode()))).raw == TEXT


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        gzip.compress(TEXT.encode())[:-9],
        gzip.compress(TEXT.encode() * 50)[:40],
        b"\x1f\x8b\x08\x00" + b"\xff" * 30,
        gzip.compress(TEXT.encode())[:-8] + bytes(8),
    ],
    ids=["not compressed", "cut off at its end", "cut off", "noise", "wrong sum"],
)
def test_damaged_gzip_is_refused(tmp_path, data):
    assert "gzip" in refused(put(tmp_path / "a.txt.gz", data)).reason


def test_damage_in_the_middle_of_gzip_keeps_the_rows_before_it(tmp_path):
    random_rows = b"".join(b'{"raw": "%s"}\n' % os.urandom(400).hex().encode() for _ in range(200))
    compress = zlib.compressobj(wbits=31)
    data = compress.compress(random_rows) + compress.flush(zlib.Z_FULL_FLUSH)
    found = read(put(tmp_path / "a.jsonl.gz", data + b"\xff" * 9))
    assert len(found) > 100
    assert {type(item) for item in found[:-1]} == {Source}
    assert "gzip" in found[-1].reason


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "LIMIT", 1 << 20)
    assert "larger than 1 MiB" in refused(put(tmp_path / "a.txt.gz", gzip.compress(b"a" * (1 << 24)))).reason


def test_a_folder_is_read_in_the_order_of_whole_paths(tmp_path):
    names = ["a b.txt", "a.txt", "a/b.txt", "a/c/d.txt.gz", "a/c.htm.txt", "ab.txt", "中/一.txt", "丁.txt"]
    for name in names:
        put(tmp_path / name, gzip.compress(TEXT.encode()) if name.endswith(".gz") else TEXT)
    found = [os.path.relpath(item.where, tmp_path) for item in read(tmp_path)]
    assert found == sorted(names)


def test_paths_keep_the_order_they_are_given_in(tmp_path):
    b, a = put(tmp_path / "b.txt"), put(tmp_path / "a.txt")
    assert [item.doc for item in read(b, a, b)] == ["b", "a", "b"]


def test_a_folder_gives_pages_only(tmp_path):
    put(tmp_path / "page.txt")
    for name in (".hidden.txt", ".git/a.txt", "README.md", "x.pdf", "a.png", "noext", "e.jsonl.manifest.json"):
        put(tmp_path / name, b"\x00")
    assert [item.doc for item in read(tmp_path)] == ["page"]


def test_what_a_folder_holds_and_is_passed_over_is_counted_by_ending(tmp_path):
    for name in (
        "a.PDF",
        "b.pdf",
        "sub/c.pdf",
        "d.docx",
        "e.pdf.gz",
        "README",
        "关于2.0版的通知",
        "f.x\u202ey",
        "page.txt",
    ):
        put(tmp_path / name)
    put(tmp_path / ".git" / "config.pdf")
    remarks = Remarks()
    assert [item.doc for item in read(tmp_path, remarks=remarks, progress=lambda *_: None)] == ["page"]
    assert remarks.passed_over == {
        ".pdf": 3, "with another ending": 2, ".docx": 1, ".pdf.gz": 1, "without an ending": 1,
    }  # fmt: skip
    remarks = Remarks()
    assert read(tmp_path / "page.txt", tmp_path / "d.docx", remarks=remarks)
    assert remarks.passed_over == {}
    read(tmp_path, format="html", remarks=remarks)
    assert remarks.passed_over[".txt"] == 1


def test_endings_without_end_are_counted_together(tmp_path):
    for number in range(60):
        put(tmp_path / f"a.x{number}")
    remarks = Remarks()
    read(tmp_path, remarks=remarks)
    assert len(remarks.passed_over) == 21
    assert remarks.passed_over["with another ending"] == 40


def test_a_format_takes_its_own_suffixes_from_a_folder(tmp_path):
    put(tmp_path / "a.txt")
    put(tmp_path / "b.jsonl", '{"raw": "一行通知。"}\n')
    assert [item.doc for item in read(tmp_path, format="txt")] == ["a"]
    assert [item.doc for item in read(tmp_path, format="jsonl")] == ["b-1"]
    assert "no pages" in refused(tmp_path, format="html").reason


def test_a_format_reads_a_file_named_by_itself_as_told(tmp_path):
    path = put(tmp_path / "rows.txt", '{"raw": "一行通知。"}\n')
    assert only(path, format="jsonl").doc == "rows-1"
    assert only(path, format="txt").raw == '{"raw": "一行通知。"}\n'


def test_a_missing_path_is_named_and_the_rest_goes_on(tmp_path):
    path = put(tmp_path / "a.txt")
    missing, page = read(tmp_path / "none.txt", path)
    assert missing == Refusal(str(tmp_path / "none.txt"), "no such file or folder: check the path")
    assert page.doc == "a"


def test_a_folder_without_pages_is_named(tmp_path):
    put(tmp_path / "sub" / "x.pdf")
    item = refused(tmp_path)
    assert item.where == str(tmp_path)
    assert ".jsonl" in item.reason


@pytest.mark.parametrize("data", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".json", ".csv", ".html"])
def test_an_empty_file_is_refused(tmp_path, data, suffix):
    item = refused(put(tmp_path / f"empty{suffix}", data))
    assert item.where.endswith(f"empty{suffix}")
    assert item.reason.startswith("empty")


def test_noise_is_refused(tmp_path):
    assert "UTF-8" in refused(put(tmp_path / "noise.txt", bytes(range(256)) * 20)).reason


def test_links_that_lead_back_end(tmp_path):
    put(tmp_path / "a" / "page.txt")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to("self")
    assert [item.doc for item in read(tmp_path)] == ["page"]


def test_each_folder_is_read_once_however_many_links_lead_to_it(tmp_path):
    for level in range(30):
        folder = tmp_path / f"{level:02}"
        folder.mkdir()
        for name in "xy":
            (folder / name).symlink_to(tmp_path / f"{level + 1:02}")
    put(tmp_path / "30" / "page.txt")
    assert [item.doc for item in read(tmp_path / "00")] == ["page"]


def test_links_to_pages_are_pages_and_dangling_ones_are_refused(tmp_path):
    target = put(tmp_path / "elsewhere" / "x.txt")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.txt").symlink_to(target)
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    gone, good, loop = read(folder)
    assert good.doc == "good"
    assert "no such file" in gone.reason
    assert "symbolic link" in loop.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_refused_and_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    put(tmp_path / "zzz.txt")
    pipe, page = read(tmp_path)
    assert pipe.where.endswith("pipe.txt")
    assert "name it -" in pipe.reason
    assert page.doc == "zzz"
    assert "name it -" in refused(tmp_path / "pipe.txt").reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_file_that_becomes_a_pipe_meanwhile_is_refused(tmp_path, monkeypatch):
    path = put(tmp_path / "a.txt")
    found = files.File.at(path, 1)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(SourceError):
        opening.open_file(found.path)
    # Even one that changes between the look and the opening does not block.
    regular = put(tmp_path / "b.txt").stat()
    monkeypatch.setattr(Path, "stat", lambda _: regular)
    with pytest.raises(SourceError):
        opening.open_file(found.path)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices here")
def test_a_device_is_refused():
    assert "name it -" in refused("/dev/zero").reason
    assert "name it -" in refused("/dev/null").reason


def test_a_file_that_vanishes_is_refused(tmp_path):
    paths = [put(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")]
    found = read_sources([tmp_path])
    assert next(found).doc == "a"
    paths[1].unlink()
    gone, last = found
    assert isinstance(gone, Refusal)
    assert "no such file" in gone.reason
    assert last.doc == "c"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that opens and cannot be read")
def test_an_error_while_reading_is_refused():
    assert "cannot be read: input/output error" in refused("/proc/self/mem", format="txt").reason


UNPRIVILEGED = """
import os, sys
from store.intake.sources import read_sources
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
for item in read_sources(sys.argv[1:]):
    print(type(item).__name__, item.where.rpartition("/")[2], getattr(item, "reason", ""))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are those of Unix")
def test_what_may_not_be_read_is_refused():
    # Not in tmp_path, which pytest shuts to others: root becomes nobody to be refused anything.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        put(folder / "good.txt")
        put(folder / "secret.txt").chmod(0)
        put(folder / "shut" / "a.txt")
        (folder / "shut").chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, folder], capture_output=True, text=True, check=True, cwd=Path.cwd()
        )
        (folder / "shut").chmod(0o700)
    good, secret, shut = done.stdout.splitlines()
    assert good.strip() == "Source good.txt"
    assert secret.startswith("Refusal secret.txt may not be read: ask")
    assert shut.startswith("Refusal shut may not be read: ask")


@pytest.mark.parametrize("path", ["nul\0in the name.txt", "long" * 5000, "a.txt/b.txt"])
def test_impossible_paths_are_refused(tmp_path, path):
    put(tmp_path / "a.txt")
    refused(f"{tmp_path}/{path}")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_hostile_names_are_names(tmp_path):
    folder = os.fsencode(tmp_path)
    for name in (b"a\x1b[2J\xe2\x80\xae.txt", b"b\nnext line.txt", b"c\xff\xfe.txt"):
        Path(os.fsdecode(folder + b"/" + name)).write_text(TEXT, encoding="utf-8")
    found = read(tmp_path)
    assert [item.doc for item in found] == ["a\x1b[2J\u202e", "b\nnext line", "c\ufffd\ufffd"]
    assert all(item.doc.encode() for item in found)


def test_standard_input_is_one_page_of_text():
    assert only("-", stdin=io.BytesIO(TEXT.encode("gb18030"))) == Source("stdin", TEXT, "gb18030", "stdin")


@pytest.mark.parametrize(
    "data", ['{"raw": "一行通知。"}\n', '\ufeff\n { "raw": "一行通知。"}', '[{"raw": "一行通知。"}]']
)
def test_standard_input_of_rows_is_known_by_its_beginning(data):
    assert only("-", stdin=io.BytesIO(data.encode())).raw == "一行通知。"


@pytest.mark.parametrize(
    "text", ["{注} 各单位要完成整改。", "[1] 各单位要完成整改。", "a,b\n各单位,要完成整改。", "<p>各单位</p>"]
)
def test_standard_input_that_only_resembles_rows_is_text(text):
    assert only("-", stdin=io.BytesIO(text.encode())).raw == text


def test_standard_input_goes_by_the_format_given():
    assert only("-", stdin=io.BytesIO("raw,doc\n一行通知。,x\n".encode()), format="csv").doc == "x"
    assert only("-", stdin=io.BytesIO(b'{"raw": "a"}'), format="txt").raw == '{"raw": "a"}'


def test_standard_input_may_be_compressed_and_stays_open():
    stdin = io.BytesIO(gzip.compress('{"raw": "一行通知。"}\n{"raw": "又一行通知。"}\n'.encode()))
    assert [item.doc for item in read("-", stdin=stdin)] == ["stdin-1", "stdin-2"]
    assert not stdin.closed


def test_rows_of_standard_input_come_as_they_are_written():
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stdin, os.fdopen(writing, "wb", buffering=0) as out:
        row = b'{"raw": "' + b"a" * 9000 + b'"}\n'
        out.write(row * 2)
        found = read_sources(["-"], stdin=stdin)
        assert next(found).doc == "stdin-1"
        out.write(row)
        out.close()
        assert [item.doc for item in found] == ["stdin-2", "stdin-3"]


def test_empty_standard_input_is_refused():
    assert refused("-", stdin=io.BytesIO()).reason.startswith("empty")


def test_reading_is_lazy(tmp_path):
    put(tmp_path / "a.txt")
    found = read_sources([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert next(found).doc == "a"
    put(tmp_path / "b.txt")
    assert next(found).doc == "b"


def test_progress_counts_bytes_on_disk(tmp_path):
    rows = put(tmp_path / "a.jsonl", '{"raw": "一行通知。"}\n' * 500)
    put(tmp_path / "b.txt.gz", gzip.compress(TEXT.encode()))
    total = rows.stat().st_size + (tmp_path / "b.txt.gz").stat().st_size
    told = []
    assert len(read(tmp_path, progress=lambda done, all_: told.append((done, all_)))) == 501
    assert {all_ for _, all_ in told} == {total}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)
    assert len(told) <= 1002


def test_progress_of_standard_input_has_no_total():
    told = []
    read("-", stdin=io.BytesIO(TEXT.encode()), progress=lambda *step: told.append(step))
    assert {total for _, total in told} == {0}


def test_progress_survives_a_file_that_is_gone(tmp_path):
    told = []
    read(tmp_path / "none", progress=lambda *step: told.append(step))
    assert told == [(0, 0)]


def test_an_unknown_notice_field_is_refused_at_once(tmp_path):
    with pytest.raises(SourceError, match="no field body: map one of raw, doc"):
        read_sources([tmp_path], fields={"body": "content"})


def test_a_mixed_folder_gives_the_good_and_names_the_bad(tmp_path):
    put(tmp_path / "good.txt")
    put(tmp_path / "gb.txt", "某县人民政府关于整改的通知\n请于2021年3月1日前报送。\n".encode("gb18030"))
    put(tmp_path / "noise.txt", bytes(range(256)) * 20)
    put(tmp_path / "half.jsonl", '{"raw": "一行好的通知。"}\n{"raw": \n{"nothing": 1}\n')
    put(tmp_path / "empty.txt", b"")
    put(tmp_path / "export.jsonl", '{"schema":"zhupi/1","raw":"x"}\n')
    found = [(type(item), item.where.rpartition("/")[2]) for item in read(tmp_path)]
    assert found == [
        (Refusal, "empty.txt"),
        (Record, "export.jsonl:1"),
        (Source, "gb.txt"),
        (Source, "good.txt"),
        (Source, "half.jsonl:1"),
        (Refusal, "half.jsonl:2"),
        (Refusal, "half.jsonl:3"),
        (Refusal, "noise.txt"),
    ]
