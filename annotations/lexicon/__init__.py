"""Word tables: where they are read, and the words that a project adds to them."""
