"""Payouts: a month's instalments put up by one person and approved by another."""
