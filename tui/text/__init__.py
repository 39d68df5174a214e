"""The two texts of a notice as rows and cells, and the linked cursor over them; no widget."""
