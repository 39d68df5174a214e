"""Invented notices with spans that are known, for label sets of three kinds, to learn from.

The same seed makes the same notices.  Each kind has spans whose words vary, and beside them what looks alike and is
none: a name without an office, a sum without a purpose, a date that no work is due by.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

Piece = tuple[str, str | None]
"""A piece of a sentence, and the label of the span that it is."""

_SURNAMES: Final = "林陈黄郑何许沈韩杨朱秦尤吕施孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤花方俞任袁柳"
_GIVEN: Final = "知远文清志明思齐若云海涛建国晓东雅静立新永康子墨浩然春华秋实德厚载物景行维新克勤守拙安之若水怀瑾握瑜"
_PLACES: Final = ("临江县", "砚溪市", "青坪镇", "白石乡", "云岭区", "东渡街道", "松阳县", "柳泉镇", "高塘乡", "沙湾区")
_BODIES: Final = (
    "水利局",
    "财政局",
    "教育局",
    "发展改革委",
    "住建局",
    "卫生健康委",
    "农业农村局",
    "应急管理局",
    "民政局",
)
_TITLES: Final = (
    "局长",
    "副局长",
    "主任",
    "副主任",
    "书记",
    "副书记",
    "县长",
    "副县长",
    "镇长",
    "科长",
    "处长",
    "站长",
)
_OBJECTS: Final = (
    "河道", "农村危房", "通村道路", "中小学校舍", "小型水库", "污水管网", "人居环境", "灌区渠系", "老旧小区",
    "垃圾中转站", "防洪堤坝", "乡镇卫生院", "公共厕所", "高标准农田", "图书馆", "养老服务中心", "防火通道", "水源地",
)  # fmt: skip
_ACTIONS: Final = ("清淤", "改造", "硬化", "维修", "除险加固", "建设", "整治", "配套", "提升", "新建", "扩建", "管护")
_WORKS: Final = tuple(f"{each}{action}" for each in _OBJECTS for action in _ACTIONS)
_SAID: Final = ("主持会议", "出席并讲话", "作了汇报", "到现场调研", "提出要求", "参加座谈", "宣读文件", "带队检查")
_TASKS: Final = (
    "完成隐患排查",
    "报送工作总结",
    "上报整改台账",
    "完成项目验收",
    "提交申请材料",
    "办结信访事项",
    "拨付补助资金",
)
_FILLERS: Final = (
    "会议强调，要压实责任，确保各项措施落到实处。",
    "各单位要结合实际，认真抓好贯彻落实。",
    "有关部门负责人参加了活动。",
    "下一步将继续加强日常巡查和宣传引导。",
    "群众反映的问题得到了及时处理。",
    "这项工作列入年度考核，由督查室跟踪问效。",
)


def notices(kind: str, count: int, seed: int = 1, characters: int = 300) -> list[tuple[str, list[tuple[int, int]]]]:
    """Texts of about so many characters, each with the spans of its label, ``[start, end)`` in code points.

    Args:
        kind: ``person``, ``sum`` or ``deadline``.
        count: how many.
        seed: the same seed makes the same notices.
        characters: how long they are.
    """
    source = _Source(kind, seed)
    return [_notice(source, _SENTENCES[kind], characters) for _ in range(count)]


class _Source(random.Random):
    """Chooses names and works: with an odd seed among two thirds of them, else among the rest.

    So whoever learns from the one and is tried on the other has seen neither the given names nor the works before.
    """

    def __init__(self, kind: str, seed: int) -> None:
        super().__init__(f"{kind} {seed}")
        self._first = seed % 2 == 1

    def word(self, words: Sequence[str]) -> str:
        """A word of a list."""
        return self.choice(self.part(words))

    def part(self, words: Sequence[str]) -> Sequence[str]:
        """The words of a list that it chooses among."""
        return [word for at, word in enumerate(words) if (at % 3 != 2) == self._first]


def _notice(
    source: _Source, sentence: Callable[[_Source], list[Piece]], characters: int
) -> tuple[str, list[tuple[int, int]]]:
    text = f"{source.choice(_PLACES)}召开{source.word(_WORKS)}工作推进会\n"
    spans = []
    while len(text) < characters:
        pieces = sentence(source) if source.random() < 0.5 else [(source.choice(_FILLERS), None)]
        for piece, label in pieces:
            if label is not None:
                spans.append((len(text), len(text) + len(piece)))
            text += piece
        if source.random() < 0.3:
            text += "\n"
    return text.rstrip("\n") + "\n", spans


def _name(source: _Source) -> str:
    return source.choice(_SURNAMES) + "".join(source.sample(source.part(_GIVEN), source.choice((1, 2, 2))))


def _day(source: _Source) -> str:
    day = f"{source.randint(1, 12)}月{source.choice((str(source.randint(1, 28)) + '日', '底', '中旬'))}"
    return source.choice(("", f"{source.randint(2021, 2026)}年")) + day


def _money(source: _Source) -> str:
    number = source.choice((str(source.randint(2, 900)), f"{source.randint(1, 90)}.{source.randint(1, 99)}"))
    return number + source.choice(("万元", "亿元", "元"))


def _person(source: _Source) -> list[Piece]:
    place, body, title, said = (source.choice(each) for each in (_PLACES, _BODIES, _TITLES, _SAID))
    name = _name(source)
    match source.randrange(6):
        case 0:
            return [(f"{place}{body}", None), (f"{title}{name}", "PERSON"), (f"{said}。", None)]
        case 1:
            return [("会上，", None), (f"{name}{title}", "PERSON"), (f"就{source.word(_WORKS)}{said}。", None)]
        case 2:
            other = f"{source.choice(_TITLES)}{_name(source)}"
            return [(place, None), (f"{title}{name}", "PERSON"), ("、", None), (other, "PERSON"), (f"{said}。", None)]
        case 3:
            return [(f"村民{name}介绍，今年收成比往年好。", None)]
        case 4:
            return [(f"{place}{body}{title}办公会议研究了{source.word(_WORKS)}。", None)]
        case _:
            return [(f"由{body}", None), (f"{title}{name}", "PERSON"), ("牵头负责。", None)]


def _sum(source: _Source) -> list[Piece]:
    place, body, work, money = source.choice(_PLACES), source.choice(_BODIES), source.word(_WORKS), _money(source)
    match source.randrange(6):
        case 0:
            return [(f"{place}安排", None), (f"{work}资金{money}", "SUM"), ("。", None)]
        case 1:
            return [(f"{body}下达", None), (f"{money}用于{work}", "SUM"), ("，要求专款专用。", None)]
        case 2:
            return [
                ("其中", None),
                (f"{work}补助{money}", "SUM"),
                ("，", None),
                (f"{source.word(_WORKS)}补助{_money(source)}", "SUM"),
                ("。", None),
            ]
        case 3:
            return [(f"全年财政收入{money}，同比增长{source.randint(1, 20)}%。", None)]
        case 4:
            return [(f"罚款{money}，责令限期改正。", None)]
        case _:
            return [("计划投入", None), (f"{money}实施{work}", "SUM"), (f"，由{body}负责。", None)]


def _deadline(source: _Source) -> list[Piece]:
    body, task, day = source.choice(_BODIES), source.choice(_TASKS), _day(source)
    number = source.choice((*"三五七十", str(source.randint(2, 60))))
    match source.randrange(6):
        case 0:
            return [(f"{body}要", None), (f"于{day}前", "DEADLINE"), (f"{task}。", None)]
        case 1:
            return [("自收到通知之日起", None), (f"{number}个工作日内", "DEADLINE"), (f"{task}。", None)]
        case 2:
            return [(f"{task}，", None), (f"最迟不超过{day}", "DEADLINE"), ("。", None)]
        case 3:
            return [(f"{day}，{body}召开了会议。", None)]
        case 4:
            return [(f"工期{number}天，已于{day}开工。", None)]
        case _:
            return [("请各单位", None), (f"在{day}之前", "DEADLINE"), (f"{task}，逾期不予受理。", None)]


_SENTENCES: Final[dict[str, Callable[[_Source], list[Piece]]]] = {
    "person": _person,
    "sum": _sum,
    "deadline": _deadline,
}
