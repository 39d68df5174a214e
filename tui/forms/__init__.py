"""Forms: boxes on top of a screen that ask for something."""
