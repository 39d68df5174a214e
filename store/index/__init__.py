"""What follows from other tables and can be made anew: facets, sets of notices, the search index."""
