"""What another document of a scheme would have cost, whom, and whom not; it changes nothing."""
