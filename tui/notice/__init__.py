"""One open notice on any screen: its model, its view, and the actions that move and search in it."""
