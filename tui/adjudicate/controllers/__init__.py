"""The controllers of the adjudicate screen, one idea each."""
