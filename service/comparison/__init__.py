"""A payout beside the one before it: who and what is new, and what was kept out."""
