"""Subsidised jobs: an employer posts them, a case officer decides."""
