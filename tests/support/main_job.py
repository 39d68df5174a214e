"""The main job of a reviewer, key by key, on any terminal that shows the app."""

from __future__ import annotations


def steps(normalized, start, end):
    """The keys that select ``normalized[start:end]`` from the start of the text, and only that."""
    line = normalized.count("\n", 0, start)
    inside = start - (normalized.rfind("\n", 0, start) + 1)
    return "g" + "}" * line + "l" * inside + "v" + "l" * (end - start - 1)


def select(screen, normalized, text):
    start = normalized.index(text)
    screen.press(steps(normalized, start, start + len(text)))
    return start


def tag_undo_redo_and_kill(workplace, screen, size):
    notice = workplace.export()[0]
    normalized = notice["normalized"]
    sentence = normalized.split("\n")[-1].split("。")[0]
    official = normalized.split("\n")[2].split("。")[0][:9]
    day = normalized[(at := normalized.index("月")) - 1 : normalized.index("日", at) + 1]

    screen.wait(r"normalized \d")
    for text, key in ((sentence, "1"), (official, "2"), (day, "3")):
        select(screen, normalized, text)
        screen.press(key)
        screen.wait("saved ✓")
    screen.wait("3 yours")
    screen.press("u", "u")
    screen.wait("1 yours")
    screen.wait("undone: tag OFFICIAL")
    screen.press("ctrl+r")
    screen.wait("redone: tag OFFICIAL")
    screen.wait("2 yours")
    screen.wait("saved ✓")

    # The byline is in no region that the normalized text keeps: it is tagged in the raw pane, by mouse.
    screen.press("esc", "tab", "g")
    x, y = screen.find(notice["published"][:10], first_row=2)
    screen.mouse_drag((x, y), (x + 9, y))
    screen.press("3")
    screen.wait("3 yours")
    # A drag that ends inside a reading takes its host and all of it.
    host = next(a for a, b, c, d in notice["runs"] if b - a > d - c > 0 and notice["raw"][a] != "\n")
    run = next(run for run in notice["runs"] if run[0] == host)
    shown = notice["raw"][host : run[1]]
    x, y = screen.find(shown, first_row=2, last_column=size[0] // 2 if size[0] >= 100 else size[0])
    screen.mouse_drag((x, y), (x + 3, y))
    screen.press("o")
    screen.wait("4 yours")
    screen.wait("saved ✓")
    listed = screen.text
    screen.kill()

    after = workplace.export()[0]
    made = {(item["label"], item["text"], item["normalized_text"]) for item in after["annotations"]}
    raw_of = {item["normalized_text"]: item["text"] for item in after["annotations"]}
    assert made == {
        ("REQUIREMENT", raw_of[sentence], sentence),
        ("OFFICIAL", raw_of[official], official),
        ("DATE", notice["published"][:10], None),
        ("OFFICIAL", shown, normalized[run[2] : run[3]]),
    }
    assert all(item["status"] == "manual" for item in after["annotations"])
    assert "4 yours" in listed
    workplace.run("check")
