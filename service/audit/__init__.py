"""The audit trail: who changed which row, when, and from what to what."""
