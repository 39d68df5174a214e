"""What one person does, each in a transaction of its own; when a call returns, the change is on disk."""
