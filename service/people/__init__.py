"""The people who act for an employer, and what each of them may do."""
