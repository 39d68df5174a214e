"""Boxes over a screen that ask for something."""
