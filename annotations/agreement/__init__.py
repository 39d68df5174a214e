"""How far two people who annotated the same notices agree: measures with their intervals.

``docs/agreement.md`` has the definitions for whoever reads the figures.  Nothing here knows who the people are.
"""
