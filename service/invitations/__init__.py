"""Invitations: the one way in, by a link that one person uses once."""
