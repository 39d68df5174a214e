"""Which key does what: defaults, letters of labels, the user's config."""
