"""What a person at a terminal touches: the app and the commands."""
