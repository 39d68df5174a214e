"""The head of a page among navigation, index tables, buttons and other news; what is lost nowhere; signatures."""

from __future__ import annotations

from time import process_time

import pytest

from annotations.normalize import normalize

TITLE = "砚溪县人民政府办公室关于印发砚溪县河道保洁方案的通知"
NEWS = "砚溪县召开秋季护林防火工作会"
BYLINE = "发布时间:2023-05-08 09:12 来源:砚溪县林业局"
BODY = [
    "各乡镇人民政府:",
    "《砚溪县河道保洁方案》已经县政府同意,现印发给你们,请认真贯彻执行。",
    "一、各乡镇要在6月底前完成河道清理,并把情况报县水利局。",
]
REPORT = [
    "5月7日,砚溪县召开秋季护林防火工作会,副县长苏禾出席会议并讲话。",
    "会议要求,各乡镇要压实责任,加强巡护。",
]
MENU = ["首页", "政务公开", "办事服务", "互动交流", "走进砚溪", "县长信箱", "数据开放"]


def page(*parts: str | list[str]) -> str:
    return "\n".join(line for part in parts for line in ([part] if isinstance(part, str) else part))


def lines(raw: str, kind: str) -> list[str]:
    """The lines of the regions of a kind."""
    found = []
    for region in normalize(raw).regions:
        if region.kind == kind:
            found += [line.strip() for line in raw[region.start : region.end].split("\n") if line.strip()]
    return found


# --- the title ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        MENU,
        [*MENU, "您当前的位置:首页>政务公开>文件"],
        ["推到Facebook推到Line", "最新消息", ":::"],
        ["2023-9-1 星期五 10:22:31", *MENU],
        ["砚溪彩票开奖直播,棋牌下载,真人平台", "首页 生活频道 生态环保"],
        ["欢迎访问砚溪县人民政府网站", *MENU],
        ["热点新闻", "2023-05-06", "某镇举办插秧比赛", "2023-05-05", "某村修好了桥", *MENU],
    ],
)
@pytest.mark.parametrize("after", [[BYLINE], ["字体:[大 中 小]", BYLINE, "微信", "微博", "QQ空间"]])
def test_the_title_stands_among_anything_that_sites_put_before_it(before, after):
    for title, body in ((TITLE, BODY), (NEWS, REPORT)):
        raw = page(before, title, after, body)
        notice = normalize(raw)
        assert (notice.title, notice.published, notice.source) == (title, "2023-05-08T09:12", "砚溪县林业局")
        assert notice.normalized == "\n".join([title, *body])
        assert "title-unsure" not in notice.flags


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (["砚溪县人民政府办公室关于印发砚溪县进一步", "加强河道保洁工作若干措施的通知"], None),
        (["砚溪县人民政府", "关于2022年度河道保洁情况的报告"], None),
        (["砚溪县水利局", "关于防汛的公告"], None),
        (["砚溪县人民政府办公室", "关于印发《砚溪县进一步加强", "河道保洁若干措施》的通知"], None),
        (["关 于 加 强 河 道 保 洁 的 通 知"], "关于加强河道保洁的通知"),
        (["关于加强河道保洁的通知 ( 2023年05月08日 )"], "关于加强河道保洁的通知"),
        (["关于加强河道保洁的通知", "(征求意见稿)"], "关于加强河道保洁的通知"),
        (["在全县护林防火会议上的讲话", "(2023年5月7日在县政府礼堂)"], "在全县护林防火会议上的讲话"),
        (["守护一河清水 共建美丽砚溪", "——砚溪县河道保洁工作纪实"], "守护一河清水 共建美丽砚溪"),
        (["凝心聚力守护绿水青山", "砚溪县召开护林防火工作会"], "砚溪县召开护林防火工作会"),
    ],
)
def test_all_lines_of_a_title_are_its_region_and_the_field_is_the_headline(head, title):
    raw = page(head, BODY)
    assert lines(raw, "title") == head
    assert normalize(raw).title == (title or "".join(head))


