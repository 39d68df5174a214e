"""Bytes of unknown encoding: the right text, or a refusal; never rare characters made of something else."""

import codecs
import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import DecodeError
from store.input.decoding import decode, decode_as, familiarity, is_blank, is_unsure

SIMPLIFIED = (
    "青禾县人民政府办公室关于做好防汛工作的通知\n"
    "各乡镇人民政府，县直有关部门：\n"
    "　　近日，县防汛指挥部召开会议，副县长钱示例出席并讲话。会议要求，各单位要于2021年6月10日前完成隐患排查，"
    "不得瞒报、漏报。对整改不到位的，要依法追究责任。\n"
    "　　“责任到人，措施到位。”会议强调，要加强值班值守，确保群众生命财产安全（联系电话另行通知）。\n"
)
TRADITIONAL = (
    "青禾縣環境保護局關於開展河道巡查的通知\n"
    "各鄉鎮公所、各有關單位：\n"
    "　　為維護河川水質，本局訂於六月十日起辦理聯合巡查，請各單位派員參加，並於期限內提出報告。\n"
    "　　局長錢示例表示：「巡查結果應詳細記錄，不得隱匿。」會後將公佈各區辦理情形，並對表現優良者予以獎勵。\n"
)
SHORT_SIMPLIFIED = (
    "某县人民政府关于整改的通知\n请于2021年3月1日前报送。",
    "关于召开会议的通知。",
    "请各单位按时报送材料",
    "县长赵样本主持会议",
    "三月一日前完成整改。",
    "公告",
)
SHORT_TRADITIONAL = (
    "關於召開會議的通知。",
    "請各單位於三月一日前報送資料。",
    "縣長趙樣本主持會議並講話",
    "本局訂於六月十日辦理巡查",
)
ENCODINGS = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")


def test_utf_8_keeps_everything_but_the_byte_order_mark():
    text = "标题\r\n正文\x1b[2J\u200b\x85\u2028。\n"
    assert decode(text.encode()) == (text, "utf-8")
    assert decode(codecs.BOM_UTF8 + text.encode()) == (text, "utf-8")
    assert decode(codecs.BOM_UTF8 * 2 + text.encode()) == ("\ufeff" + text, "utf-8")


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: not is_blank(text))
)
def test_any_text_without_controls_comes_back_from_utf_8(text):
    assert decode(codecs.BOM_UTF8 + text.encode()) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_paragraphs_are_read_in_their_own_encoding(encoding):
    for text in (TRADITIONAL, SIMPLIFIED) if encoding != "big5hkscs" else (TRADITIONAL,):
        for lines in range(1, text.count("\n") + 1):
            part = "".join(text.splitlines(keepends=True)[:lines])
            assert decode(part.encode(encoding)) == (part, encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_line_alone_is_read_in_its_own_encoding(encoding):
    for line in (SIMPLIFIED + TRADITIONAL if encoding != "big5hkscs" else TRADITIONAL).split("\n")[:-1]:
        assert decode(line.encode(encoding)) == (line, encoding)


@pytest.mark.parametrize("text", SHORT_SIMPLIFIED)
def test_short_gb18030(text):
    assert decode(text.encode("gb18030")) == (text, "gb18030")


@pytest.mark.parametrize("text", SHORT_TRADITIONAL)
def test_short_big5(text):
    assert decode(text.encode("big5hkscs")) == (text, "big5hkscs")


@pytest.mark.parametrize("text", SHORT_TRADITIONAL)
def test_traditional_text_in_gb18030_is_not_taken_for_big5(text):
    assert decode(text.encode("gb18030")) == (text, "gb18030")


def test_what_is_lawful_utf_8_is_utf_8():
    # The two characters of “notice”, alone in a GB18030 file, are such bytes; nothing tells them apart.
    assert decode("通知".encode("gb18030")) == ("\u0368\u05aa", "utf-8")


def test_what_both_can_be_is_gb18030():
    data = "環境監察".encode("big5hkscs")
    assert familiarity(data.decode("gb18030")) == familiarity(data.decode("big5hkscs")) == 1.0
    assert decode(data)[1] == "gb18030"


def test_a_few_characters_among_much_ascii():
    for text, encoding in (("请于三月一日前报送。", "gb18030"), ("請於三月一日前報送資料。", "big5hkscs")):
        page = 'function(){return 1} id="a"\r\n' * 20 + text + "\r\nhttp://a.example/b?c=1" * 20
        assert decode(page.encode(encoding)) == (page, encoding)


def test_pinyin_artefacts_and_rare_names_do_not_make_a_page_implausible():
    page = "關(guān)于召開(kāi)會(huì)議(yì)的通知，主持人：吳璟垚、孫翀淼、李骞。"
    assert decode(page.encode("gb18030")) == (page, "gb18030")


def test_four_byte_characters_of_gb18030():
    page = "青禾县𠮷田村村民委员会关于更正地名用字的公告，原写作“吉田”。"
    assert decode(page.encode("gb18030")) == (page, "gb18030")


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")])
def test_utf_16_with_its_mark(mark, encoding):
    for text in (SIMPLIFIED, "通知", "plain"):
        assert decode(mark + text.encode(encoding)) == (text, encoding)


def test_ascii_in_utf_16_without_a_mark_is_not_utf_8_full_of_nul():
    assert decode("no mark at all\r\n".encode("utf-16-le") * 5) == ("no mark at all\r\n" * 5, "utf-16-le")


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x80",
        b"\x80" * 9,
        b"\xff" * 40,
        b"\x00" * 100,
        b"\x00\x01\x02\x03" * 50,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10\x08\x06\x00\x00\x00",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c\x4a",
        b"PK\x03\x04\x14\x00\x08\x08\x08\x00\xb6\x9e",
        codecs.BOM_UTF16_LE + b"\x00\xd8" * 4,
        codecs.BOM_UTF16_LE + b"\x00",
        codecs.BOM_UTF32_LE + "通知通知".encode("utf-32-le"),
        "Straße für Mädchen, café très sucré".encode("latin-1"),
        "привет, это совсем другой язык".encode("cp1251"),
        "日本語のテキストです。これは長い文章です。".encode("shift_jis"),
    ],
    ids=lambda data: repr(data[:8]),
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(DecodeError, match="UTF-8"):
        decode(data)


