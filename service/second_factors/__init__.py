"""Second factors: an app's codes, passkeys, recovery codes; who must have one, and resets."""