@pytest.mark.parametrize(
    "title",
    [
        "关闭砚溪大桥部分车道的通告",
        "注册会计师考试报名公告",
        "下载安装防汛预警软件的通知",
        "图书馆分享会安排",
        "文化局召开会议",
    ],
)
def test_a_title_may_begin_as_a_button_or_a_credit_does(title):
    raw = page(MENU, title, BYLINE, BODY)
    assert normalize(raw).title == title


def test_two_titles_one_below_the_other_are_not_one():
    raw = page(MENU, "关于开展护林防火检查的通知", "关于开展河道保洁检查的通知", BYLINE, BODY)
    assert normalize(raw).title == "关于开展河道保洁检查的通知"


def test_the_name_of_a_site_above_the_title_is_no_kicker():
    raw = page("砚溪县人民政府门户网站", NEWS, BYLINE, REPORT)
    assert lines(raw, "title") == [NEWS]


@pytest.mark.parametrize(
    "line",
    ["记者 苏禾/综合报道", "砚溪日报记者 苏禾", "编辑:苏禾", "点击查看政策解读:《方案》解读", "青政办〔2023〕4号"],
)
def test_no_title(line):
    raw = page(MENU, NEWS, BYLINE, line, REPORT)
    assert normalize(raw).title == NEWS


def test_a_signature_is_neither_title_nor_byline():
    raw = page(BODY[1:], "砚溪县人民政府办公室", "2023年5月8日 |")
    notice = normalize(raw)
    assert (notice.title, notice.published) == (None, "2023-05-08")
    assert notice.flags == ("no-title", "date-signature")
    assert notice.normalized == raw


# --- index tables ------------------------------------------------------------------------------------------------

VALUES = ("000/2023-17", "砚溪县政府办", "2023-05-08", "2023-05-06", "2023-06-01")
TABLES = {
    "one label a line": "索 引 号:{0}\n发布机构:{1}\n发文日期:{2}\n成文日期:{3}\n生效日期:{4}\n名    称:{5}",
    "several in a line": "索引号: {0} 发布机构: {1}\n发文日期: {2} 成文日期: {3}\n生效日期: {4} 名称: {5}",
    "values below": "索引号:\n{0}\n发布机构:\n{1}\n发文日期:\n{2}\n成文日期:\n{3}\n生效日期:\n{4}\n标题:\n{5}",
    "brackets": "[索引号] {0}\n[发布机构] {1}\n[发文日期] {2}\n[成文日期] {3}\n[生效日期] {4}\n[信息名称] {5}",
    "rows": "| 索引号 | {0} | 发布机构 | {1} |\n| 发文日期 | {2} | 成文日期 | {3} |\n| 生效日期 | {4} | 标题 | {5} |",
    "bullets": "- 索引号: {0}\n- 发布机构: {1}\n- 发文日期: {2}\n- 成文日期: {3}\n- 生效日期: {4}\n- 标题: {5}",
    "white space": "索引号 {0}\n发布机构 {1}\n发文日期 {2}\n成文日期 {3}\n生效日期 {4}\n信息名称 {5}",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("above", [True, False])
def test_an_index_table_is_metadata_and_counts_where_there_is_no_byline(table, above):
    index = TABLES[table].format(*VALUES, TITLE)
    raw = page(MENU, index, TITLE, BODY) if above else page(MENU, TITLE, index, BODY)
    notice = normalize(raw)
    assert (notice.title, notice.source, notice.published) == (TITLE, "砚溪县政府办", "2023-05-08")
    assert notice.normalized == "\n".join([TITLE, *BODY])
    assert lines(raw, "metadata") == index.split("\n")
    with_byline = normalize(page(MENU, index, TITLE, "2023-05-09 08:00 来源:砚溪发布", BODY))
    assert (with_byline.source, with_byline.published) == ("砚溪发布", "2023-05-09T08:00")


@pytest.mark.parametrize(
    ("labels", "published"),
    [
        ("发布日期:2023-05-01 发文日期:2023-05-02 生成日期:2023-05-03 成文日期:2023-05-04", "2023-05-01"),
        ("成文日期:2023-05-04 生成日期:2023-05-03 发文日期:2023-05-02", "2023-05-02"),
        ("成文日期:2023-05-04 公文生成日期:2023-05-03", "2023-05-03"),
        ("登记日期:2023-05-01 成文日期:2023-05-04", "2023-05-04"),
        ("登记日期:2023-05-01 生效日期:2023-05-02 废止日期:2023-05-03", None),
        ("发布日期: 废止日期:2023-05-03", None),
    ],
)
def test_the_dates_of_an_index_table_have_an_order(labels, published):
    assert normalize(page("索引号:000/1", labels, TITLE, BODY)).published == published


def test_an_index_table_gives_the_title_where_no_line_is_one():
    raw = page("索引号:000/1", "名称:砚溪县河道保洁方案", BODY)
    assert normalize(raw).title == "砚溪县河道保洁方案"


def test_the_empty_label_before_a_title_does_not_take_it():
    raw = page("索引号:", "000/1", "关键词:", TITLE, "内容概览:", BODY)
    assert normalize(raw).title == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "名称:砚溪县河道保洁有限公司",
        "有效期:三年",
        "编号:17",
        "状态:正常",
    ],
)
def test_words_of_index_tables_in_a_list_are_text(line):
    raw = page(NEWS, "5月7日起受理下列事项。", line, "地点:县政务大厅", "请携带身份证。")
    assert line in normalize(raw).normalized


