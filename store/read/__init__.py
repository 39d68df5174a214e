"""Reading the state: notices, the queue, previews, counts.  Nothing here changes it."""
