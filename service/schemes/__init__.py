"""Schemes: programmes, their dated rules, and the minimum wages they refer to."""
