"""Renews the lock files after a change to pyproject.toml; needs `uv`, which Ura itself does not."""

import subprocess

from deploy.bootstrap import CHECKOUT, RUNTIME, TEST

EXPORT = ["uv", "export", "--quiet", "--locked", "--no-header", "--no-emit-project"]


def main() -> None:
    """`uv.lock` from pyproject.toml, and from it the two files that pip reads."""
    subprocess.run(["uv", "lock"], cwd=CHECKOUT, check=True)
    for lock, groups in ((RUNTIME, "--no-default-groups"), (TEST, "--all-groups")):
        subprocess.run([*EXPORT, groups, "--output-file", lock], cwd=CHECKOUT, check=True)


if __name__ == "__main__":
    main()
