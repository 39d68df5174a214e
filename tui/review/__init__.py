"""The review screen: one notice, its annotations, and the keys that change them."""
