"""Derived data, which can be rebuilt from other tables: facets, sets of notices, the search index."""
