"""The controllers of the everywhere screen, one concern each."""
