"""The report: the figures of a project as one page for people without a terminal."""
