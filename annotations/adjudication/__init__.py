"""Several layers of one notice beside each other: what they agree on, and where they differ."""
