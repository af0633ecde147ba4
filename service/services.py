"""What a running Ura holds on to: its database, its clock and its keys."""

import msgspec

from service.clock import Clock
from service.crypto import Sealer
from service.db import Database


class Services(msgspec.Struct, frozen=True):
    """Passed by hand to the app and the jobs."""

    database: Database
    clock: Clock
    sealer: Sealer
    redis_url: str
