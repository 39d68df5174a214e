"""The actions of the progress screen, one concern per controller; no controller knows another."""
