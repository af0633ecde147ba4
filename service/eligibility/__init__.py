"""Eligibility: for which schemes a person may be placed, why not, and until when that holds."""
