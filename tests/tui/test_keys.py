"""Keys: what is shown is what works, remapped or not, and what cannot be is refused by name."""

from __future__ import annotations

import pytest
from idle import idle
from making import RAW, annotation_of, stored_notice
from msgspec.structs import replace
from reviewing import said

from store.index.filters import QueueFilter
from store.log.events import annotation_change
from store.write.record import record
from tui.app import ZhupiApp
from tui.keys.keymap import KeymapError, Keys, key_named, key_shown, toml_keys
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine


def screen_text(app):
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def keys(**remapped):
    return Keys(ZhupiApp.all_bindings(), remapped={name.replace("__", "."): each for name, each in remapped.items()})


@pytest.mark.parametrize(
    ("written", "named", "shown"),
    [
        ("<", "less_than_sign", "<"),
        ("less_than_sign", "less_than_sign", "<"),
        ("ctrl+r", "ctrl+r", "ctrl+r"),
        ("alt+<", "alt+less_than_sign", "alt+<"),
        ("N", "N", "N"),
        ("pgdn", "pagedown", "pgdn"),
        ("pagedown", "pagedown", "pgdn"),
        ("esc", "escape", "esc"),
        (",", "comma", ","),
        ("f5", "f5", "f5"),
    ],
)
def test_a_key_has_one_name_however_it_is_written(written, named, shown):
    assert key_named(written, "review.next") == named
    assert key_shown(named) == shown


@pytest.mark.parametrize("key", ["", "nosuchkey", " ", "\x1b", "ctrl+", "ab"])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(KeymapError, match="is no key; write it as"):
        key_named(key, "review.next")


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("ctrl+i", "tab"),
        ("ctrl+I", "tab"),
        ("ctrl+m", "enter"),
        ("ctrl+[", "esc"),
        ("ctrl+left_square_bracket", "esc"),
        ("ctrl+h", "backspace"),
        ("ctrl+?", "backspace"),
        ("ctrl+N", "ctrl+n"),
        ("shift+n", "N"),
        ("shift+N", "N"),
    ],
)
def test_a_key_that_terminals_send_as_another_is_refused_with_that(key, sent):
    with pytest.raises(KeymapError) as refused:
        keys(review__flag=[key])
    assert str(refused.value) == f"{key} is {sent} to a terminal; write {sent}, or take another key"
    assert refused.value.binding_id == "review.flag"


@pytest.mark.parametrize("key", ["ctrl+n", "ctrl+]", "ctrl+r", "shift+left", "shift+tab", "alt+[", "alt+N", "alt+i"])
def test_a_key_that_terminals_send_as_itself_is_taken(key):
    assert key_named(key, "review.flag")


def test_no_default_key_is_one_that_terminals_send_as_another():
    for each in keys().defaults.values():
        assert [key_named(key, each.id) for key in each.key.split(",")] == each.key.split(",")


def test_unknown_ids_and_clashes_are_named():
    with pytest.raises(KeymapError, match=r"review.nxt is no key of zhupi; did you mean review.next\?"):
        keys(review__nxt=["n"])
    with pytest.raises(KeymapError, match=r"m is the key of review\.\w+ and of review\.\w+"):
        keys(review__next=["m"])
    with pytest.raises(KeymapError, match=r"ctrl\+p is the key of"):
        keys(queue__open=["ctrl+p"])
    with pytest.raises(KeymapError, match="r is the key of"):
        Keys(ZhupiApp.all_bindings(), {"review.tag_1": "r"}, {"review.next": ["r"]})


