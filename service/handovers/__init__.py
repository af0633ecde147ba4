"""Handovers: a person's case goes from one employment office to another."""
