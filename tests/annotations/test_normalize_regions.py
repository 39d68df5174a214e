"""Which region each line of a page belongs to: title and byline anywhere, copies, boilerplate."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.lexicon.tables import rows
from annotations.normalize import normalize
from annotations.normalize.artefacts import READING, narrow
from annotations.normalize.boilerplate import boilerplate
from annotations.normalize.folding import flat, fold
from annotations.normalize.spaces import INVISIBLE
from annotations.regions import check_tiling

T = "青禾市召开水污染防治工作推进会"
B = "来源:青禾市水务局 时间:2022-03-05"
P = [
    "3月4日上午,青禾市召开水污染防治工作推进会,市政府副市长甘棠出席会议并讲话。",
    "会议要求,各县区要在5月底前完成排查整治,确保按期达标。",
    "会议强调,要压实责任,严肃追责问责。",
]
BODY = "\n".join(P)
TRADITIONAL = "3月4日上午,青禾市召開水污染防治工作推進會,市政府副市長甘棠出席會議並講話。\n" + "\n".join(P[1:])
F = "扫一扫在手机打开当前页"
SIGNED = "青禾市水务局\n2022年3月5日"


def shape(raw: str) -> str:
    """The kinds of a page's regions, neighbours of one kind as one."""
    kinds = [region.kind for region in normalize(raw).regions]
    return " ".join(kind for kind, before in zip(kinds, [None, *kinds], strict=False) if kind != before)


PAGES = {
    "title, byline, body": ([T, B, BODY], "title metadata body"),
    "body, title, byline": ([BODY, T, B], "body title metadata"),
    "byline, title, body": ([B, T, BODY], "metadata title body"),
    "copy, title, byline, body": ([BODY, F, T, B, BODY], "duplicate boilerplate title metadata body"),
    "title, byline, body, copy": ([T, B, BODY, F, BODY], "title metadata body boilerplate duplicate"),
    "title, body, byline": ([T, BODY, B], "title body metadata"),
    "body, copy, title, byline": ([BODY, BODY, T, B], "body duplicate title metadata"),
    "copy, title, body": ([BODY, T, BODY], "duplicate title body"),
    "title, body": ([T, BODY], "title body"),
    "body": ([BODY], "body"),
    "body, copy": ([BODY, BODY], "body duplicate"),
    "all of it twice": ([T, B, BODY, F, T, B, BODY], "title metadata body boilerplate duplicate metadata duplicate"),
    "title twice": ([T, T, B, BODY], "duplicate title metadata body"),
    "navigation": (["首页", "新闻中心", T, B, BODY], "boilerplate title metadata body"),
    "unlabelled byline": ([T, "青禾日报 2022-03-05 08:30", BODY], "title metadata body"),
    "date above the title": (["2022年3月5日", T, BODY], "metadata title body"),
    "signed": ([T, B, BODY, SIGNED], "title metadata body"),
    "signed, then boilerplate": ([T, B, BODY, SIGNED, F, "甲乙丙丁"], "title metadata body boilerplate"),
    "subtitle": ([T, "——在全市会议上的讲话", B, BODY], "title metadata body"),
    "headings": ([T, B, "一、总体要求", P[0], "工作任务", *P[1:]], "title metadata body"),
    "byline at the end": ([T, BODY, "(来源:青禾市水务局)", "责任编辑:殷实"], "title body metadata"),
    "links at the end": ([T, BODY, "相关链接", "某地召开会议", "又一地召开会议"], "title body boilerplate"),
    "links at the start": (["热点新闻", "甲乙丙丁", "戊己庚辛", T, B, BODY], "boilerplate title metadata body"),
    "a link list with sentences": ([T, BODY, "网友评论", "写得好。", "同意。"], "title body boilerplate"),
    "image": ([T, P[0], "微信图片_20220305.jpg", *P[1:]], "title body boilerplate body"),
    "catalogue": (["索引号:000/2022-1", "成文日期:2022年3月1日", B, T, BODY], "metadata title body"),
    "bytes of another copy: one line for three": (
        [BODY.replace("\n", ""), T, B, BODY],
        "duplicate title metadata body",
    ),
    "three lines for one": ([T, B, BODY.replace("\n", ""), F, BODY], "title metadata body boilerplate duplicate"),
    "copy in the other script": ([T, B, BODY, F, TRADITIONAL], "title metadata body boilerplate duplicate"),
    "copy with small edits": (
        [T, B, BODY, F, BODY.replace("5月底", "五月底")],
        "title metadata body boilerplate duplicate",
    ),
    "every line of the copy edited": (
        [
            T,
            B,
            BODY,
            F,
            BODY.replace(",", "，").replace("会议", "会上", 1).replace("各县区要", "各县区应").replace("压实", "落实"),
        ],
        "title metadata body boilerplate duplicate",
    ),
    "copy with other spaces": (
        [T, B, BODY, F, "\u3000\u3000" + BODY.replace("\n", "\r\n\r\n\xa0\xa0").replace("会议", "会\u200b议")],
        "title metadata body boilerplate duplicate",
    ),
    "copy that lacks a paragraph": ([T, B, BODY, F, P[0], P[2]], "title metadata body boilerplate duplicate"),
    "no sentence at all": (["青禾市河流名单", "清溪河", "梅溪河"], "title body"),
    "short title": (["通知", "各县区:", P[1]], "title body"),
    "no title": (["6月10日,会议召开。", P[1]], "body"),
}


