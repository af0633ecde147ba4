"""Checks before money leaves: named, stored, overridden by two people; holds; why not paid."""
