"""One SQLite file: connections, transactions, locks, files and the file system.  It knows no table."""
