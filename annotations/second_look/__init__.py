"""A second look at what is finished: what may be an error, and why.

``page`` is a layer of a notice as it is looked at.  ``elsewhere`` holds it against the same texts in other notices,
``neighbours`` against what stands beside it, ``unseen`` against models that have not seen the notice, ``rules`` against
what rules suggest.  ``finding`` puts together what they say of one place.
"""
