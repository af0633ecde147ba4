"""Contacts: how a person is reached, sealed, and what the person agreed to."""
