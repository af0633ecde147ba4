"""The one command: `python3 deploy/up.py` installs what Ura needs, once, and then runs it."""

import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from deploy import assets, bootstrap

HELP = """Usage: python3 deploy/up.py [OPTIONS]

Sets up Ura's own Python environment in .venv (first time only), its databases, and runs it all.
Once the environment is there, --help also lists the options.
"""


def main(arguments: list[str]) -> None:
    """Hands over to `ura up` with the arguments untouched."""
    if {"-h", "--help"} & set(arguments) and not bootstrap.in_step(bootstrap.RUNTIME):
        sys.stdout.write(HELP)
        return
    python = bootstrap.ensure(bootstrap.RUNTIME)
    assets.ensure()
    bootstrap.hand_over(python, str(python.with_name("ura")), "up", *arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
