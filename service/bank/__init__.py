"""Bank: the orders that go out, what the bank answers, and what follows from each answer."""
