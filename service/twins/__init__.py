"""Twins: two entries of the register with one name and day of birth, to be told apart or ended."""
