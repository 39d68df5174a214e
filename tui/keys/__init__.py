"""Which key does what: the default bindings, the letters of labels, the user's config."""
