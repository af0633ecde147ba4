"""What starts, installs and checks Ura: its own Python environment, its servers, its tests."""
