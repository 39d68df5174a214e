"""The terminal: what may be written to it, how wide it is, its colours, keys and clipboard."""
