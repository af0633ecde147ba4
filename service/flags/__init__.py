"""Flags: what looks odd about a payment, scored and shown to who approves it."""
