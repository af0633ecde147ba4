"""What each kind of letter says: facts in, a paper out, in the language in use."""
