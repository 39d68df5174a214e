"""What other annotation tools write, read leniently: one module a tool, each as that tool exports by itself.

The modules beside this package write a format and prove what they wrote (``verify``); these take whatever the tool for
which a format is made.  Nothing here knows a notice: ``annotations.formats.predictions`` looks for spans in one.
"""
