"""Attendance: what was worked and what was paid in a month, and who says so."""
