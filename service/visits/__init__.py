"""Visits: case officers see for themselves that a person works where the agreement says."""
