"""From the bytes of a bank's file to what it says: hardened, tolerant, and nothing is posted."""
