"""Find: anybody and anything by a name, a number or a reference, as far as one may see it."""
