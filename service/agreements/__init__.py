"""Agreements: the contract of candidate, employer and office, from its draft to its end."""
