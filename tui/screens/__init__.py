"""The screens: they decide what happens; widgets say what a person did, the store writes."""
