"""Where notices and annotations live: SQLite, the log, ingest, export.  Knows no terminal."""
