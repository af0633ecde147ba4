"""What banks tell us: files read and posted, statements in a chain, orders moved by them."""
