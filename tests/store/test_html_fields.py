"""What a web page says of itself: its own title, source, date and address, not those of its site."""

from __future__ import annotations

import io

import pytest

pytest.importorskip("lxml")

from store.intake.sources import Source, read_sources

TITLE = "关于做好防汛工作的通知"
BODY = (
    "<div><p>各乡镇人民政府：</p><p>为做好今年的防汛工作，保障群众生命财产安全，现将有关事项通知如下。</p>"
    "<p>一、各乡镇要在五月底前完成山塘水库的排查，逐一建立台账，并报送县水务局。</p></div>"
)


def meta(**said):
    return "".join(f'<meta name="{name}" content="{content}">' for name, content in said.items())


def source(head="", *, heading=f"<p>{TITLE}</p>", byline="", text=BODY):
    html = f"<html><head>{head}</head><body>{heading}<p>{byline}</p>{text}</body></html>"
    (item,) = read_sources(["-"], stdin=io.BytesIO(html.encode()), format="html")
    assert isinstance(item, Source), item
    return item


def title(head="", **options):
    return source(head, **options).title


def test_the_meta_tag_gives_the_title_whatever_case_it_has():
    assert title(meta(ArticleTitle=TITLE) + "<title>青禾县人民政府</title>") == TITLE
    assert title(f'<META PROPERTY="articletitle" CONTENT=" {TITLE} ">') == TITLE
    assert title(meta(ArticleTitle="关于做好&lt;br/&gt;防汛工作的通知")) == TITLE


def test_a_title_that_the_page_does_not_show_is_its_first_line():
    item = source(meta(ArticleTitle=TITLE), heading="")
    assert item.raw.split("\n")[:2] == [TITLE, "各乡镇人民政府："]
    assert source(meta(ArticleTitle=TITLE)).raw.count(TITLE) == 1
    quoted = source(meta(ArticleTitle=TITLE), heading="", text=BODY.replace("现将", f"《{TITLE}》已经印发，现将"))
    assert quoted.raw.startswith(f"{TITLE}\n各乡镇")


WHOLE = [
    f"{TITLE}_政策文件_青禾县人民政府门户网站",
    f"青禾县水务局 通知公告 {TITLE}",
    f"{TITLE} - 青禾县水务局",
    f"{TITLE}-公告信息-青禾网",
    f"{TITLE}\n _\n 县内要闻 \n _ 青禾网",
    f"{TITLE}——青禾县人民政府",
    f"{TITLE}&nbsp;&nbsp;青禾网",
]


@pytest.mark.parametrize("whole", [*WHOLE, f"青禾县 &gt; 通知 &gt; {TITLE}"])
def test_a_title_is_parted_from_its_column_and_site(whole):
    assert title(f"<title>{whole}</title>") == TITLE
    assert title(f'<meta property="og:title" content="{whole}">') == TITLE


@pytest.mark.parametrize("whole", WHOLE)
def test_a_title_that_stands_nowhere_else_is_parted_from_the_name_of_its_site(whole):
    item = source(f"<title>{whole}</title>", heading="")
    assert item.title == TITLE
    assert item.raw.startswith(f"{TITLE}\n")


def test_a_title_may_have_what_parts_titles():
    for text in ("青禾县2021-2035年防汛规划", "全面排查 守住底线——青禾县防汛纪实"):
        assert title(f"<title>{text}_要闻_青禾网</title>", heading=f"<div>{text}</div>") == text


def test_the_name_of_the_site_is_no_title():
    head = "<title>青禾县人民政府信息公开</title>" + meta(SiteName="青禾网版权所有", ColumnName="政策文件")
    assert title(head, heading=f"<h1>青禾县水务局</h1><h1>政策文件</h1><h2>{TITLE}</h2>") == TITLE
    assert title(head, heading="<h1>青禾县水务局</h1>") is None


def test_a_heading_that_the_title_of_the_page_repeats_is_preferred():
    assert title(f"<title>{TITLE}|青禾</title>", heading=f"<h2>防汛抗旱专题报道</h2><h3>{TITLE}</h3>") == TITLE


def test_a_date_behind_a_heading_is_not_part_of_the_title():
    assert title(heading=f"<h1>{TITLE} ( 2023年05月08日 )</h1>") == TITLE


def test_a_title_that_was_cut_off_is_the_line_that_it_begins():
    assert title(meta(ArticleTitle="关于做好防汛工...")) == TITLE


