"""Budget lines by donor: who gives the money, and what has become of whose."""