@pytest.mark.parametrize(
    ("byline", "source", "published"),
    [
        ("系统发布时间:2023-04-12 13:44", None, "2023-04-12T13:44"),
        ("发布时间:2023-05-08 15:47:39来源:砚溪县林业局浏览量:字体:", "砚溪县林业局", "2023-05-08T15:47"),
        ("文号:砚政〔2023〕14号发布日期:\n2023-05-08", None, "2023-05-08"),
        ("发布时间:\n2023-\n05-\n08\n09:\n12浏览次数:", None, "2023-05-08T09:12"),
        ("来源:\n浏览次数:\n次\n发布日期:2023-05-08", None, "2023-05-08"),
        ("2023-05-08 09:12 | 砚溪日报", "砚溪日报", "2023-05-08T09:12"),
        ("来源:本网 发布时间:2023-05-08", None, "2023-05-08"),
        ("2023-05-08 砚溪县融媒体中心", "砚溪县融媒体中心", "2023-05-08"),
    ],
)
def test_bylines_as_sites_write_them(byline, source, published):
    raw = page(MENU, NEWS, byline, REPORT)
    notice = normalize(raw)
    assert (notice.title, notice.source, notice.published) == (NEWS, source, published)
    assert notice.normalized == "\n".join([NEWS, *REPORT])


def test_the_dates_of_a_list_of_other_news_are_no_bylines():
    raw = page(
        ["快讯", "2025/12/28", "灯会热闹登场", "2025/12/28", "住宅价格微幅下降", "最新消息"], NEWS, "2023/05/08", REPORT
    )
    notice = normalize(raw)
    assert (notice.title, notice.published) == (NEWS, "2023-05-08")


# --- dates -------------------------------------------------------------------------------------------------------


def test_the_time_of_an_event_is_no_byline():
    raw = page(NEWS, "时间:2023年6月8日上午9:00 地点:县政府礼堂", REPORT, "砚溪县林业局", "2023年5月8日")
    notice = normalize(raw)
    assert (notice.published, notice.normalized) == ("2023-05-08", raw)


@pytest.mark.parametrize(
    ("tail", "published"),
    [
        (["砚溪县人民政府办公室", "2023年5月8日"], "2023-05-08"),
        (["砚溪县人民政府办公室 2023年5月8日"], "2023-05-08"),
        (["二〇二三年五月八日", "(此件公开发布)"], "2023-05-08"),
        (
            [
                "砚溪县水利局",
                "2023年5月8日",
                "砚溪县河道保洁方案",
                "为做好河道保洁,制定本方案。",
                "砚溪县水利局",
                "2023年5月1日",
            ],
            "2023-05-08",
        ),
        (["会议定于2023年5月8日召开。"], None),
        (["时间:2023年5月8日"], None),
        (["2023年2月30日"], None),
    ],
)
def test_the_date_of_the_signature_counts_where_a_page_has_no_other(tail, published):
    notice = normalize(page(TITLE, BODY, tail))
    assert notice.published == published
    assert ("date-signature" in notice.flags) == (published is not None)
    assert normalize(page(TITLE, BYLINE, BODY, tail)).published == "2023-05-08T09:12"


