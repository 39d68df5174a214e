"""HTML: the text of the page, its own metadata, and hostile pages that cost nothing but themselves."""

import io
import sys
from pathlib import Path

import pytest

from store.intake.sources import Refusal, Source, read_sources

PAGE = Path(__file__).resolve().parents[1] / "data" / "sources" / "notice.html"
BODY = (
    "<p>各乡镇人民政府，县直有关部门：</p><p>为切实做好夏季安全生产工作，各单位要于10月底前完成整改，并报送有关情况。"
    "副县长钱示例负责牵头，各责任单位不得推诿扯皮，对整改不到位的，将予以通报批评。</p>" * 3
)

pytest.importorskip("lxml")


def only(data, **options):
    data = data if isinstance(data, bytes) else data.encode()
    (item,) = read_sources(["-"], stdin=io.BytesIO(data), format="html", **options)
    return item


def page(head="", body=BODY):
    return f"<html><head>{head}</head><body><article>{body}</article></body></html>"


def refused(data):
    item = only(data)
    assert isinstance(item, Refusal), item
    assert "\n" not in item.reason
    return item.reason


def test_the_text_of_a_page():
    (item,) = read_sources([PAGE])
    assert isinstance(item, Source)
    assert item.raw.split("\n")[:2] == ["关于开展夏季安全检查的通知", "各乡镇人民政府，县直有关部门："]
    assert item.raw.count("关于开展夏季安全检查的通知") == 1
    assert "副县长钱示例负责牵头" in item.raw
    for furniture in ("首页", "版权所有", "不是正文"):
        assert furniture not in item.raw
    assert (item.doc, item.where, item.encoding) == ("notice", str(PAGE), "utf-8")
    assert item.html == PAGE.read_text(encoding="utf-8")


def test_the_metadata_of_a_page():
    (item,) = read_sources([PAGE])
    assert item.title == "关于开展夏季安全检查的通知"
    assert item.source is None  # the site's name is none
    assert item.published == "2021-09-26T10:11"
    assert item.url == "https://www.example.org/tz/202109/1.html"
    assert item.fields == {}


def test_a_page_without_metadata_has_none():
    item = only(page())
    assert (item.title, item.source, item.published, item.url) == (None, None, None, None)
    assert item.raw.startswith("各乡镇人民政府")


def test_a_date_in_the_text_is_not_the_pages_own():
    assert only(page(body=BODY.replace("10月底", "2021年3月5日"))).published is None
    assert only(page(body=BODY) + "<div>Copyright 2018-2022</div>").published is None


def test_a_date_that_was_completed_is_not_the_pages_own():
    assert only(page('<meta name="date" content="2021-09">')).published is None


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
def test_a_declared_encoding(encoding):
    declared = {"utf-8": "UTF-8", "gb18030": "gb2312", "big5hkscs": "big5", "utf-16": "utf-16"}[encoding]
    text = (
        "各單位於期限內提出報告，請派員參加會議。"
        if encoding == "big5hkscs"
        else "各单位要按时提出报告，请派人参加会议。"
    )
    for meta in (f'<meta charset="{declared}">', f"<META http-equiv=x content='text/html; charset={declared}'>"):
        item = only(page(meta, f"<p>{text * 20}</p>").encode(encoding))
        assert text in item.raw
        assert item.encoding == {"utf-16": "utf-16-le"}.get(encoding, encoding)


def test_an_undeclared_or_wrong_encoding():
    for head in ("", '<meta charset="utf-8">', '<meta charset="iso-8859-1">'):
        item = only(page(head).encode("gb18030"))
        assert "副县长钱示例负责牵头" in item.raw
        assert item.encoding == "gb18030"


def test_an_xml_declaration_does_not_hinder():
    assert "钱示例" in only('<?xml version="1.0" encoding="utf-8"?>' + page()).raw


@pytest.mark.parametrize(
    "html", ["<html><body></body></html>", "<p>· — ·</p>", "<script>alert(1)</script>", "<p> </p>", "<!-- x -->", "<"]
)
def test_a_page_without_text_is_refused(html):
    assert refused(html).startswith("no text of a page found in this HTML")


def test_a_text_that_a_script_shows_is_read_and_what_pops_up_is_not():
    hidden = f"<div style='display: none'>{BODY}</div>"
    assert "钱示例" in only(f"<h1>安全检查</h1><p>正在加载</p>{hidden}").raw
    assert "钱示例" not in only(f"<h1>安全检查</h1>{BODY.replace('钱示例', '孙样本') * 2}{hidden * 9}").raw


def test_noise_is_refused():
    assert "UTF-8" in refused(bytes(range(256)) * 20)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "各单位要完成整改。",
        "<b><i>" * 20_000 + BODY,
        "<table><tr><td>" * 3_000 + BODY,
        "<p " + 'a="1" ' * 100_000 + ">" + BODY,
        "<![CDATA[" * 1_000 + BODY,
        "<script>" + "x" * 5_000_000 + "</script>" + BODY,
        "<!--" + "x" * 5_000_000 + "-->" + BODY,
        page(body=f"<p>{'各单位要于十月底前完成整改。' * 120_000}</p>"),
        page(body=BODY + "&#0;&#xd800;&#x1b;[2J\x00\x0b\ufffe" + BODY),
        "<svg><foreignObject>" * 500 + BODY,
        "</html>" * 1_000 + BODY,
    ],
    ids=lambda html: html[:12],
)
def test_hostile_pages_are_pages_or_refusals(html):
    item = only(html)
    if isinstance(item, Source):
        assert item.raw.encode() is not None
    else:
        assert "\n" not in item.reason


@pytest.mark.parametrize("error", [RecursionError, ValueError, MemoryError])
def test_a_parser_that_dies_costs_its_page_only(monkeypatch, tmp_path, error):
    def die(*_, **__):
        raise error("no")

    monkeypatch.setattr("lxml.etree.iterwalk", die)
    (tmp_path / "a.html").write_text(page(), encoding="utf-8")
    (tmp_path / "b.txt").write_text("各单位要完成整改。", encoding="utf-8")
    bad, good = read_sources([tmp_path])
    assert error.__name__ in bad.reason
    assert good.doc == "b"


def test_without_the_extra_the_refusal_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "lxml", None)
    assert refused(page()) == "HTML needs the module lxml, which is missing: pip install 'zhupi[html]'"


def test_the_refusal_tells_that_what_is_installed_cannot_be_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "lxml.etree", raising=False)
    monkeypatch.delattr("lxml.etree", raising=False)
    monkeypatch.setitem(sys.modules, "lxml.etree", None)
    assert refused(page()).startswith("HTML needs lxml, which is installed and cannot be loaded: import of lxml.etree")


def test_the_parser_says_nothing(capfd):
    refused("<html><body></body></html>")
    refused("<div>" * 5_000 + "各单位要完成整改。")
    assert capfd.readouterr() == ("", "")


def test_elements_that_are_nested_too_deeply_are_told_not_cut_off():
    assert "nested too deeply" in refused("<p>各单位要完成整改。</p>" + "<div>" * 5_000 + "逾期的，予以通报。")
    assert "逾期的，予以通报。" in only("<p>各单位要完成整改。</p>" + "<div>" * 500 + "逾期的，予以通报。").raw
