"""One open notice: what it holds, how it is shown, how one moves and searches in it."""
