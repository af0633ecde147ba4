"""A month at a glance: how far its money is, what stops it, and what was due and when."""
