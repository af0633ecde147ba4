"""Bank accounts: where the money of an employer or a candidate goes, and since when."""
