"""Bank profiles: how a bank wants its orders, on which days it works, which letters it takes."""
