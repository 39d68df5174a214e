"""The actions of the review screen, one concern per controller; no controller knows another."""
