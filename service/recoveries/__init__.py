"""Recoveries: money that was paid and is owed back."""
