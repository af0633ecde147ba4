"""What runs with nobody waiting."""
