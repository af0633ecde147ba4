"""What candidates without an account are asked, and the links and codes by which they answer."""