def test_labels_that_give_two_days_make_the_date_unsure():
    raw = page(NEWS, "发布日期:2023-05-08", "发布日期:2023-06-08", REPORT)
    assert "date-unsure" in normalize(raw).flags
    assert "date-unsure" not in normalize(raw.replace("06-08", "05-08 09:12")).flags


# --- nothing is lost in silence ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        page("砚溪会议剪影", "副县长苏禾讲话", "会议现场", "与会人员参观", "(摄影 林晚)"),
        page("苏禾", "林晚", "甘棠", "殷实"),
        page(
            ["关于公布评审专家名单的公告", "经评审,现公布名单如下:"], ["苏禾", "林晚", "甘棠", "殷实", "危立言", "高明"]
        ),
        page(NEWS, REPORT, "副县长苏禾讲话", "会议现场", "(编辑 林晚)", "(审签 高明)"),
        page("为做好护林防火工作,现就有关事项通知如下。", "砚溪县林业局"),
    ],
)
def test_every_line_of_a_page_without_boilerplate_is_kept(raw):
    assert normalize(raw).normalized == raw


def test_where_the_head_is_unsure_all_text_is_kept_and_the_notice_flagged():
    raw = page("砚溪", "护林", "要闻一则", "县里的事", REPORT)
    notice = normalize(raw)
    assert notice.normalized == raw
    assert "title-unsure" in notice.flags


def test_a_reviewer_who_sets_the_title_makes_it_sure():
    raw = page("砚溪", "护林", "要闻一则", "县里的事", REPORT)
    found = normalize(raw)
    assert "title-unsure" in normalize(raw, regions=found.regions).flags
    title = next(index for index, region in enumerate(found.regions) if region.kind == "title")
    as_body = [
        region if index != title else type(region)("body", region.start, region.end, by="lin")
        for index, region in enumerate(found.regions)
    ]
    assert "title-unsure" not in normalize(raw, regions=as_body).flags


@pytest.mark.parametrize("rule", ["-----", "……", "| --- | --- |", "═══", "***", "· · ·"])
def test_a_rule_does_not_end_the_body(rule):
    tail = ["砚溪县林业局", "2023年5月8日", "附表", "甲镇 三处", "乙镇 两处"]
    text = normalize(page(NEWS, BYLINE, REPORT, rule, tail)).normalized
    assert text.endswith("\n".join(tail))


def test_offices_that_sign_together_are_kept():
    offices = ["砚溪县水利局", "砚溪县林业局", "砚溪县财政局", "砚溪县公安局", "砚溪县民政局", "砚溪县教育局"]
    text = normalize(page(TITLE, BODY, offices, "2023年5月8日", "版权所有:砚溪县人民政府")).normalized
    assert text.endswith("\n".join([*offices, "2023年5月8日"]))


def test_sites_that_a_footer_links_to_are_left_out_and_a_list_of_an_annex_is_not():
    sites = ["中国政府网", "砚山省人民政府", "砚山市人民政府", "砚溪县水利局", "砚溪县林业局", "砚溪发布微博"]
    footer = "版权所有:砚溪县人民政府 网站标识码:0000000000"
    assert normalize(page(NEWS, BYLINE, REPORT, sites, footer)).normalized.endswith(REPORT[-1])
    annex = ["成员单位名单", *sites]
    assert normalize(page(NEWS, BYLINE, REPORT, annex, footer)).normalized.endswith("\n".join(sites))


def test_a_footer_with_a_sentence_ends_the_body_all_the_same():
    tail = [
        "主办:砚溪县政府办公室 技术支持:砚溪信息中心",
        "网上信访",
        "便民地图",
        "为确保浏览效果,建议您使用新版浏览器访问本网站,谢谢。",
    ]
    raw = page(NEWS, BYLINE, REPORT * 3, tail)
    assert lines(raw, "boilerplate")[-4:] == tail


