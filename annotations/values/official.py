"""Reads the values of OFFICIAL: organisation, title and name, in whatever order they stand.

``省水利厅河湖处处长林知远``, ``林知远副厅长``, ``林副局长知远``, and a bare ``林知远`` whose office the text states.
Titles and surnames are lists in ``annotations/data``.  What neither the span nor the text around it states stays unset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from annotations.labels import AttributeValue
from annotations.lexicon.lists import Lexicon, derived
from annotations.lexicon.patterns import alternatives, pattern
from annotations.values.offer import Offer
from annotations.values.passage import Passage, Stated

LONGEST: Final = 120
"""No span of an official is longer than this, in code points."""

_LONGEST_TITLE: Final = 16
"""No title with its prefixes has more code points."""
_HAN: Final = r"[^\W\d_A-Za-z]"
"""A letter that is not Latin: a class of all Han characters of Unicode would take milliseconds to compile."""
_PARENTHESIS: Final = r"[(（][^()（）]{0,20}[)）]"
_PARTS: Final = "[、，,;；/兼和及暨]|兼任"
_GIVEN: Final = f"{_HAN}{{1,2}}"
_SOME: Final = f"{_HAN}{{2,4}}|[A-Za-z][A-Za-z .·-]{{1,40}}"
_LETTERED: Final = f"{_HAN}{{1,8}}(?:[·•‧・．.]{_HAN}{{1,8}}){{1,4}}"
"""A name of several parts, as Uyghurs and foreigners have."""
_VAGUE: Final = "^[有所]|[各全本我该等了的由对在和与及向到赴来]|推[动进]|召开|会同|成立|组建|调研|考察|督导|视察|检查"
"""What does not occur in the name of one organisation."""
_CLAUSE: Final = r"[，,。；;：:！!？?\n\r“”]"


_BySize = tuple[tuple[int, frozenset[str]], ...]
"""Words by their length, the longest first."""
_ByEnd = dict[str, _BySize]
"""Such words by the characters that they end with."""


class Person(NamedTuple):
    """What a text states of one person; None where it does not state it."""

    name: str | None = None
    title: str | None = None
    organisation: str | None = None


def read(passage: Passage) -> dict[str, AttributeValue]:
    """The values of an OFFICIAL."""
    found = parse(passage.lexicon, passage.quote[:LONGEST])
    if found.title is not None or found.name is None:
        return {
            "name": found.name,
            "title": found.title,
            "organisation": found.organisation,
            "organisation_inferred": None if found.organisation else evident(found.title, passage),
            "mention": "full" if found.name and found.title else None,
        }
    values = {"name": found.name, **_shared(found.name, passage)}
    return (
        {**values, "organisation": found.organisation, "organisation_inferred": None} if found.organisation else values
    )


def offers(attribute: str, passage: Passage) -> list[Offer]:
    """The values that a form offers for an attribute of an OFFICIAL."""
    values = read(passage)
    found = [values.get(attribute)]
    if attribute == "organisation_inferred" and isinstance(title := values.get("title"), str):
        found += _candidates(title, passage)
    return [Offer(value, "read from the text") for value in dict.fromkeys(found) if isinstance(value, str)]


def parse(lexicon: Lexicon, text: str) -> Person:
    """The name, title and organisation in a text that names one person."""
    if found := _name_and_office(lexicon, text):
        return found
    text = _bare(lexicon, text)
    if not text:
        return Person()
    ends = sorted({end for _, end in _titles_in(lexicon, text)})
    if not ends:
        split = _behind_body(lexicon, text)
        return Person(text[split:], None, text[:split]) if split else Person(_name(lexicon, text))
    if ends[-1] == len(text):
        return _name_first(lexicon, text)
    last = ends[-1]
    start = title_before(lexicon, text, last)
    return _name_inside(lexicon, text, start, last) or _name_last(lexicon, text, last)


def _name_and_office(lexicon: Lexicon, text: str) -> Person | None:
    """The person in an entry of a list, the name and then the office behind a space: 林知远 市委副书记、市长."""
    for space in pattern(r"[ \t　]+").finditer(text):
        name, held = "".join(text[: space.start()].split()), "".join(text[space.end() :].split())
        if is_name(lexicon, name) and not _holds_title(lexicon, name) and is_office(lexicon, held):
            return Person(name, *office(lexicon, held))
    return None


def is_office(lexicon: Lexicon, text: str) -> bool:
    """Whether a text ends with a title, and so can be an office: 市委副书记、市长."""
    return title_before(lexicon, text, len(text)) < len(text)


def _bare(lexicon: Lexicon, text: str) -> str:
    """The text without spaces, parentheses, and honorifics and marks at its end."""
    text = "".join(pattern(_PARENTHESIS).sub("", text).split())
    while (shorter := _honours(lexicon).sub("", text).strip("、，,。；;：: ")) != text:
        text = shorter
    return text


def _name_last(lexicon: Lexicon, text: str, end: int) -> Person:
    """The person in a text whose last title ends at ``end``, before the name: 市水利局局长林知远."""
    head, name = text[:end], text[end:].lstrip("、，,：:")
    title, organisation = office(lexicon, head)
    return Person(_name(lexicon, name), title, organisation)


def _name_first(lexicon: Lexicon, text: str) -> Person:
    """The person in a text that ends with a title: 林知远副厅长, 省水利厅林知远副厅长, or an office without a name."""
    at = _first_title(lexicon, text)
    before = text[:at]
    if is_name(lexicon, before):
        return Person(before, text[at:], None)
    split = _behind_body(lexicon, before)
    if split:
        return Person(before[split:], text[at:], before[:split])
    title = text[at:]
    if title[1:2] == "长" and title[0] in _heads(lexicon) and before in surnames(lexicon) - unlikely(lexicon):
        return Person(before, title, None)  # 林县长 is a person called 林, not the head of a county 林县
    return Person(None, *office(lexicon, text))


def _name_inside(lexicon: Lexicon, text: str, start: int, end: int) -> Person | None:
    """The person in a text that has the title ``text[start:end]`` inside of the name: 林副局长知远; else None."""
    before, given = text[:start], text[end:]
    if not pattern(_GIVEN).fullmatch(given):
        return None
    for size in (2, 1):
        surname, organisation = before[-size:], before[:-size]
        if len(surname) < size or surname not in surnames(lexicon):
            continue
        whole = is_name(lexicon, given)  # then what follows the title is more likely a whole name
        if not organisation and not (surname in unlikely(lexicon) and whole):
            return Person(surname + given, text[start:end], None)
        if surname not in unlikely(lexicon) and not whole and organisation.endswith(bodies(lexicon)):
            return Person(surname + given, text[start:end], organisation)
    return None


def office(lexicon: Lexicon, text: str) -> tuple[str | None, str | None]:
    """The title and the organisation in a text that ends with a title; 署理环境局局长 is 署理局长 of 环境局."""
    former = former_at(lexicon, text)
    title, organisation = _office(lexicon, text[len(former) :])
    return former + title, organisation


def former_at(lexicon: Lexicon, text: str) -> str:
    """The word before an office that tells that it is past, coming or acting, 时任; empty where there is none."""
    found = _former(lexicon).match(text)
    return found[0] if found else ""


@derived
def former_words(lexicon: Lexicon) -> frozenset[str]:
    """The words of two characters that tell that an office is past, coming or acting: 时任, 署理."""
    return frozenset(word for word in lexicon.words("titles.tsv", "former") if len(word) > 1)


def _office(lexicon: Lexicon, text: str) -> tuple[str, str | None]:
    at = _first_title(lexicon, text)
    before, title = text[:at], text[at:]
    head = title[:-1] if title.endswith("长") and title[:-1] in _units(lexicon) else ""
    if head and before and not before.endswith(bodies(lexicon)):
        return title, before + head  # 水务局长 is 水务局 and 局长
    party = pattern("党委|党总支|党支部").match(title)
    if party and before.endswith(_places(lexicon)):
        return title[party.end() :], before + party[0]  # 镇党委 leads a town; in a 局 or a 公司 党委书记 is an office
    if title.startswith(_levelled(lexicon)):
        if before in levels(lexicon):
            return text, None
        if before[-2:-1] == "党" and before[-1] in levels(lexicon):
            return text[len(before) - 1 :], before[:-1]  # the party of a 市议员
    return title, before or None


def _first_title(lexicon: Lexicon, text: str) -> int:
    """The start of the titles at the end of a text: several may stand there, parted by 、 or the like."""
    for separator in pattern(_PARTS).finditer(text):
        at = title_before(lexicon, text, separator.start())
        if at < separator.start():
            return at
    return title_before(lexicon, text, len(text))


def title_before(lexicon: Lexicon, text: str, end: int) -> int:
    """The start of the longest title that ends at ``end``, with its prefixes; ``end`` where none does."""
    words, prefixes = _title_parts(lexicon)
    sizes = words.get(text[end - 2 : end]) or words.get(text[end - 1 : end])
    if sizes is None:
        return end
    low = max(0, end - _LONGEST_TITLE)
    first = end
    for size, known in sizes:
        at = end - size
        if at >= low and (word := text[at:end]) in known:
            first = min(first, at if word in _ranks(lexicon) else _with_prefixes(lexicon, text, at, low, prefixes))
    return first


def _with_prefixes(lexicon: Lexicon, text: str, at: int, low: int, prefixes: _ByEnd, most: int = 3) -> int:
    """The start of a title that begins at ``at``, with at most ``most`` prefixes before it: 常务副市长, 党组副书记."""
    first = at
    for size, known in prefixes.get(text[at - 1 : at], ()) if most else ():
        before = at - size
        if before < low or (word := text[before:at]) not in known:
            continue
        # 原 and 前 end names of places and other words too: 太原市长, 目前局长.
        if word in ("原", "前") and not _opens_office(lexicon, text, before):
            continue
        if word == "总" and text[at] == "副":
            continue  # the end of an organisation: 防总副总指挥
        first = min(first, _with_prefixes(lexicon, text, before, low, prefixes, most - 1))
    return first


def _opens_office(lexicon: Lexicon, text: str, at: int) -> bool:
    """Whether an office can begin at ``at``: at the beginning, behind a mark or behind an organisation."""
    before = text[max(0, at - 4) : at]
    return not before[-1:].isalnum() or before.endswith(bodies(lexicon))


@derived
def _title_parts(lexicon: Lexicon) -> tuple[_ByEnd, _ByEnd]:
    """The titles by their last two characters, and the prefixes by their last: a look-up is faster than a pattern.

    A title of one character stands under each two characters that end with it, too.
    """
    titles = title_words(lexicon)
    short = {word for word in titles if len(word) == 1}
    ends = {word[-2:] for word in titles}
    words = {end: [word for word in titles if word.endswith(end)] + [end[-1]] * (end[-1] in short) for end in ends}
    prefixes: dict[str, list[str]] = {}
    for word in lexicon.words("titles.tsv", "prefix"):
        prefixes.setdefault(word[-1], []).append(word)
    return _by_end(words), _by_end(prefixes)


def _by_end(words: Mapping[str, Iterable[str]]) -> _ByEnd:
    return {end: _by_size(known) for end, known in words.items()}


@derived
def _ranks(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.words("titles.tsv", "rank"))


def _by_size(words: Iterable[str]) -> _BySize:
    found: dict[int, set[str]] = {}
    for word in words:
        found.setdefault(len(word), set()).add(word)
    return tuple((size, frozenset(known)) for size, known in sorted(found.items(), reverse=True))


@derived
def title_ends(lexicon: Lexicon) -> frozenset[str]:
    """The characters that a title can end with."""
    return frozenset(word[-1] for word in title_words(lexicon))


def _titles_in(lexicon: Lexicon, text: str) -> Iterator[tuple[int, int]]:
    for match in _title(lexicon).finditer(text):
        yield match.span()


def _holds_title(lexicon: Lexicon, text: str) -> bool:
    return _title(lexicon).search(text) is not None


def is_name(lexicon: Lexicon, text: str) -> bool:
    """Whether a text has the form of a whole name: a surname and one or two characters, or several parts with dots."""
    if pattern(_LETTERED).fullmatch(text):
        return True
    if text[:2] in compound(lexicon) and pattern(_GIVEN).fullmatch(text[2:]):
        return True
    return text[:1] in surnames(lexicon) and pattern(_GIVEN).fullmatch(text[1:]) is not None


def _name(lexicon: Lexicon, text: str) -> str | None:
    """The text, without a title, where it can be a name; None where it cannot."""
    if is_name(lexicon, text) or pattern(_SOME).fullmatch(text):
        return text
    return None


def _behind_body(lexicon: Lexicon, text: str) -> int:
    """The start of a name that stands at the end of a text, behind an organisation; 0 where there is none."""
    for size in (3, 2, 4):
        name, body = text[-size:], text[:-size]
        if body and len(name) == size and is_name(lexicon, name) and body.endswith(bodies(lexicon)):
            return len(body)
    return 0


# --- context -----------------------------------------------------------------------------------------------------


def _shared(name: str, passage: Passage) -> dict[str, AttributeValue]:
    """The values of a bare name: those of the list it stands in, else those from where the person was introduced."""
    listed = _listed(passage)
    if listed:
        return {**listed, "mention": "list"}
    known = _introduced(name, passage)
    return {**known, "mention": "bare"}


_COPIED: Final = ("title", "organisation", "organisation_inferred")
_JOINS: Final = r"(?:[、和及与]|\s|[(（][^()（）]{0,20}[)）]|等)*"


def _listed(passage: Passage) -> dict[str, AttributeValue] | None:
    """The office of the name before the span in a list; None where the span stands in no list."""
    for each in reversed(passage.layer):
        if each.end > passage.start or "name" not in each.values:
            continue
        between = passage.text[each.end : min(passage.start, each.end + LONGEST)]
        if passage.start - each.end <= LONGEST and "、" in between and pattern(_JOINS).fullmatch(between):
            return _copied(each)
        break
    return _listed_in_text(passage)


def _listed_in_text(passage: Passage) -> dict[str, AttributeValue] | None:
    before, lexicon = passage.before, passage.lexicon
    if not before.rstrip().endswith(("、",)):
        return None
    clause = pattern(_CLAUSE).split(before[-LONGEST:])[-1].rstrip("、 \t")
    parts = clause.split("、")
    while len(parts) > 1 and is_name(lexicon, _bare(lexicon, parts[-1])) and not _holds_title(lexicon, parts[-1]):
        parts.pop()
    found = _tail(lexicon, _bare(lexicon, "、".join(parts)))
    return _found(found.title, found.organisation, passage) if found else None


def _tail(lexicon: Lexicon, text: str) -> Person | None:
    """The person at the end of a clause, title and then name; None where it does not end so."""
    for size in (3, 2, 4):
        name = text[-size:]
        end = len(text) - size
        if end > 0 and is_name(lexicon, name) and title_before(lexicon, text, end) < end:
            title, organisation = office(lexicon, text[:end])
            return Person(name, title, organisation)
    return None


def _introduced(name: str, passage: Passage) -> dict[str, AttributeValue]:
    """The office of a person, from another annotation of that name, else from where the text states it."""
    same = [each for each in passage.layer if each.values.get("name") == name and each.values.get("title")]
    if same:
        return _copied(min(same, key=lambda each: (each.values.get("mention") == "bare", each.start > passage.start)))
    return _introduced_in_text(name, passage)


def _introduced_in_text(name: str, passage: Passage) -> dict[str, AttributeValue]:
    lexicon = passage.lexicon
    text = passage.before + " " + passage.text[passage.end : passage.end + LONGEST * 10]
    at = text.find(name)
    while at >= 0:
        clause = pattern(_CLAUSE).split(text[max(0, at - LONGEST) : at])[-1]
        if clause and title_before(lexicon, clause, len(clause)) < len(clause):
            return _found(*office(lexicon, clause), passage)
        found = _title(lexicon).match(text, at + len(name))
        if found:
            return _found(found[0], None, passage)
        at = text.find(name, at + 1)
    return {}


def _found(title: str | None, before: str | None, passage: Passage) -> dict[str, AttributeValue]:
    """The values of an office; ``before``, what stands before the title, counts only where it is an organisation."""
    known = before is not None and before.endswith(bodies(passage.lexicon)) and not pattern(_VAGUE).search(before)
    organisation = before if known else None
    return {
        "title": title,
        "organisation": organisation,
        "organisation_inferred": None if organisation else evident(title, passage),
    }


def _copied(each: Stated) -> dict[str, AttributeValue]:
    return {name: each.values.get(name) for name in _COPIED}


def evident(title: str | None, passage: Passage) -> str | None:
    """The organisation of a title that stands without one: 副厅长 is of the 厅 that the text has named last."""
    return next(iter(_candidates(title or "", passage)), None)


def _candidates(title: str, passage: Passage) -> list[str]:
    """The organisations that a title can be of, the one named last before the span first.

    Only an organisation at the beginning of a clause counts.
    """
    lexicon = passage.lexicon
    kind = _kind(lexicon, title)
    if not kind:
        return []
    named = pattern(f"(?:^|[，,。；;：:、\n“”\\s])({_HAN}{{1,16}}?{kind})(?!长|领导|直|内)")
    found = dict.fromkeys(match[1] for match in reversed(list(named.finditer(passage.before))))
    return [
        each
        for each in found
        if each not in levels(lexicon) and not pattern(_VAGUE).search(each) and not _holds_title(lexicon, each)
    ]


def _kind(lexicon: Lexicon, title: str) -> str | None:
    """The last character of the organisations that a title can be of: 厅 for 副厅长, 区 for 区领导; None for others."""
    match = re.match(f"(?:常务|第一|代理?)?副?([{''.join(_heads(lexicon))}])长|([省市县区州镇乡])领导", title)
    return (match[1] or match[2]) if match else None


# --- lists -------------------------------------------------------------------------------------------------------


@derived
def surnames(lexicon: Lexicon) -> frozenset[str]:
    """All surnames, of one character and of two."""
    return frozenset(lexicon.words("surnames.tsv", "single", "compound"))


@derived
def compound(lexicon: Lexicon) -> frozenset[str]:
    """The surnames of two characters."""
    return frozenset(lexicon.words("surnames.tsv", "compound"))


@derived
def name_parts(lexicon: Lexicon) -> re.Pattern[str]:
    """A pattern for the parts of names that have no surname: 乌兰图雅, 扎西多吉."""
    return re.compile(f"(?:{alternatives(lexicon.words('surnames.tsv', 'part'))})")


@derived
def unlikely(lexicon: Lexicon) -> frozenset[str]:
    """Surnames that are far more often the end of an organisation, or a small word."""
    return frozenset(lexicon.words("surnames.tsv", "unlikely"))


@derived
def _heads(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.words("titles.tsv", "head"))


@derived
def _units(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.words("titles.tsv", "head", "unit"))


@derived
def _former(lexicon: Lexicon) -> re.Pattern[str]:
    names = alternatives(lexicon.words("titles.tsv", "former-name"))
    return re.compile(f"(?!{names})(?:{alternatives(lexicon.words('titles.tsv', 'former'))})")


def _levelled(lexicon: Lexicon) -> tuple[str, ...]:
    return lexicon.words("titles.tsv", "levelled")


@derived
def levels(lexicon: Lexicon) -> frozenset[str]:
    """The words that belong to 领导 where they stand alone before it: 市, 区."""
    return frozenset(lexicon.words("titles.tsv", "level"))


def _places(lexicon: Lexicon) -> tuple[str, ...]:
    return lexicon.words("titles.tsv", "place")


def bodies(lexicon: Lexicon) -> tuple[str, ...]:
    """The words that names of organisations end with."""
    return lexicon.words("titles.tsv", "body")


@derived
def title_words(lexicon: Lexicon) -> tuple[str, ...]:
    """The titles without their prefixes: 局长, 书记, 领导, 一级调研员."""
    heads = (f"{each}长" for each in sorted(_heads(lexicon)))
    return (*heads, *lexicon.words("titles.tsv", "core", "people", "rank"))


@derived
def _title(lexicon: Lexicon) -> re.Pattern[str]:
    prefix = alternatives(lexicon.words("titles.tsv", "prefix"))
    heads = (f"{each}长" for each in sorted(_heads(lexicon)))
    core = alternatives((*heads, *lexicon.words("titles.tsv", "core", "people")))
    rank = alternatives(lexicon.words("titles.tsv", "rank"))
    return re.compile(f"(?:{rank}|(?:{prefix}){{0,3}}(?:{core}))(?![办制])")


@derived
def _honours(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(f"(?:{alternatives(lexicon.words('titles.tsv', 'honour'))})$")
