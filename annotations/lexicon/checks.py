"""Checks the words that a project adds to the word lists, so that a slip is reported and not ignored."""

from __future__ import annotations

from annotations.errors import LabelError
from annotations.lexicon.tables import rows
from annotations.lexicon.words import WordList


def check_words(words: WordList, where: str) -> None:
    """Check the words that a label set adds to one kind of a list.

    Args:
        words: the words, with their list and kind.
        where: the name of the label set's file, for errors.

    Raises:
        LabelError: the list has no such kind, or a word is empty or holds white space.
    """
    kinds = sorted({row[0] for row in rows(f"{words.list}.tsv")})
    if words.kind not in kinds:
        raise LabelError(f"{where}: words for {words.list}: no kind {words.kind}; there are {', '.join(kinds)}")
    for word in words.words:
        if not word or any(character.isspace() for character in word):
            raise LabelError(f"{where}: words for {words.list}, {words.kind}: “{word}” is empty or holds white space")
