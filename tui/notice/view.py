"""The view of a notice: head, both panes, list of annotations, footer.

A screen that shows something else below the texts has a subclass, which overrides ``below`` and ``show_below``.  It
arranges the panes for the size of the terminal, lays out the text for their widths, and redraws what has changed in
the model.  It decides nothing and writes nothing: controllers do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from annotations.annotation import Annotation, ReviewStatus
from annotations.labels import LabelSet
from annotations.regions import region_at
from annotations.spans import RawSpan
from tui.keys.keymap import Keys
from tui.notice.annotation_rows import annotation_rows
from tui.notice.divider import Divider
from tui.notice.footer import footer_keys
from tui.notice.head import NoticeHead
from tui.notice.message import about_suspect, beside, counts_of, nothing_tagged
from tui.notice.model import NoticeModel
from tui.notice.painting import Painting, active_style
from tui.notice.pane_rows import PaneRows
from tui.notice.pointing import Keeping, Pointing
from tui.notice.search_line import SearchLine
from tui.terminal.theme import app_palette
from tui.text.layout import PaneRow
from tui.text.linked_cursor import PaneName
from tui.widgets.annotation_list import AnnotationList, AnnotationRow
from tui.widgets.key_bar import KeyBar
from tui.widgets.notice_map import NoticeMap
from tui.widgets.signs import STATUS_SIGNS
from tui.widgets.status_line import Part, StatusLine
from tui.widgets.text_pane import PaneSpan, TextPane

if TYPE_CHECKING:
    from annotations.calibration import Calibration
    from tui.widgets.search_field import Searched

WIDE = 100
"""Cells of the terminal from which the panes stand side by side."""
LEAST_SIZE = (40, 12)
"""Cells and rows below which the view shows nothing but that it needs more room."""
_SAME = "raw = normalized"
"""The title of the pane that stands for both."""


class NoticeView(Container):
    """A notice as the reviewer sees it.

    Args:
        labels: the label set of the project.
        keys: the keymap.
        me: the annotator who looks; None draws the annotations of all annotators alike.
        id: the id of the widget.
    """

    DEFAULT_CSS = """
    NoticeView {
        layout: vertical;
        & > #review-head { background: $surface; }
        & > #panes { height: 1fr; layout: horizontal; }
        & #raw, & #normalized { width: 1fr; height: 1fr; }
        & #map { display: none; }
        &.-mapped #map { display: block; }
        & > #annotations { height: 25%; min-height: 4; max-height: 12; }
        & > #needs-room { display: none; }

        &.-narrow > #panes { layout: vertical; height: 2fr; }
        &.-narrow > #annotations { height: 1fr; min-height: 3; max-height: 100%; }

        &.-alone > #annotations { display: none; }
        &.-alone-raw #normalized { display: none; }
        &.-alone-normalized #raw { display: none; }

        &.-searching > #review-keys { display: none; }
        &.-asked > #annotations-head, &.-asked > #annotations, &.-asked > #review-keys { display: none; }

        &.-tiny > * { display: none; }
        &.-tiny > #needs-room { display: block; }
    }
    """

    def __init__(self, labels: LabelSet, keys: Keys, me: str | None = None, *, id: str | None = None) -> None:  # noqa: A002  # textual's name
        super().__init__(id=id)
        self.model: NoticeModel | None = None
        """The notice that is shown; None before the first is opened."""
        self.alone = False
        """Whether the pane with the cursor takes the room of all else."""
        self.split = False
        """Whether both panes are shown though both texts of the notice are the same."""
        self._is_same = False
        self._only: PaneName | None = None
        self.pointing: Pointing | None = None
        """Carries out mouse events; None ignores them."""
        self.keeping: Keeping | None = None
        """Keeps ends that were dragged; None leaves the selection as it is."""
        self.panes: dict[PaneName, TextPane] = {
            "raw": TextPane("raw", id="raw"),
            "normalized": TextPane("normalized", id="normalized"),
        }
        """Both panes, by name."""
        self._pane_rows = PaneRows(self.panes)
        self.keys = keys
        """The keymap."""
        self._head = NoticeHead(id="review-head")
        self.counts = StatusLine(id="annotations-head", fill="─")
        """The line with the count of what is said, and the message about the last key."""
        self.key_bar = KeyBar(id="review-keys")
        """The footer."""
        self.search_line = SearchLine(id="review-search")
        """The line in which the notice is searched, in place of the footer."""
        self._list = AnnotationList(labels, me, id="annotations")
        self._too_small = StatusLine(id="needs-room")
        self.labels = labels
        """The label set of the project."""
        self._message: Part | None = None
        self._hint = ""
        self._rooms: dict[int, int] = {}
        self._status = ""
        self._headed: object = None
        self._place = ""
        self._here: tuple[str, ...] = ()
        self._painted: tuple[list[Annotation], list[RawSpan]] | None = None
        self._rows: list[AnnotationRow] = []
        self.calibration: Calibration | None = None
        self._painting = Painting(me)
        self._divider = Divider(self.panes, self._painting)
        self._notice_values = ""
        self._once_painted: list[Callable[[], None]] = []

    def compose(self) -> ComposeResult:
        """Head, panes, annotations, footer."""
        yield self._head
        with Container(id="panes"):
            yield self.panes["raw"]
            yield self._divider.between
            yield self.panes["normalized"]
        yield from self.below()
        yield self.key_bar
        yield self.search_line
        yield self._too_small

    def below(self) -> ComposeResult:
        """What stands between the texts and the footer: the count of annotations and their list."""
        yield self.counts
        yield self._list

    def on_mount(self) -> None:
        """Give the panes the colours of the labels, now and after each change of theme."""
        self._use_palette()
        self.app.theme_changed_signal.subscribe(self, self._use_palette)

    def _use_palette(self, _: object = None) -> None:
        palette = app_palette(self.app)
        for pane in self.panes.values():
            pane.use_palette(palette)
        self._divider.use_palette(palette)

    def on_resize(self) -> None:
        """Arrange the panes anew, and cut the head for the new width."""
        self.fit()
        self._show_head()
        self._show_too_small()

    def _show_too_small(self) -> None:
        self._too_small.show([(f"needs {LEAST_SIZE[0]}x{LEAST_SIZE[1]}", "warn")], [(self._status, "dim")])

    @property
    def texts_shown(self) -> bool:
        """Whether a pane of text is shown at all."""
        return True

    @property
    def side_by_side(self) -> bool:
        """Whether the panes stand side by side, their rows aligned."""
        return self._whole_size.width >= WIDE and not self.shows_one

    @property
    def _whole_size(self) -> Size:
        """The size of the view without what a form takes at the bottom: no smaller terminal.

        Before the first layout it is that of the terminal, so that the panes get their widths by it.
        """
        return self.outer_size or self.app.size

    @property
    def awaits_rows(self) -> bool:
        """Whether the notice was opened before its panes had a size, and has no rows in them yet."""
        return not self._pane_rows.are_there and self.texts_shown and not self.has_class("-tiny")

    @property
    def shows_one(self) -> bool:
        """Whether the pane with the cursor is the only one: by itself where both texts are the same."""
        return self.alone or self.says_the_same

    @property
    def says_the_same(self) -> bool:
        """Whether one pane stands for both, since both texts of the notice are the same."""
        return self._is_same and not self.split

    def turn_panes(self) -> None:
        """Show the pane with the cursor alone, or both; of a notice whose texts are the same both, or one."""
        if self.alone:
            self.alone = False
        elif self._is_same:
            self.split = not self.split
        else:
            self.alone = True
        self.fit()

    def open(self, model: NoticeModel, message: Part | None = None) -> None:
        """Show another notice, and a message about it."""
        self.model, self._message, self._painted = model, message, None
        self._pane_rows.begin()
        self._painting.begin()
        notice = model.notice
        # The normalized text has no line end behind its last line.
        self._is_same, self.split = notice.raw.strip() == notice.normalized.strip(), False
        self._arrange()
        if not self.size:
            # The list has its bar from the first layout on, if it needs one.
            self._rows = self.rows_of(self._pane_rows.items(model, self._whole_size))
            self.show_below()
        self._lay_out()

    def use_labels(self, labels: LabelSet) -> None:
        """Show another label set: in both panes, in the list and in the footer."""
        self.labels = labels
        self._list.use_labels(labels)
        self._painted = None
        self.show()

    def quote(self, item: Annotation) -> str:
        """The quote of an annotation as a reader should see it.

        That is normalized text, or raw text where nothing of the quote is left in the normalized text.
        """
        return self.model.notice.shown(item.span) if self.model is not None else item.text

    def say(self, text: str, look: str = "plain") -> None:
        """Show a message beside the count of annotations, until the next motion."""
        self._message = (text, look)
        if self.model is not None:
            self.show_counts()

    def hint(self, text: str) -> None:
        """Show a hint beside the message, until there is another one; "" takes it away."""
        if text != self._hint:
            self._hint = text
            if self.model is not None:
                self.show_counts()

    @property
    def message(self) -> str:
        """The message that stands beside the count of annotations; "" where there is none."""
        return self._message[0] if self._message is not None else ""

    @property
    def message_room(self) -> int:
        """Cells of a message that fit beside the counts, in few words if need be."""
        return self.counts.room_beside(self.size.width) - 2

    @property
    def message_parts(self) -> list[Part]:
        """The message as the parts of a line, with the hint; where both have no room, the one that is worth more."""
        message = self._message or (about_suspect(self.model, self.labels) if self.model is not None else None)
        return beside(message, self._hint, self.message_room, warns=self.warns)

    @property
    def warns(self) -> bool:
        """Whether the message is a warning, or tells of a failure."""
        return self._message is not None and self._message[1] in ("warn", "bad")

    def fit(self) -> None:
        """Arrange the panes for the size of the terminal, then lay out the text for their widths."""
        self._arrange()
        self.call_after_refresh(self._lay_out)

    def _arrange(self) -> None:
        """Show the panes that are to be shown."""
        width, height = self._whole_size
        only = self._only = self.model.pane if self.model is not None and self.shows_one else None
        self.set_class(width < LEAST_SIZE[0] or height < LEAST_SIZE[1], "-tiny")
        self.set_class(width < WIDE, "-narrow")
        self.set_class(self.side_by_side, "-mapped")
        self.set_class(self.alone, "-alone")
        self.set_class(only == "raw", "-alone-raw")
        self.set_class(only == "normalized", "-alone-normalized")
        for name, pane in self.panes.items():
            pane.rename(_SAME if self.says_the_same else name)

    async def begin_search(self, text: str, searched: Searched) -> None:
        """Show the line of the search in place of the footer; typing replaces ``text``."""
        self.add_class("-searching")
        await self.search_line.begin(text, searched)

    def end_search(self) -> None:
        """Show the footer again, and give the focus back to the text."""
        self.remove_class("-searching")
        self.search_line.end()
        if self.model is not None:
            # At once: keys that were typed ahead are meant for the text.
            self.screen.set_focus(self.panes[self.model.pane], scroll_visible=False)
        self.show()

    def make_room(self, form: object, rows: int) -> None:
        """Leave rows free at the bottom for a form, in place of the list and the keys; 0 where it is gone."""
        self._rooms[id(form)] = rows
        most = max(self._rooms.values())
        if not rows:
            del self._rooms[id(form)]
        self.set_class(bool(most), "-asked")
        self.styles.padding = (0, 0, most, 0)

    def fold_at_cursor(self) -> PaneRow | None:
        """The fold row at the cursor; None where there is none."""
        model = self.model
        if model is None or model.pane != "raw" or not self._pane_rows.raw:
            return None
        row = self._pane_rows.raw[self.panes["raw"].row_of(model.offset)]
        return row if row.kind == "fold" else None

    def unfold(self) -> None:
        """Unfold the region at the cursor, or fold it again."""
        model = self.model
        if model is None:
            return
        region = region_at(model.notice.regions, model.raw_cursor.start)
        if region is None or region.kept:
            self.say("nothing is folded here", "dim")
            return
        self._pane_rows.unfolded ^= {model.notice.regions.index(region)}
        model.focus("raw")
        model.move_to(region.start, select=False)
        self._lay_out()

    def moved(self, pointed: TextPane | None = None) -> None:
        """Show the model after a motion, and drop the message about the key before."""
        self._message = None
        self.show(pointed)

    def show(self, pointed: TextPane | None = None) -> None:
        """Show the model; each widget redraws what has changed.

        Args:
            pointed: the pane under the mouse, which does not scroll away from it.
        """
        model = self.model
        if model is None:
            return
        if self.texts_shown:
            self._show_texts(model, pointed)
        self.show_below()

    def _show_texts(self, model: NoticeModel, pointed: TextPane | None) -> None:
        panes = self.panes
        if self._only is not None and self._only != model.pane:
            # The cursor has gone to the pane that is hidden.
            self.fit()
        if not panes[model.pane].has_focus and not self.search_line.is_typing:
            # At once: a search that is begun by a key typed ahead takes it next.
            self.screen.set_focus(panes[model.pane], scroll_visible=False)
        spans = self._changed_spans(model)
        active = None if model.anchor is not None else self.active_span(model)
        for name, pane in panes.items():
            pane.set_state(
                cursor=model.cursor_in(name),
                selection=model.selection_in(name),
                spans=spans[name] if spans is not None else None,
                active=_stretch(model.span_in(name, active[0]), active[1]) if active is not None else None,
            )
        if not self.side_by_side:
            for name, pane in panes.items():
                if pane is not pointed:
                    pane.scroll_to_offset(model.cursor_in(name))
                    self._scroll_to_active(pane)
        elif pointed is None:
            panes[model.pane].scroll_to_offset(model.offset)
            self._scroll_to_active(panes[model.pane])
            self._scroll_along(panes[model.pane])
        self._show_map(model)

    @property
    def mapped_pane(self) -> PaneName | None:
        """The pane whose title is a map of it, where none stands between the panes: the lower or the only one."""
        return None if self.side_by_side else self._only or "normalized"

    def _show_map(self, model: NoticeModel) -> None:
        # How much there is of a long notice is known when all of it is laid out, right after the first paint.
        if self._pane_rows.until is None:
            self._divider.show(model, self.labels, self.mapped_pane)

    def _scroll_to_active(self, pane: TextPane) -> None:
        """Scroll the active span into view while a form is about it: all of it, or its beginning."""
        if self._rooms and pane.active is not None:
            pane.scroll_to_span(*pane.active[:2])

    def active_span(self, model: NoticeModel) -> tuple[RawSpan, str] | None:
        """The raw span that keys act on, with its palette key; None where there is none.

        It is marked over its whole length, unless there is a selection: keys act on that then.
        """
        current = model.current
        return (current.span, active_style(current, self.labels)) if current is not None else None

    def show_below(self) -> None:
        """Show what stands below the texts, and the keys that apply now."""
        model = self.model
        if model is None:
            return
        current = model.current
        chosen_id = current.id if current is not None else None
        self._list.show(self._rows, chosen_id, model.raw_cursor.start, nothing_tagged(self.labels, self.keys))
        self.show_counts()
        keys = footer_keys(model, self.labels, on_fold=self.fold_at_cursor() is not None)
        self.key_bar.show_keys(self.keys.footer(keys))

    def show_head(self, number: int, total: int, review: ReviewStatus, status: str, here: Sequence[str] = ()) -> None:
        """Show the head of the view.

        Args:
            number: the number of the notice.
            total: how many notices there are.
            review: its review status.
            status: whether everything is saved, in words.
            here: names of others who have the notice open.
        """
        self._place, self._status, self._here = f"{STATUS_SIGNS[review]} {number:,}/{total:,}", status, tuple(here)
        self._show_head()

    def _show_head(self) -> None:
        if not self._place:
            return
        headed = self.model, self._place, self._status, self._here, self.size.width
        if headed != self._headed:
            self._headed = headed
            self._show_too_small()
            notice = self.model.notice if self.model is not None else None
            self._head.show_notice(notice, self._place, self._status, self._here, self.size.width)

    @on(TextPane.Pointed)
    def _pointed(self, message: TextPane.Pointed) -> None:
        if self.pointing is not None and self.model is not None:
            self.pointing.pointed(_name_of(message.pane), message.offset)

    @on(TextPane.Clicked)
    def _clicked(self, message: TextPane.Clicked) -> None:
        if self.pointing is not None and self.model is not None:
            self.pointing.clicked(_name_of(message.pane), message.offset, message.times)

    @on(TextPane.Dragged)
    def _dragged(self, message: TextPane.Dragged) -> None:
        if self.pointing is None or self.model is None:
            return
        self.pointing.dragged(_name_of(message.pane), message.anchor, message.offset)
        if message.ended and self.keeping is not None and self.model.reshaped is not None:
            self.keeping.keep_ends()

    @on(TextPane.FoldPressed)
    def _fold_pressed(self, message: TextPane.FoldPressed) -> None:
        if self.pointing is not None and self.model is not None:
            self.pointing.fold_pressed(message.row.start)

    @on(NoticeMap.Pressed)
    def _map_pressed(self, message: NoticeMap.Pressed) -> None:
        if self.model is not None:
            self._go_to_share(self.model.pane, message.share)

    @on(TextPane.MapPressed)
    def _title_pressed(self, message: TextPane.MapPressed) -> None:
        self._go_to_share(_name_of(message.pane), message.share)

    def _go_to_share(self, name: PaneName, share: float) -> None:
        """Put the cursor on the row that is so far down a pane, from 0 to 1, and the row into its middle."""
        pane = self.panes[name]
        if self.pointing is None or self.model is None or not len(pane.rows):
            return
        row = int(share * len(pane.rows))
        pane.scroll_to_row(row - pane.page_rows() // 2)
        if self.side_by_side:
            self._scroll_along(pane)
        self.pointing.pointed(name, pane.rows[row].start)

    @on(AnnotationList.Chosen)
    def _annotation_pressed(self, message: AnnotationList.Chosen) -> None:
        if self.pointing is not None and self.model is not None:
            self.pointing.annotation_pressed(message.annotation_id)

    @on(TextPane.Scrolled)
    def _scrolled(self, message: TextPane.Scrolled) -> None:
        if self.side_by_side:
            self._scroll_along(message.pane)
        if self.model is not None:
            self._show_map(self.model)

    @on(TextPane.Resized)
    def _resized(self) -> None:
        self._lay_out()

    def _lay_out(self, *, complete: bool = False) -> None:
        """Lay out the text for the widths of the panes.

        Of a long notice the first screens are laid out, and the rest after the next paint.

        Args:
            complete: whether to lay out all of a long notice.
        """
        model, rows = self.model, self._pane_rows
        if model is None:
            return
        if not rows.have_room:
            if not self.texts_shown:
                self.show()
            return
        if rows.lay_out(model, self._whole_size, aligned=self.side_by_side, whole=complete):
            self._painted = None
            if rows.until is not None:
                self.once_painted(self._lay_out_all)
        # The cursor would be out of sight also where only the height is another one.
        self.show()

    def _lay_out_all(self) -> None:
        if self._pane_rows.until is not None:
            self._lay_out(complete=True)

    def once_painted(self, callback: Callable[[], None]) -> None:
        """Call something behind the next paint.

        ``call_after_refresh`` may do so before it, where no widget has asked for the paint yet.
        """
        self._once_painted.append(callback)

    def painted(self) -> Sequence[Callable[[], None]]:
        """Take what is to be called behind a paint; the screen calls it."""
        callbacks, self._once_painted = self._once_painted, []
        return callbacks

    def _scroll_along(self, pane: TextPane) -> None:
        """Scroll the other pane with this one; side by side both have the same rows."""
        for other in self.panes.values():
            if other is not pane:
                other.scroll_to_row(pane.top)

    def _changed_spans(self, model: NoticeModel) -> dict[PaneName, list[PaneSpan]] | None:
        """The spans to paint in each pane; None where they have not changed."""
        painted, self._painted = self._painted, (model.items, model.hits)
        if painted is not None and painted[0] is model.items:
            # While a search is typed only the hits change.
            return None if painted[1] is model.hits else self._painting.with_hits(model)
        items = self._pane_rows.items(model, self._whole_size)
        self._rows = self.rows_of(items)
        self._painting.paint(model, items, self.labels)
        return self._painting.with_hits(model)

    def rows_of(self, items: list[Annotation]) -> list[AnnotationRow]:
        """The rows of the list of annotations."""
        return annotation_rows(self.model, items, self.quote, self.labels, self.calibration)

    def show_anew(self) -> None:
        """Show what is said of the notice where more is known of the same annotations."""
        if self.model is not None:
            self._painted = None
            self.show()

    def use_calibration(self, calibration: Calibration) -> None:
        """Show from now on how probably a suggestion is accepted, where people have decided on its rule."""
        self.calibration = calibration
        self.show_anew()

    def show_notice_values(self, count: int, declared: int) -> None:
        """Show how many of the declared attributes of the whole notice are set; nothing where none is declared."""
        shown = f"{count}/{declared}" if declared else ""
        if shown != self._notice_values:
            self._notice_values = shown
            self.show_counts()

    def show_counts(self) -> None:
        """Show how many annotations there are, and the message about the last key."""
        model = self.model
        if model is None:
            return
        count, short = counts_of(model, self._notice_values)
        self.counts.show([(f"{count} ", "plain")], self.message_parts, short=[(f"{short} ", "plain")])


def _stretch(stretch: tuple[int, int] | None, style: str) -> PaneSpan | None:
    return PaneSpan(*stretch, style) if stretch is not None else None


def _name_of(pane: TextPane) -> PaneName:
    return "raw" if pane.id == "raw" else "normalized"
