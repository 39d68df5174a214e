"""From HTML to the lines that a browser would show, each with what its markup tells of it.

Nothing is chosen here: ``region`` chooses.  A row of a table becomes one line, ``| 序号 | 事项 | 期限 |``; a cell with
several lines or a long text keeps lines of its own, so that a list in it stays one.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import msgspec

from store.errors import SourceError
from store.input.extra import needing

_SKIPPED: Final = frozenset((
    "script", "style", "head", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "math",
    "canvas", "audio", "video", "map", "select", "datalist", "textarea", "button", "progress", "meter", "rt",
    "rp",
))  # fmt: skip
"""Elements that show no text of the page; rt and rp are readings above characters."""

_BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre",
    "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_EMPTY: Final = ("br", "hr")
_HEADINGS: Final = ("h1", "h2", "h3")
_CELLS: Final = ("td", "th")

_LONG_CELL: Final = 40
"""From this length on a cell keeps a line of its own, in visible code points."""

_LONGEST_LABEL: Final = 12
"""The longest label of a row whose other cells are empty, in visible code points."""

_MARKS: Final = 2
"""So many visible code points beside a link are a bullet or brackets, · or 【】."""

_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLOCK_STYLE: Final = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\n\r\f]+")
_WIDE: Final = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
# As CSS has it: a line end between two wide characters of one text is no space.
_WRAP: Final = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\n\r\f][ \t\n\r\f]*(?=[{_WIDE}])")
_EDGES: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u200c\u200d\u2060\ufeff"
"""White space and invisible characters, of which a line has none at its edges."""

_FILE: Final = re.compile(
    r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|ceb|rtf|txt|csv|zip|rar|7z)(?:[?#&]|$)|download|downfile|attach",
    re.IGNORECASE,
)
_FURNITURE: Final = re.compile(
    r"nav|menu|foot|header|crumb|position|location|share|side|relat|recommend|comment|pop|dialog|modal|layer|login|mask|"
    r"tips|tool|copyright|link|search|banner|logo|float|chat",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """One line as a browser shows it.

    ``linked`` of its ``visible`` code points (those that are no space) stand in links; ``file`` tells that one of the
    links leads to a file.  ``block`` is the innermost block around it, an index into ``Page.blocks``; ``heading`` tells
    whether the line is an h1, h2 or h3.
    """

    text: str
    visible: int
    linked: int
    file: bool
    block: int
    heading: bool

    @property
    def is_link(self) -> bool:
        """Whether nothing stands outside links but a bullet or the like."""
        return self.linked > 0 and self.visible - self.linked <= _MARKS


class Block(msgspec.Struct, gc=False):
    """A block of the page: it holds the lines from ``first`` up to ``last``.

    ``furniture`` tells that its class or id calls it navigation or the like.
    """

    parent: int
    furniture: bool
    first: int = 0
    last: int = 0


class Page(NamedTuple):
    """The lines of a page and the blocks around them, in order; block 0 holds all lines.

    ``hidden`` counts the visible code points that the page has and does not show.
    """

    lines: list[Line]
    blocks: list[Block]
    hidden: int


def visible(text: str) -> int:
    """How many code points of a text are no white space."""
    return sum(map(len, text.split()))


def parse(html: str) -> Any:  # noqa: ANN401  # lxml ships no types
    """The root element of a page, as libxml2 reads it; None where there is none.

    Raises:
        SourceError: lxml cannot be imported, or elements are nested too deeply.
    """
    etree = _etree()
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser)
    # libxml2 stops reading there, and the rest of the page would be lost in silence.
    if any("depth" in entry.message for entry in parser.error_log):
        raise SourceError("its elements are nested too deeply: extract its text yourself and import that")
    return root


def read(root: Any, *, hidden: bool = False) -> Page:  # noqa: ANN401
    """The lines of a page.

    Args:
        root: what ``parse`` gave.
        hidden: whether to read what the page does not show, too.
    """
    writer = _Writer()
    walk = _etree().iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            writer.close()
            writer.write(element.tail)
            continue
        shown = element.tag not in _SKIPPED
        if shown and not hidden and _is_hidden(element):
            shown = False
            writer.hidden += sum(map(visible, element.itertext()))
        writer.open(element, shown=shown)
        if shown:
            writer.write(element.text)
        else:
            walk.skip_subtree()
    return writer.page()


def version() -> str:
    """The version of lxml."""
    return ".".join(map(str, _etree().LXML_VERSION[:3]))


def _etree() -> Any:  # noqa: ANN401
    with needing("HTML", "html", "lxml"):
        from lxml import etree  # noqa: PLC0415  # an optional extra, and slow
    return etree


def _is_hidden(element: Any) -> bool:  # noqa: ANN401
    # A script shows the whole page when it is ready.
    if element.tag in ("html", "body"):
        return False
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")) is not None


def _is_link(element: Any) -> bool:  # noqa: ANN401
    # What word processors mark in a text has a name and leads nowhere; a button of a script has neither.
    return element.get("href") is not None or (element.get("name") is None and element.get("id") is None)


def _is_cell(element: Any) -> bool:  # noqa: ANN401
    # A cell that stands in no row would pass for one of the row around its table.
    parent = element.getparent()
    return element.tag in _CELLS and parent is not None and parent.tag == "tr"


class _Open(NamedTuple):
    """An element that is being read: whether it is a block, a link, a heading, and where its row or cell begins."""

    block: bool
    link: bool
    heading: bool
    row: bool
    cell: bool


class _Writer:
    """Writes text into lines; ``page`` gives them."""

    def __init__(self) -> None:
        self.hidden = 0
        self._lines: list[Line] = []
        self._blocks = [Block(-1, furniture=False)]
        self._block = 0
        self._open: list[_Open] = []
        self._links = 0
        self._headings = 0
        self._rows: list[list[tuple[int, int]]] = []
        """The cells of the rows that are being read: the lines of each, from and to."""
        self._parts: list[str] = []
        self._linked = 0
        self._file = False

    def write(self, text: str | None) -> None:
        """Add text to the line."""
        if not text:
            return
        self._parts.append(_SPACES.sub(" ", _WRAP.sub("", text)))
        if self._links:
            self._linked += visible(text)

    def open(self, element: Any, *, shown: bool) -> None:  # noqa: ANN401
        """Begin an element; one that is not shown has no effect but to end the line where it is a block."""
        tag = element.tag
        block = tag in _BLOCKS or _BLOCK_STYLE.search(element.get("style", "")) is not None
        link = shown and tag == "a" and _is_link(element)
        if block:
            self._end_line()
        inside = block and shown and tag not in _EMPTY
        opened = _Open(inside, link, shown and tag in _HEADINGS, shown and tag == "tr", shown and _is_cell(element))
        self._open.append(opened)
        if opened.block:
            named = f"{element.get('class', '')} {element.get('id', '')} {tag}"
            self._blocks.append(Block(self._block, _FURNITURE.search(named) is not None, len(self._lines)))
            self._block = len(self._blocks) - 1
        if link:
            self._links += 1
            self._file = self._file or _FILE.search(element.get("href", "")) is not None
        self._headings += opened.heading
        if opened.row:
            self._rows.append([])
        elif opened.cell:
            self._rows[-1].append((len(self._lines), len(self._lines)))

    def close(self) -> None:
        """End the element that was begun last."""
        closed = self._open.pop()
        if closed.block:
            self._end_line()
        if closed.cell:
            self._rows[-1][-1] = self._rows[-1][-1][0], len(self._lines)
        if closed.row:
            self._end_row(self._rows.pop())
        self._links -= closed.link
        self._headings -= closed.heading
        if closed.block:
            block = self._blocks[self._block]
            block.last = len(self._lines)
            self._block = block.parent

    def page(self) -> Page:
        """What was written."""
        self._end_line()
        self._blocks[0].last = len(self._lines)
        return Page(self._lines, self._blocks, self.hidden)

    def _end_line(self) -> None:
        text = _SPACES.sub(" ", "".join(self._parts)).strip(_EDGES)
        if text:
            count = visible(text)
            linked = min(self._linked, count)
            self._lines.append(Line(text, count, linked, self._file, self._block, self._headings > 0))
        self._parts.clear()
        self._linked = 0
        self._file = False

    def _end_row(self, cells: list[tuple[int, int]]) -> None:
        """Put the cells of a row that have one short line each into one line."""
        if len(cells) < 2:
            return
        begin = at = cells[0][0]
        rows: list[list[Line | None]] = [[]]
        place: list[int] = []
        """For each line of the row the one that it becomes, counted from ``begin``."""

        def apart(lines: list[Line]) -> None:
            if not any(rows[-1]):
                rows.pop()
            place.extend(range(len(rows), len(rows) + len(lines)))
            rows.extend([line] for line in lines)
            rows.append([])

        for first, last in cells:
            lines = self._lines[first:last]
            if at < first:  # text that stands in no cell
                apart(self._lines[at:first])
            if len(lines) > 1 or (lines and lines[0].visible >= _LONG_CELL):
                apart(lines)
            else:
                place += [len(rows) - 1] * len(lines)
                rows[-1].append(lines[0] if lines else None)
            at = last
        apart(self._lines[at:])
        rows.pop()
        if len(rows) == len(self._lines) - begin:
            for index, row in enumerate(rows, begin):
                self._lines[index] = _in_one_line(row, self._block)
            return
        self._lines[begin:] = [_in_one_line(row, self._block) for row in rows]
        place.append(len(rows))
        for block in self._blocks[self._block + 1 :]:
            block.first, block.last = begin + place[block.first - begin], begin + place[block.last - begin]


def _in_one_line(cells: list[Line | None], block: int) -> Line:
    """Cells of a row as one line; one that stands alone stays as it is, unless it is a label without its value."""
    filled = [cell for cell in cells if cell is not None]
    if len(filled) == 1 and (len(cells) == 1 or cells[0] is None or filled[0].visible > _LONGEST_LABEL):
        return filled[0]
    text = "| " + " | ".join(cell.text if cell else "" for cell in cells) + " |"
    count, linked = sum(cell.visible for cell in filled), sum(cell.linked for cell in filled)
    return Line(text, count, linked, any(cell.file for cell in filled), block, heading=False)
