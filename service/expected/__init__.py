"""What is due, computed a second time by code that the first computation knows nothing of."""
