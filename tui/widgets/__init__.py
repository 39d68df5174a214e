"""Widgets: they draw what they are given and post messages about what a person did; screens decide."""
