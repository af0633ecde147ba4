"""Registrations: registering a person in steps that can be left and taken up again."""
