"""Who works with which database: reading, saving, drafts, the watcher.  A session needs no terminal."""
