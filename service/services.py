"""What a running Ura holds on to: its database, its clock and its keys."""

import msgspec

from service.clock import Clock
from service.config import LOCAL_URL
from service.crypto import Sealer
from service.db import Database


class Services(msgspec.Struct, frozen=True):
    """Passed by hand to the app and the jobs.

    `public_url` is where links in mails lead; `mails_stay_here` says that no server takes mails, so
    that they can only be read in the state folder and on a page.
    """

    database: Database
    clock: Clock
    sealer: Sealer
    redis_url: str
    public_url: str = LOCAL_URL
    mails_stay_here: bool = True
