"""Search in a notice, a patience diff of two texts, and re-anchoring of annotations from one text to another."""
