"""The queue screen: the list of notices, and how they are found, opened and changed many at a time."""
