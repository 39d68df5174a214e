"""What the normalizer, readers of values and suggesters know of words: word tables, patterns, numerals."""
