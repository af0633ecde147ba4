"""What starts, installs and checks Ura: its own Python environment, its servers, its tests."""

import sys

# Here, because this file runs before any line that an older Python could not read.
if sys.version_info < (3, 11):  # noqa: UP036 - it is the very thing to find out
    sys.exit("Ura needs Python 3.11 or newer; " + sys.executable + " is older.")