# --- copies ------------------------------------------------------------------------------------------------------


def section(place: str, days: str, most: int) -> list[str]:
    return [
        f"为促进住房消费,现推出{place}购房补贴活动,现将有关事项公告如下:",
        "一、活动时间",
        f"购房时间为{days},以网签系统记录的时间为准。",
        "二、活动对象",
        f"在活动时间内购买新建商品房并缴纳契税的购房人,限前{most}名。",
        "三、退房处理",
        "享受补贴后原则上不允许退房,确需退房的须退回全部补贴金额。",
        f"{place}住房和建设局",
        "2023年10月24日",
    ]


@pytest.mark.parametrize("between", [[], ["分享到:"], ["扫一扫在手机打开当前页"]])
def test_parallel_sections_stay(between):
    raw = page(
        NEWS,
        "发布日期:2023-10-24",
        section("东溪区", "10月27日至11月30日", 100),
        between,
        section("西溪区", "11月5日至12月31日", 300),
    )
    notice = normalize(raw)
    assert "duplicate" not in notice.flags
    assert notice.normalized.count("享受补贴后") == 2
    assert "西溪区住房和建设局" in notice.normalized


@pytest.mark.parametrize(
    ("other", "copy"),
    [
        ("副县长甘棠到砚溪镇检查护林防火工作,要求落实责任,加强巡护,及时消除隐患。", False),
        ("副县长苏禾到墨溪镇检查护林防火工作,要求落实责任,加强巡护,及时消除隐患。", False),
        ("副县长苏禾到砚溪镇检查护林防火工作,要求压实责任,加强巡护,及时消除隐患。", True),
        ("副县长苏禾到砚溪镇检查护林防火工作,要求落实责任,加强巡护,及时消除隐患!", True),
    ],
)
def test_a_line_that_differs_in_a_name_is_no_copy(other, copy):
    line = "副县长苏禾到砚溪镇检查护林防火工作,要求落实责任,加强巡护,及时消除隐患。"
    raw = page(NEWS, "发布日期:2023-10-24", line, "分享到:", other)
    assert ("duplicate" in normalize(raw).flags) == copy


def test_a_body_of_which_the_end_stands_twice_is_a_partial_repeat():
    repeat = [*REPORT, "(文 林晚)"]
    raw = page(NEWS, "发布日期:2023-05-08", "5月7日上午,全县护林防火工作会召开。", repeat, repeat)
    notice = normalize(raw)
    assert notice.normalized.count(REPORT[1]) == 1
    copy = next(region for region in notice.regions if region.kind == "duplicate")
    assert copy.of.of(raw) == raw[copy.start : copy.end].strip()


def test_the_same_unit_below_each_item_is_no_repeat():
    unit = ["责任单位:县水利局、县林业局、各乡镇人民政府。", "完成时限:2023年12月底前,并长期坚持。"]
    raw = page(NEWS, BYLINE, "一、清理河道。", unit, "二、巡护山林。", unit)
    assert normalize(raw).normalized.count(unit[0]) == 2


@pytest.mark.parametrize("heading", ["联系方式", "现将责任单位公示如下:", "分送:"])
def test_what_a_heading_of_the_text_introduces_stays(heading):
    offices = [f"{name}镇人民政府" for name in ("砚溪", "墨溪", "笔峰", "纸坊", "云泉")]
    annex = ["附件:1.河道保洁责任人名单", "林晚", "苏禾"] if heading == "联系方式" else []
    text = [*BODY, heading, *offices, *annex]
    assert normalize(page(TITLE, BYLINE, text, "网站地图", "版权所有:砚溪县人民政府")).normalized == page(TITLE, text)


# --- time --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", " ( 2023年05月08日 )"])
def test_white_space_in_a_title_costs_no_more_than_its_length(tail):
    spaces = " " * 20_000
    notice = normalize(page(f"关于{spaces}做好防汛工作的通知{tail}", BODY))
    assert notice.title == f"关于{spaces}做好防汛工作的通知"
    assert notice.published == ("2023-05-08" if tail else None)


