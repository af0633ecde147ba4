"""Ura: from the employment office to the settled instalment."""
