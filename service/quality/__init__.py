"""Quality: payments drawn to be looked at again, what was found, and the rate of true error."""
