"""Finding text in a notice, and the same place in another text: search, patience diff, re-anchoring."""
