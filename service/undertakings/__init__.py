"""Single undertakings: firms that count as one, and the de minimis aid granted to them."""
