"""Approvals: how many people an amount takes, what each of them did, and days without any of it."""