def test_the_key_of_a_newer_action_gives_way_to_one_of_the_users_own():
    own = keys(review__flag=["T"])
    assert own.given_way == {"review.fields": "T"}
    assert (own.shown("review.flag"), own.shown("review.fields")) == ("T", "")
    assert keys(review__flag=["Z"], queue__open=["T"]).given_way == {}
    assert keys(review__flag=["T"], review__fields=["Z"]).given_way == {}
    assert keys(review__copy=["V", "W"]).given_way == {"review.swap_ends": "V", "review.word_end": "W"}
    assert keys(review__flag=["!", "P"], review__copy=["Y", "%"]).given_way == {
        "review.suspect": "!", "review.suspect_previous": "P", "review.keep": "Y", "review.muted": "%",
    }  # fmt: skip
    with pytest.raises(KeymapError, match="T is the key of"):
        keys(review__flag=["T"], review__fields=["T"])
    line = next(line for line in toml_keys(own) if "review.fields" in line)
    assert line.startswith('# "review.fields" = "T"')


async def test_that_it_gave_way_is_told_once(database):
    number, kept = stored_notice(database), []
    for told in (True, False):
        state = kept[-1] if kept else None
        app = ZhupiApp(database, notice=number, keys={"review.flag": ["T"]}, save_state=kept.append, state=state)
        async with app.run_test(size=(120, 40)) as pilot:
            await idle(pilot)
            assert ("T stays yours" in screen_text(app)) == told
            assert ("", "title, date") not in app.screen.query_one("#review-keys", KeyBar)._keys
            await pilot.press("T")
            await idle(pilot)
            assert type(app.screen).__name__ == "FlagScreen"


def test_a_key_may_serve_two_screens_and_two_keys_may_be_swapped():
    swapped = keys(review__next=["m"], review__done=["n"], queue__sort=["m"])
    assert swapped.shown("review.next", "review.done") == "m n"
    assert swapped.keymap == {"review.next": "m", "review.done": "n", "queue.sort": "m"}


def test_a_run_of_digits_is_shown_as_one():
    assert keys().shown("review.tag_1", "review.tag_2", "review.tag_3") == "1-3"
    assert keys().shown("review.tag_1", "review.tag_2") == "1 2"
    assert keys().shown(*(f"adjudicate.label_{digit}" for digit in range(1, 10))).startswith("alt+1-9")


def test_what_is_printed_as_config_can_be_read_again():
    import tomllib

    remapped = {"review.next": ["m", ";"], "review.done": ["n"], "queue.search": ["ctrl+f"]}
    lines = toml_keys(Keys(ZhupiApp.all_bindings(), remapped=remapped))
    said = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines))
    again = {each: [value] if isinstance(value, str) else value for each, value in said.items()}
    assert Keys(ZhupiApp.all_bindings(), remapped=again).of("review.next") == ["m", "semicolon"]
    assert next(line for line in lines if not line.startswith("#")).startswith('"queue.search" = "ctrl+f"')


async def test_a_remapped_key_works_is_in_the_footer_and_its_old_one_does_nothing(database):
    app = ZhupiApp(database, notice=stored_notice(database), keys={"review.select": ["W"], "review.undo": ["<"],
                                                                   "review.end_back": ["alt+x"]})  # fmt: skip
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)
        assert "W" in [key for key, _ in app.screen.query_one("#review-keys", KeyBar)._keys]
        await pilot.press("v")
        assert app.screen.desk.model.anchor is None
        await pilot.press("W", "l")
        assert app.screen.desk.model.anchor is not None
        await pilot.press("3")
        await idle(pilot)
        assert len(app.screen.desk.model.items) == 1
        await pilot.press("less_than_sign")
        await idle(pilot)
        assert app.screen.desk.model.items == []


