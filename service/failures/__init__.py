"""Payments that failed: why, what follows, and how they are paid again or closed."""
