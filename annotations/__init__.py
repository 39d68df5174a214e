"""What is said about a notice: pure values and functions.

No database, no terminal, no files but the package's own data.  ``from __future__ import annotations`` binds the name
of this package, so import from its modules: ``from annotations.alignment import Alignment``.
"""
