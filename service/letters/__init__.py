"""Letters: agreements, decisions, statements and notices on paper, kept as they went out."""
