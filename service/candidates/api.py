"""Candidates for machines: register, find, change, withdraw, and read what is sealed."""

from typing import Annotated, Self

import msgspec
from litestar import Router, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actor import Role, Scope
from service.auth import allow
from service.candidates import actions, sensitive
from service.candidates.forms import (
    ChangeForm,
    CharacteristicForm,
    DuplicatesForm,
    PurposeForm,
    RegistrationForm,
    SensitiveForm,
)
from service.candidates.model import (
    Alike,
    Candidate,
    Occupation,
    Registered,
    Sensitive,
    Summary,
)
from service.ids import CandidateId
from service.web import Db, Me, Now, Seal

OFFICER = allow(Role.CASE_OFFICER)
OFFICER_READS = allow(Role.CASE_OFFICER, scope=Scope.READ)
READER = allow(Role.CASE_OFFICER, Role.AUDITOR, scope=Scope.READ)

Name = Annotated[str, QueryParameter(max_length=200)]


class CandidateView(Candidate, frozen=True, kw_only=True):
    """A person with the end of the personal number, which only their office is shown."""

    personal_number_ending: str | None

    @classmethod
    def of(cls, candidate: Candidate, ending: str | None = None) -> Self:
        """The view of a person."""
        return cls(**msgspec.structs.asdict(candidate), personal_number_ending=ending)


@get("/occupations", guards=[allow(scope=Scope.READ)], tags=["candidates"])
async def list_occupations(db: Db) -> list[Occupation]:
    """Every occupation that can be sought or offered, by ISCO-08 code."""
    async with db.transaction() as tx:
        return await actions.list_occupations(tx)


@post("/", guards=[OFFICER])
async def register(
    data: JSONBody[RegistrationForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> Registered:
    """Registers a person at one's own office; the check digit of the personal number only warns."""
    async with db.transaction() as tx:
        return await actions.register_candidate(
            tx, data, by=me, at=clock.now(), on=clock.today(), sealer=sealer
        )


@post("/duplicates", status_code=200, guards=[OFFICER_READS])
async def find_duplicates(
    data: JSONBody[DuplicatesForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> list[Alike]:
    """The office's people who may be the one described, likest first."""
    async with db.transaction() as tx:
        return await actions.find_duplicates(tx, data, by=me, on=clock.today(), sealer=sealer)


@get("/", guards=[OFFICER_READS])
async def list_candidates(db: Db, me: Me, name: Name = "") -> list[Summary]:
    """The own office's people by parts of their names, accents or not; the newest 100."""
    async with db.transaction() as tx:
        found = await actions.list_candidates(tx, name=name, by=me)
    return found.rows


@get("/{candidate_id:uuid}", guards=[READER])
async def get_candidate(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, sealer: Seal
) -> CandidateView:
    """One person, without what is sealed."""
    async with db.transaction() as tx:
        candidate = await actions.get_candidate(tx, candidate_id)
        if me.role is not Role.CASE_OFFICER:
            return CandidateView.of(candidate)
        shown = await actions.show_personal_number(tx, candidate_id, by=me, sealer=sealer)
    return CandidateView.of(candidate, shown.ending)


@patch("/{candidate_id:uuid}", guards=[OFFICER])
async def change(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[ChangeForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> CandidateView:
    """Changes what is named and nothing else."""
    async with db.transaction() as tx:
        candidate = await actions.change_candidate(
            tx, candidate_id, data, on=clock.today(), sealer=sealer
        )
        shown = await actions.show_personal_number(tx, candidate_id, by=me, sealer=sealer)
    return CandidateView.of(candidate, shown.ending)


@post("/{candidate_id:uuid}/withdraw", status_code=200, guards=[OFFICER])
async def withdraw(
    candidate_id: FromPath[CandidateId], db: Db, me: Me, clock: Now
) -> CandidateView:
    """Takes a person out of the register."""
    async with db.transaction() as tx:
        return CandidateView.of(
            await actions.withdraw_candidate(tx, candidate_id, by=me, at=clock.now())
        )


@post("/{candidate_id:uuid}/sensitive/read", status_code=200, guards=[OFFICER_READS])
async def read_sensitive(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[PurposeForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> Sensitive:
    """What is sealed of a person of one's own office; the reading and its purpose are kept."""
    async with db.transaction() as tx:
        return await sensitive.read_sensitive(
            tx, candidate_id, purpose=data.purpose, by=me, at=clock.now(), sealer=sealer
        )


@put("/{candidate_id:uuid}/sensitive", status_code=204, guards=[OFFICER])
async def change_sensitive(
    candidate_id: FromPath[CandidateId],
    data: JSONBody[SensitiveForm],
    db: Db,
    me: Me,
    clock: Now,
    sealer: Seal,
) -> None:
    """Seals new facts over the former ones."""
    async with db.transaction() as tx:
        await sensitive.change_sensitive(
            tx, candidate_id, data, by=me, at=clock.now(), sealer=sealer
        )


@post("/sensitive/search", status_code=200, guards=[OFFICER_READS])
async def find_by_characteristic(
    data: JSONBody[CharacteristicForm], db: Db, me: Me, clock: Now, sealer: Seal
) -> list[Summary]:
    """The own office's people with a priority characteristic; it counts as reading each of them."""
    async with db.transaction() as tx:
        return await sensitive.list_with_characteristic(
            tx,
            characteristic=data.characteristic,
            purpose=data.purpose,
            by=me,
            at=clock.now(),
            sealer=sealer,
        )


router = Router(
    "/",
    route_handlers=[
        list_occupations,
        Router(
            "/candidates",
            route_handlers=[
                register,
                find_duplicates,
                list_candidates,
                get_candidate,
                change,
                withdraw,
                read_sensitive,
                change_sensitive,
                find_by_characteristic,
            ],
            tags=["candidates"],
        ),
    ],
)
