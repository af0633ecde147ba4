"""The ledger: what moved between the accounts of each budget line, and why."""
