"""The event loop that this program runs on: uvloop's, where there is one."""

import sys

if sys.platform == "win32":
    from asyncio import new_event_loop, run
else:
    from uvloop import new_event_loop, run

__all__ = ["new_event_loop", "run"]
