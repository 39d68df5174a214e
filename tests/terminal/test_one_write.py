"""Keys that come in one packet, as over a slow line: each goes where it would go with a pause before it."""

from __future__ import annotations

import pytest
from workplace import SAMPLES

pytestmark = pytest.mark.terminal


@pytest.fixture
def notice(workplace):
    """The app on a notice."""
    workplace.run("import", SAMPLES)
    screen = workplace.open(120, 40, "review", "--notice", "01-river-chief-meeting")
    screen.wait("saved ✓")
    screen.until_quiet()
    return screen


def done(workplace):
    """What is tagged in the notices, and the status that they have."""
    return {
        notice["doc"]: (
            [(item["label"], item["text"], item["comment"]) for item in notice["annotations"]],
            [review["status"] for review in notice["reviews"]],
        )
        for notice in workplace.export()
        if notice["annotations"] or notice["reviews"]
    }


def test_prompts_forms_and_screens_are_opened_and_closed_within_one_packet(workplace, notice):
    text = workplace.export()[0]["normalized"]
    quote = text[40:43]
    keys = [
        f"/{quote}\r3",  # a search, and a tag of the hit
        "c好\rU",  # a comment, and unsure
        "e\x1b",  # the attributes, left
        "?\t\x1b",  # the help, left
        "T甲乙\r",  # another title, and the notice is read again
        "B\x1b",  # the kind of the region, left
        "\x10unsure\r",  # the palette: sure again
        "\x1bvl1",  # escape and a key, which looks like alt
        "f不清楚\r",  # flagged, and the next notice is opened
        "vll2",  # which gets a tag
        "q/督察\r\r",  # the queue, a search in it, and its first hit is opened
        "vl1",
        "q\x1bfs\x1b",  # the queue, and its filter, left
        "q",  # and out
        "jjj",
    ]
    notice.child.send("".join(keys))
    notice.until_quiet()
    notice.wait_for_end()
    assert notice.child.exitstatus == 0, notice.text
    assert "Traceback" not in notice.output.decode("utf-8", "replace")
    assert done(workplace) == {
        "01-river-chief-meeting": ([("REQUIREMENT", quote[:2], None), ("DATE", quote, "好")], ["flagged"]),
        "02-air-quality-campaign": ([("OFFICIAL", "青笠縣(xiàn)", None)], []),
        "03-wetland-restoration-visit": ([("REQUIREMENT", "督察", None)], []),
    }
    assert workplace.export()[0]["title"] == "甲乙"
