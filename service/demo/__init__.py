"""The demo country: invented people and firms, and the same ones for the same seed."""