@pytest.mark.parametrize("name", PAGES)
def test_kinds_of_a_page(name):
    lines, expected = PAGES[name]
    assert shape("\n".join(lines)) == expected


@pytest.mark.parametrize("name", PAGES)
def test_title_and_body_reach_the_text_once(name):
    notice = normalize("\n".join(PAGES[name][0]))
    text = notice.normalized.replace("\n", "")
    if "no sentence" not in name and "no title" not in name:
        assert text.count(P[1]) == 1
    assert (notice.title in (T, "青禾市河流名单", "通知", f"{T} ——在全市会议上的讲话")) == (
        name not in ("body", "body, copy", "no title")
    )
    check_tiling(notice.regions, len("\n".join(PAGES[name][0])))


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r", "\n\n  \n\u3000\u3000"])
def test_a_duplicate_knows_the_span_it_copies(between):
    body = between.join(P)
    raw = between.join([body, F, T, B, body]) + "\n"
    duplicates = [region for region in normalize(raw).regions if region.kind == "duplicate"]
    assert len(duplicates) == 1
    assert duplicates[0].of.of(raw) == raw[duplicates[0].start : duplicates[0].end].strip() == body


def test_a_copy_in_parts_knows_the_span_of_each_part():
    raw = "\n".join([T, B, BODY, F, P[0], "", P[1], F, P[2]])
    duplicates = [region for region in normalize(raw).regions if region.kind == "duplicate"]
    assert [region.of.of(raw) for region in duplicates] == P
    assert [raw[region.start : region.end].strip() for region in duplicates] == P


def test_white_space_belongs_to_the_region_it_follows():
    raw = f"\n \u3000{T}\n\n\u3000{B} \n{BODY}\n\n"
    title, metadata, body = normalize(raw).regions
    assert raw[title.start : title.end] == f"\n \u3000{T}\n\n\u3000"
    assert raw[metadata.start : metadata.end] == f"{B} \n"
    assert body.end == len(raw)


def test_repeated_sentences_are_no_duplicates():
    unit = "(责任单位:市水务局、市生态环境局、市农业农村局、市住房和城乡建设局、各县区人民政府,完成时限:2022年底)"
    lines = [T, B]
    for item in "一二三四":
        lines += [f"{item}、加强第{item}类河道治理,确保水质稳定达标。", unit, "图.jpg"]
    notice = normalize("\n".join(lines))
    assert notice.normalized.count(unit) == 4
    assert "duplicate" not in notice.flags


def test_similar_sentences_are_no_near_duplicates():
    lines = [
        f"第{number}组由副市长甘棠带队,于{number}月{number}日赴青禾县第{number}片区督查整改落实情况。"
        for number in range(1, 9)
    ]
    notice = normalize("\n".join([T, B, *lines]))
    assert notice.normalized.count("片区督查") == 8


def test_a_body_with_repeated_sentences_is_still_one_duplicate():
    body = "\n".join(text for each in P for text in (each, "责任单位:市水务局、各县区人民政府。"))
    notice = normalize(f"{body}\n{F}\n{T}\n{B}\n{body}")
    assert [region.kind for region in notice.regions] == ["duplicate", "boilerplate", "title", "metadata", "body"]
    assert notice.normalized == f"{T}\n{body}"


# --- boilerplate -------------------------------------------------------------------------------------------------

