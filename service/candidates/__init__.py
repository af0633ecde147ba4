"""Candidates: the young people an employment office registers."""
