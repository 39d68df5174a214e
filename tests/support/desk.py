"""The review screen in a real terminal, with the few things that a test does there again and again."""

from __future__ import annotations

import re

SAMPLE = "02-air-quality-campaign"


class Desk:
    """The review screen on one notice."""

    def __init__(self, workplace, size, doc=SAMPLE):
        self.workplace = workplace
        self.notice = next(notice for notice in workplace.imported or workplace.export() if notice["doc"] == doc)
        self.text = self.notice["normalized"]
        self.screen = workplace.open(*size, "review", "--notice", doc)
        self.screen.wait(r"normalized \d")
        self.press = self.screen.press
        self.wait = self.screen.wait

    @property
    def at(self):
        """The offset of the cursor in the normalized text."""
        return int(re.search(r"normalized ([\d,]+) of", self.screen.text)[1].replace(",", "")) - 1

    @property
    def here(self):
        """The text from the cursor on."""
        return self.text[self.at :]

    def find(self, text):
        """Go to a text by searching for it."""
        self.press("/")
        self.wait("enter stay")
        self.press("\x15", text, "enter")
        self.wait(rf"\d of [\d,]+: {re.escape(text[:6])}")
        self.press("esc")

    def tag(self, text, key):
        """Tag a text that is on one line."""
        self.find(text)
        self.press("v", *("l" * (len(text) - 1)), key)
        self.wait("saved ✓")

    def annotations(self):
        """What a fresh export holds of this notice."""
        return next(notice for notice in self.workplace.export() if notice["id"] == self.notice["id"])["annotations"]

    def quotes(self):
        return [(item["label"], item["normalized_text"]) for item in self.annotations()]
