"""Facts: what instalments follow from, since when it is known, and what has changed of it."""
