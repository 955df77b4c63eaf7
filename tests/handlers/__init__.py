"""Handler libraries of other makers, as people deploy them, in a local cloud."""
