"""The one room that changes the state: the log, notices, texts, and what follows from them."""
