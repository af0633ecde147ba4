"""What-ifs for machines: a draft's months beside those of the version in force."""

from typing import Annotated

import msgspec
from litestar import Router, post
from litestar.params import JSONBody

from service.actor import SYSTEM, Actor, Scope
from service.auth import allow
from service.schemes import actions as schemes
from service.schemes.api import Code
from service.schemes.rules import PLANNERS
from service.services import Services
from service.simulation import actions
from service.simulation.model import MONTHS_MAX, Simulation
from service.web import ActingDatabase, Db, Held, Me

PLANNER = allow(*PLANNERS, scope=Scope.READ)


class SimulationRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The version to try out, by its number: a draft or any other; and how many finished months."""

    number: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    months: Annotated[int, msgspec.Meta(ge=1, le=MONTHS_MAX)] = 12


async def run(
    db: ActingDatabase, services: Services, *, code: str, number: int, months: int, by: Actor
) -> Simulation:
    """Tries a version out. The asker reads the document, the system what it is tried on: only sums
    and references leave it.
    """
    async with db.transaction() as tx:
        version = await schemes.get_version(tx, code, number)
    program = await actions.program_of(version.document)
    async with services.database.reading(SYSTEM) as tx:
        return await actions.simulate(
            tx, program, code=code, months=months, by=by, today=services.clock.today()
        )


@post("/schemes/{code:str}/simulate", status_code=200, guards=[PLANNER])
async def simulate(
    code: Code, data: JSONBody[SimulationRequest], db: Db, me: Me, services: Held
) -> Simulation:
    """What a version would have cost in the last finished months, beside what the versions in force
    do: by month, sex, municipality and outcome, who gains and who loses. Amounts are cents.

    It changes nothing. Everything is computed from the facts as they are known now, each agreement
    by its own version and by this one as if it had always held. Cells of fewer than five people are
    `hidden` together, with as many others as it takes to keep them from being worked out.
    """
    return await run(db, services, code=code, number=data.number, months=data.months, by=me)


router = Router("/", route_handlers=[simulate], tags=["schemes"])