async def test_the_queue_names_remapped_keys_wherever_it_names_keys(database):
    remapped = {
        "queue.open": ["o"],
        "queue.search": ["ctrl+f"],
        "queue.filter": ["ctrl+t"],
        "queue.clear": ["ctrl+g"],
        "queue.flag": ["ctrl+y"],
        "queue.select": ["t"],
        "queue.help": ["f1"],
        "queue.back": ["ctrl+x"],
    }
    stored_notice(database)
    app = ZhupiApp(database, keys=remapped)

    def footer():
        return {word: key for key, word in app.screen.query_one("#queue-keys", KeyBar)._keys}

    async with app.run_test(size=(90, 40)) as pilot:
        await idle(pilot)
        listing = app.screen.listing
        for word, binding in (
            ("open", "queue.open"), ("next free", "queue.next_free"), ("search", "queue.search"),
            ("filter", "queue.filter"), ("select", "queue.select"), ("help", "queue.help"), ("quit", "queue.back"),
        ):  # fmt: skip
            assert footer()[word] == app.keys.shown(binding), word
        assert listing.line.query_one("#filter-summary", StatusLine).text.split() == [
            "ctrl+f",
            "search",
            "ctrl+t",
            "filter",
        ]
        await pilot.press("t")
        await idle(pilot)
        assert (footer()["flag"], footer()["clear"]) == ("ctrl+y", "ctrl+g")
        await pilot.press("ctrl+g", "ctrl+f", *"没有的")
        await idle(pilot)
        assert (footer()["to the hits"], footer()["clear"]) == ("o", "ctrl+g")
        await pilot.press("o")
        await idle(pilot)
        assert listing.empty_hint.text == "ctrl+g clears the search"
        assert footer()["filter"] == "ctrl+t"
        await pilot.press("ctrl+g")
        app.screen._finding.show_only(QueueFilter(status="done"))
        await idle(pilot)
        assert listing.empty_hint.text == "ctrl+g clears it   ctrl+t changes it"


async def test_messages_of_the_review_screen_name_remapped_keys(database):
    remapped = {
        "review.select": ["W"], "review.tag_1": ["ctrl+t"], "review.grow": ["ctrl+g"], "review.search": ["ctrl+f"],
        "review.next": ["ctrl+n"], "review.done": ["ctrl+d"], "review.undo": ["ctrl+x"], "review.accept": ["ctrl+y"],
    }  # fmt: skip
    number = stored_notice(database)
    made = [
        replace(annotation_of(RAW, *span), annotator=None, status="suggested", suggested_by="hand/list@1")
        for span in ((2, 4), (6, 8), (10, 12))
    ]
    app = ZhupiApp(database, notice=number, keys=remapped)
    async with app.run_test(size=(160, 40)) as pilot:
        await idle(pilot)

        async def says(message, *keys):
            await pilot.press(*keys)
            await idle(pilot)
            assert message in said(app)

        assert "Nothing tagged yet: W selects, ctrl+t 2 3 tag" in screen_text(app)
        await says("nothing to copy: W selects", "y")
        await says("select first: W, then move", "3")
        await says("nothing to shrink: ctrl+g grows a selection", "S")
        await says("nothing searched: ctrl+f searches", "full_stop")
        with database.write() as connection:
            for each in made:
                record(connection, "hand", "import", annotation_change(number, None, each))
        app.screen.desk.reload(("", "plain"))
        await idle(pilot)
        await says("ctrl+y again accepts it", "ctrl+y")
        await says("accept 3 of hand/list: A again takes them", "A")
        await says("accepted: 3 of hand/list; ctrl+x takes them back", "A")
        await says("", "ctrl+x", "ctrl+n", "ctrl+y", "ctrl+y")
        await says("no suggestion is left: ctrl+d marks the notice done", "ctrl+y")


async def test_full_width_keys_act_as_their_keys_and_are_text_in_a_field(database):
    from textual import events

    app = ZhupiApp(database, notice=stored_notice(database))
    async with app.run_test(size=(120, 40)) as pilot:
        await idle(pilot)

        async def send(character):
            app.post_message(events.Key("?", character))
            await idle(pilot)

        await send("ｖ")
        await send("ｌ")
        await send("３")
        assert len(app.screen.desk.model.items) == 1
        await send("、")
        await send("《")
        await send("２")
        assert app.screen.focused.value == "《２"
