"""The screen with every place of a text in the whole database: seen in context, ticked, decided many at once."""
