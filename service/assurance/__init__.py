"""What lets others believe the books: seals over what was written, nightly checks, sub-ledgers."""
