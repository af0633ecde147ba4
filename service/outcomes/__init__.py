"""Outcomes: where candidates stand after the subsidy, and what the programme led to."""
