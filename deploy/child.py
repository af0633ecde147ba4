"""Becomes a server that ends with its parent and, started by root, has none of root's rights.

A program of its own, not a `preexec_fn`: nothing of ours then runs between fork and exec.
Usage: child.py PARENT SIGNAL OWNER GROUP PROGRAM [ARGUMENT…], OWNER 0 for "stay who you are".
"""

import ctypes
import os
import sys

SET_DEATH_SIGNAL, SET_SECURE_BITS, AMBIENT = 1, 28, 47  # prctl(2)
KEEP_CAPABILITIES = 4 | 16  # also over setresuid, and for access(2)
DAC_OVERRIDE = 1  # capabilities(7): may walk through folders closed to it, such as root's home
CAPABILITY_V3 = 0x20080522


def main() -> None:
    parent, death_signal, owner, group = map(int, sys.argv[1:5])
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if owner:
        _become(owner, group, libc)
    if libc:
        libc.prctl(SET_DEATH_SIGNAL, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask to be told
            raise SystemExit(1)
    os.execv(sys.argv[5], sys.argv[5:])


def _become(owner: int, group: int, libc: ctypes.CDLL | None) -> None:
    """PostgreSQL refuses root. Its files may lie below a closed home, so one capability stays."""
    if libc:
        libc.prctl(SET_SECURE_BITS, KEEP_CAPABILITIES, 0, 0, 0)
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(owner, owner, owner)
    if libc:  # where a container withholds it, this does nothing and open folders still work
        only = 1 << DAC_OVERRIDE
        libc.capset(
            (ctypes.c_uint32 * 2)(CAPABILITY_V3, 0), (ctypes.c_uint32 * 6)(only, only, only)
        )
        libc.prctl(AMBIENT, 2, DAC_OVERRIDE, 0, 0)


if __name__ == "__main__":
    main()
