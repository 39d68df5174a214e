"""The actions of the queue, one concern per controller; no controller knows another."""
