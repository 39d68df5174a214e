"""The terminal: what may be written to it, the width of text, colours, keys, the clipboard."""