def test_long_index_tables_take_time_in_proportion():
    def seconds(count):
        table = [
            line
            for at in range(count)
            for line in (f"索引号:000/{at}", f"名称:关于{at:06}的通知", "状态:有效", str(at), NEWS)
        ]
        begun = process_time()
        normalize(page(table))
        return process_time() - begun

    assert seconds(8_000) < 24 * seconds(1_000)


# --- what stands behind the text ----------------------------------------------------------------------------------

MORE = [*BODY, "二、各乡镇要落实责任,加强巡查,确保河道清洁。"]


@pytest.mark.parametrize(
    "tail",
    [
        ["解读", "《办法》共五章,主要内容有三。"],
        ["各部门网站", "要在首页公开保洁信息,并及时更新。"],
        ["分享到:", "活动时间:5月8日", "活动地点:县体育馆", "联系人:林晚"],
        ["附件:物资清单", "型号", "大", "中", "小", "数量"],
        ["打印", "砚溪县水利局", "2023年5月8日"],
        ["相关链接", "附件:1.保洁责任人名单", "2.保洁河段名单"],
        ["获奖作品名单", "标题:春天 作者:林晚", "标题:夏天 作者:苏禾"],
        ["现将废止的文件目录公布如下。", "| 序号 | 文件名称 | 发文字号 |", "| 1 | 关于保洁的通知 | 砚政〔2010〕1号 |"],
        ["记者:谢谢您接受采访!"],
    ],
)
def test_text_behind_the_body_is_not_swallowed(tail):
    text = normalize(page(TITLE, BYLINE, MORE, tail)).normalized
    for line in tail:
        assert line in text or line in ("分享到:", "打印", "相关链接", "大", "中", "小")


def test_the_byline_of_the_head_goes_before_one_in_an_annex():
    annex = ["附件", "发布日期:2022-01-01 来源:省水利厅", "省水利厅的文件。"]
    for byline in (
        "发布时间:2023-05-06 来源:砚溪县水利局",
        "时间:2023-05-06 来源:砚溪县水利局",
        "砚溪县水利局 2023-05-06",
    ):
        notice = normalize(page(TITLE, byline, MORE, annex))
        assert (notice.published, notice.source) == ("2023-05-06", "砚溪县水利局")


@pytest.mark.parametrize("label", ["服务对象:全体村民", "有效期限:自发布之日起三年", "施行日期:2023年6月1日"])
def test_a_label_of_index_tables_alone_is_text(label):
    assert label in normalize(page(TITLE, label, BODY)).normalized
    assert label not in normalize(page(TITLE, "索引号:000/1", label, BODY)).normalized


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("东湖镇", "西湖镇"),
        ("附件1", "附件2"),
        ("同意砚溪镇设立河道管理站的请示,并安排资金。", "不同意砚溪镇设立河道管理站的请示,并安排资金。"),
        ("拨付壹佰万元用于河道清淤和保洁工作,专款专用。", "拨付贰佰万元用于河道清淤和保洁工作,专款专用。"),
        ("由A组负责砚溪上游河段的巡查和保洁工作,每周一次。", "由B组负责砚溪上游河段的巡查和保洁工作,每周一次。"),
    ],
)
def test_lines_that_differ_in_fact_are_parallel(one, other):
    same = ["责任人要每日巡查,发现险情立即报告县防汛指挥部。", "砚溪县水利局"]
    text = normalize(page(TITLE, BYLINE, BODY, one, same, "打印", other, same)).normalized
    assert text.count(same[0]) == 2


def test_minutes_of_two_days_keep_both_lists_of_those_present():
    present = ["出席会议的有:林晚、苏禾、甘棠、殷实。", "会议研究了河道保洁工作。"]
    text = normalize(page("砚溪县水利局会议纪要", "2023年5月6日", present, "2023年5月13日", present)).normalized
    assert text.count(present[0]) == 2


def test_the_speaker_below_a_subtitle_is_no_title():
    raw = page("政府工作报告", "——2023年1月6日在砚溪县人民代表大会上", "砚溪县人民政府县长 林晚", "各位代表:", REPORT)
    assert normalize(raw).title == "政府工作报告"
