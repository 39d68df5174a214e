"""Who works with which database, and what that takes; a session needs no terminal."""
