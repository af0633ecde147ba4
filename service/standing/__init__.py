"""Where each month's money stands: paid, in a payout, scheduled, blocked, or not due."""
