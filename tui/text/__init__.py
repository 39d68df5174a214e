"""Both texts of a notice as cells and rows, and the linked cursor over them; no widget in it."""
