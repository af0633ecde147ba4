"""Money that moved on our account and matched nothing, until a person says what it was."""