def test_the_date_of_the_meta_tag():
    assert source(meta(PubDate="2023-05-08 10:11")).published == "2023-05-08T10:11"
    assert source(meta(pubdate="2023-05-08 00:00:00")).published == "2023-05-08"
    assert source(meta(PubDate="2010-05-05 10:472019-05-23 14:08")).published == "2010-05-05"
    assert (
        source('<meta property="article:published_time" content="2023-05-08T10:11:12+08:00">').published
        == "2023-05-08T10:11"
    )
    assert source(meta(PubDate="2023-05")).published is None
    assert source(meta(PubDate="2023-02-30")).published is None


@pytest.mark.parametrize(
    "byline",
    [
        "日期：2021-09-26 来源：县水务局",
        "发布时间：2021-09-26",
        "县水务局 2021-09-26 08:12",
        "2021-09-26 08:12 | 县水务局",
    ],
)
def test_the_byline_is_before_the_day_on_which_the_site_moved(byline):
    assert source(meta(PubDate="2023-05-08 10:11"), byline=byline).published[:10] == "2021-09-26"


def test_the_date_of_an_index_table_is_before_it_too():
    head = meta(PubDate="2023-05-08", ArticleTitle=TITLE)
    table = "<p>[索引号] 1/2021</p><p>[成文日期] 2021-09-20</p><p>[发布日期] 2021-09-26</p>"
    assert source(head, heading=f"{table}<p>{TITLE}</p>").published == "2021-09-26"


def test_of_one_day_the_time_is_kept():
    assert source(meta(PubDate="2023-05-08 10:11"), byline="日期：2023-05-08").published == "2023-05-08T10:11"
    assert source(meta(PubDate="2023-05-08"), byline="日期：2023-05-08 10:11").published == "2023-05-08T10:11"


def test_no_other_date_is_the_byline():
    head = meta(PubDate="2023-05-08")
    assert source(head, byline="2023年4月1日").published == "2023-05-08"
    assert source(head, byline="时间：2023-06-01").published == "2023-05-08"
    assert source(head, byline="成文日期：2023-04-01").published == "2023-05-08"
    known = head + meta(ArticleTitle=TITLE)
    assert source(known, heading=f"<p>2020-01-01</p><p>{TITLE}</p>").published == "2023-05-08"


def test_the_source_of_the_meta_tag():
    assert source(meta(ContentSource=" 县水务局 ")).source == "县水务局"
    assert source(meta(contentSource="来源：县水务局")).source == "县水务局"
    assert source(meta(ContentSource="") + meta(ContentSource="县水务局")).source == "县水务局"


@pytest.mark.parametrize(
    "nobody", ["本网", "本站原创", "网络", "无", "-", "admin", "null", "https://www.example.org/", "长" * 41]
)
def test_who_names_nobody_is_no_source(nobody):
    assert source(meta(ContentSource=nobody)).source is None


def test_the_name_of_the_site_is_no_source():
    assert source(meta(SiteName="青禾网")).source is None
    assert source('<meta property="og:site_name" content="青禾网">').source is None
    assert source(meta(SiteName="青禾网", ContentSource="青禾网")).source is None


def test_an_office_whose_site_has_its_name_is_a_source_where_the_page_says_so():
    head = meta(SiteName="青禾县水务局", ContentSource="青禾县水务局")
    assert source(head).source is None
    assert source(head, byline="来源：青禾县水务局 日期：2023-05-08").source == "青禾县水务局"


def test_another_source_in_the_byline_is_left_to_it():
    assert source(meta(ContentSource="县水务局"), byline="来源：青禾日报 日期：2023-05-08").source is None


def test_the_address_is_that_of_the_page():
    assert (
        source('<link rel="canonical" href="https://www.example.org/tz/1.html">').url
        == "https://www.example.org/tz/1.html"
    )
    assert source(meta(Url="http://www.example.org/tz/1.html")).url == "http://www.example.org/tz/1.html"
    for address in ("https://www.example.org/", "https://www.example.org", "./t1.html", "//www.example.org/tz/1.html"):
        assert source(meta(Url=address)).url is None


def test_white_space_in_a_heading_costs_no_more_than_its_length():
    spaces = "\u3000" * 100_000
    assert title(heading=f"<h1>关于{spaces}防汛的通知</h1>", text=BODY) == f"关于{spaces}防汛的通知"