BOILERPLATE = """\
打开APP
打开APP,阅读全文 查看更多
未登录
开通VIP,畅享免费电子书等14项超值服
扫一扫在手机打开当前页
掃一掃在手機打開當前頁
您当前的位置 > 首页 > 动态
首页>新闻中心>工作动态
上一篇:关于开展检查的通知
下一页
【打印本页】 【关闭窗口】
分享到:
分享 收藏 导长图 关注 下载文章
微信圖片_20220305.jpg
图片1.png
新闻热线:0000-5550123
轉(zhuǎn)自:青禾發(fā)布
【版权及免责声明】凡本网所属版权作品,转载时须获得授权。
版权所有:青禾新闻网 青ICP备00000000号-1
本站仅提供存储服务,所有内容均由用户发布
字体:[大 中 小]
?
延伸阅读
熱點視頻
猜你喜欢
更多类似文章 >>
意见反馈
微信公众号
阅读 1024
https://example.org/a/b.html
""".splitlines()


@pytest.mark.parametrize("line", BOILERPLATE)
def test_boilerplate_is_known_by_itself(line):
    assert boilerplate(fold(line).replace(" ", ""))


INNOCENT = """\
会议要求,各单位要认真落实。
监督举报电话:0000-5550123
主办单位:青禾市人民政府
联系电话:0000-5550123
特别提示:请提前报名。
如有违规,将严肃处理。
凡未经批准擅自开工的,责令停工。
(三)提升会员服务水平
上下游联动
上篇 总体要求
图1 水质变化
附件:1.责任清单
2022年3月5日
青禾市人民政府办公室
(此件公开发布)
一、总体要求
下一步工作
关注民生实事
大气污染防治
转发给你们,请认真贯彻执行。
检索目录编制
广告牌整治
搜索救援队伍
分享会
禾政办〔2022〕7号
联系方式
意见建议
主办单位:青禾县文化局 承办单位:青禾县图书馆 联系电话:0000-5550123
运行维护费用由各镇承担
技术支持:0000-5550123
责任部门:青禾县水利局
下一条河流
上篇:工作回顾
建设:加强水库建设,做好技术支持
承办单位:青禾县水利局 联系人:殷实 联系电话:0000-5550123
国际联网备案单位应当履行备案职责
网站主办单位应当及时更新信息,严禁出现空白栏目
技术支持:由省水利厅负责
政府网站标识码是政府网站的身份标识
(返回人员)
(打印件)(一式两份)
今天是:中国植树节
现场扫码二维码签到,有序入场
您即将离开本省的,应当登记
""".splitlines()


@pytest.mark.parametrize("line", INNOCENT)
def test_lines_of_a_notice_are_no_boilerplate(line):
    assert boilerplate(fold(line).replace(" ", "")) == ""


def test_every_rule_has_a_reason_and_compiles_and_sees_what_lines_look_like():
    for name, form, rule, sign, reason in rows("boilerplate.tsv"):
        assert name in ("inline", "section", "links", "footer", "line", "notice")
        assert reason
        words = rule.split(" ")
        if form == "like":
            re.compile(rule)
            words = sign.removeprefix("^").split(" ")
        else:
            assert (form, sign) == ("is", "")
        for word in words:
            assert fold(word).replace(" ", "") == word != ""
    for role, strength, labels, reason in rows("bylines.tsv"):
        assert role in ("title", "source", "issuer", "published", "dated", "person", "counter", "entry")
        assert strength in ("strong", "weak")
        assert reason
        for label in labels.split(" "):
            assert fold(label) == label != ""


@pytest.mark.parametrize(
    ("pattern", "sign"), [(rule, sign) for _, form, rule, sign, _ in rows("boilerplate.tsv") if form == "like"]
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_every_line_that_a_pattern_matches_shows_its_sign(pattern, sign, data):
    line = data.draw(st.from_regex(pattern, fullmatch=True))
    assert line[0] in sign[1:] if sign[0] == "^" else any(word in line for word in sign.split(" "))


def test_no_word_of_a_sign_begins_inside_another_for_one_search_must_find_both():
    signs = [sign for _, form, _, sign, _ in rows("boilerplate.tsv") if form == "like" and sign[0] != "^"]
    words = {word for sign in signs for word in sign.split(" ")}
    for word in words:
        for other in words - {word}:
            for at in range(len(word)):
                assert not word.startswith(other, at)
                assert at == 0 or not other.startswith(word[at:])


@given(
    st.lists(
        st.sampled_from(
            ["会议", "會議要求各單位認真落實", "，。：", "Ａp１２", "\u3000 \xa0", "\u200b", "\n", "𠮷", "(é)"]
        ),
        max_size=40,
    )
)
def test_folding_is_the_same_by_table_and_by_search(pieces):
    text = "".join(pieces)
    wanted = flat(READING.sub("", narrow(text)))
    assert fold(text) == "".join(character for character in wanted if character not in INVISIBLE)
