"""To do: what waits for whoever signs in, since when, and where to do it."""