KOREAN = "안녕하십니까. 시청 환경과에서 알려드립니다. 다음 달부터 하천 정비 사업을 시작하오니 협조를 부탁드립니다.\n"
JAPANESE = "市役所環境課からのお知らせです。来月から河川の整備を始めますので、皆様のご協力をお願いします。\n"


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (KOREAN, "euc_kr", "Korean, in cp949"),
        (KOREAN[:40], "cp949", "Korean, in cp949"),
        (JAPANESE, "shift_jis", "Japanese, in cp932"),
        (JAPANESE, "euc_jp", "Japanese, in euc_jp"),
    ],
)
def test_what_is_certainly_korean_or_japanese_is_refused(text, encoding, told):
    for page in (text, text * 20, 'id="a";\r\n' * 99 + text):
        with pytest.raises(DecodeError, match=told):
            decode(page.encode(encoding))
    with pytest.raises(DecodeError, match=told):
        decode_as(text.encode(encoding), encoding)
    assert decode(text.encode()) == (text, "utf-8")


def test_no_chinese_is_taken_for_korean_or_japanese():
    source = random.Random(1)
    for text, encoding in ((SIMPLIFIED, "gb18030"), (TRADITIONAL, "gb18030"), (TRADITIONAL, "big5hkscs")):
        letters = [character for character in text if not character.isascii()]
        for length in (8, 16, 32, 64):
            for _ in range(100):
                page = "".join(source.choices(letters, k=length))
                assert decode(page.encode(encoding))[0]


def test_what_reads_as_rare_characters_is_taken_and_unsure():
    rare = "龘靐齉齾爩鱻麤龗灪籲" * 4
    assert decode(rare.encode("gb18030")) == (rare, "gb18030")
    assert is_unsure(rare, "gb18030")
    assert not is_unsure(rare, "utf-8")
    assert not is_unsure(rare, "utf-16-le")
    # The rarer plane of Big5 reads no worse in GB18030: which of the two it is cannot be told.
    assert is_unsure(*decode(bytes([0xF0, 0x42, 0xF0, 0x43, 0xF5, 0x51] * 9)))


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs"])
def test_notices_are_sure(encoding):
    for text in (TRADITIONAL, *SHORT_TRADITIONAL, *((SIMPLIFIED, *SHORT_SIMPLIFIED) if encoding == "gb18030" else ())):
        assert not is_unsure(text, encoding)


def test_spaces_of_every_width_say_nothing_about_the_encoding():
    page = "\u2002\u3000\u2003" * 40 + "青禾县人民政府"
    assert decode(page.encode("gb18030")) == (page, "gb18030")
    assert not is_unsure(page, "gb18030")


def test_rare_characters_among_controls_are_no_text():
    with pytest.raises(DecodeError, match="no text in UTF-8"):
        decode("龘靐\x01齉齾\x02爩鱻".encode("gb18030") * 9)


@pytest.mark.parametrize("length", [40, 64, 100, 256, 1000, 4096])
def test_random_bytes_are_refused(length):
    source = random.Random(length)
    for _ in range(40):
        with pytest.raises(DecodeError):
            decode(b"\xff" + source.randbytes(length))
        with pytest.raises(DecodeError):
            decode(b"\xb0" + source.randbytes(length))


@pytest.mark.parametrize("cut", [1, 2])
def test_utf_8_that_is_cut_off_is_not_read_as_gb18030(cut):
    for text in (SIMPLIFIED, TRADITIONAL, *SHORT_SIMPLIFIED[:4]):
        data = text.rstrip("\n。.").encode()
        with pytest.raises(DecodeError, match="UTF-8"):
            decode(data[:-cut])


def test_utf_8_with_one_broken_byte_names_it():
    data = bytearray(SIMPLIFIED.encode())
    data[31] = 0xFF
    with pytest.raises(DecodeError, match=r"broken byte at 3[01]:"):
        decode(bytes(data))


def test_gb18030_with_one_broken_byte_is_refused():
    data = SIMPLIFIED.encode("gb18030")
    with pytest.raises(DecodeError):
        decode(data[:100] + b"\xff" + data[100:])


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t", codecs.BOM_UTF8, "\u3000\u200b\ufeff\n".encode(), codecs.BOM_UTF16_BE]
)
def test_empty_is_refused_as_such(data):
    with pytest.raises(DecodeError, match=r"^empty"):
        decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_give_storable_text_or_a_refusal(data):
    with suppress(DecodeError):
        text, encoding = decode(data)
        assert text.encode().decode() == text
        assert encoding in ("utf-8", *ENCODINGS)


def test_a_declaration_decides_what_the_bytes_leave_open():
    data = "環境監察".encode("big5hkscs")
    assert decode_as(data, "Big5") == ("環境監察", "big5hkscs")
    assert decode_as("通知公告".encode("gbk"), "GB2312") == ("通知公告", "gb18030")


@pytest.mark.parametrize("label", ["gb2312", "big5", "utf-8", "iso-8859-1", "nonsense", ""])
def test_a_wrong_declaration_is_overruled(label):
    for text, encoding in ((SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5hkscs"), (SIMPLIFIED, "utf-8")):
        assert decode_as(text.encode(encoding), label) == (text, encoding)
