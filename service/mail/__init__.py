"""E-mails: written in the transaction of what they tell of, and sent by a relay."""
