"""The log as it is read: events, what they are about, history.  Nothing here writes."""
