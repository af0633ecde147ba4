"""The map of the country: municipalities and employment offices."""
