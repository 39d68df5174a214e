"""What comes in: pages, native records, suggestions, predictions, and texts that are normalized again."""
