"""Models that are learned from what people have finished: one for each label, of any label set.

A model is a linear-chain CRF over the characters of a paragraph (python-crfsuite, the extra ``zhupi[learn]``).
``features`` is what it sees of a character, ``tags`` how spans become tags and tags spans, ``model`` what is trained
and applied, ``trial`` how good it is on notices that it has not seen, ``learned`` the suggester that uses it.
"""
