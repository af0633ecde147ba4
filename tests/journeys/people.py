"""People who use the API over HTTP, each with a token of their own."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from service.accounts.model import Account
from service.actor import Role
from service.ids import EmployerId
from tests.conftest import FixedClock, SignIn
from tests.forms import candidate_form, employer_form, next_iban, placement_form
from tests.given import Given
from tests.journeys.answers import expect


class Person:
    """Somebody at a client of the API."""

    def __init__(self, client: httpx.AsyncClient, headers: Mapping[str, str]) -> None:
        self._client, self._headers = client, headers

    async def post(self, path: str, status: int = 201, **body: Any) -> Any:
        """Sends JSON and expects a status; answers the body."""
        return expect(
            await self._client.post(f"/api{path}", json=body, headers=self._headers), status
        )

    async def send(self, path: str, content: bytes) -> Any:
        """Sends a file."""
        headers = {**self._headers, "content-type": "application/xml"}
        return expect(await self._client.post(f"/api{path}", content=content, headers=headers), 200)

    async def get(self, path: str) -> Any:
        """Reads JSON."""
        return expect(await self._client.get(f"/api{path}", headers=self._headers), 200)

    async def read(self, path: str) -> bytes:
        """Reads a file."""
        answer = await self._client.get(f"/api{path}", headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.content


class Cast:
    """A case officer, a firm's representative and the finance office, and what they do."""

    def __init__(
        self, given: Given, client: httpx.AsyncClient, signed_in: SignIn, clock: FixedClock
    ) -> None:
        self._given, self._client, self._signed_in = given, client, signed_in
        self.clock = clock
        self.officer: Person
        self.employer: Person
        self.preparer: Person
        self.approver: Person
        self.authoriser: Person
        self.accounts: dict[str, Account] = {}

    async def person(self, name: str, account: Account) -> Person:
        """Signs somebody in."""
        self.accounts[name] = account
        return Person(self._client, await self._signed_in(account))

    async def gather(self) -> None:
        """Everybody but the employer, who is registered by the officer."""
        given = self._given
        self.officer = await self.person("officer", await given.case_officer())
        self.preparer = await self.person("preparer", await given.finance_officer())
        self.approver = await self.person("approver", await given.finance_officer())
        self.authoriser = await self.person(
            "authoriser", await given.account(Role.FINANCE_AUTHORISER)
        )

    async def gather_again(self) -> None:
        """New tokens: those of another day have expired."""
        for name, account in list(self.accounts.items()):
            setattr(self, name, await self.person(name, account))

    async def register(self) -> tuple[str, str]:
        """A candidate and a firm with a confirmed account; answers their ids."""
        candidate = await self.officer.post("/candidates", **as_json(candidate_form()))
        firm = await self.officer.post("/employers", **as_json(employer_form()))
        firm_id = find_id(firm)
        account = await self.officer.post(
            "/bank-accounts",
            employer_id=firm_id,
            iban=next_iban(),
            holder_name="Çelik Ndërtimi Sh.p.k.",
        )
        await self.preparer.post(f"/bank-accounts/{find_id(account)}/confirm", 200)
        return find_id(candidate), firm_id

    async def employ(self, candidate_id: str, firm_id: str) -> str:
        """From a posted placement to an agreement that all three signed; answers its id."""
        representative = await self._given.account(
            Role.EMPLOYER, employer_id=EmployerId(UUID(firm_id))
        )
        self.employer = await self.person("employer", representative)
        placement = find_id(await self.employer.post("/placements", **as_json(placement_form())))
        await self.officer.post(f"/placements/{placement}/approve", 200)
        ranked = await self.officer.get(f"/matching/placements/{placement}")
        assert candidate_id in str(ranked)
        match = find_id(
            await self.officer.post("/matching", placement_id=placement, candidate_id=candidate_id)
        )
        await self.officer.post(f"/matching/{match}/introduce", 200)
        await self.officer.post(f"/matching/{match}/accept", 200)
        await self.employer.post(f"/matching/{match}/accept", 200)
        drafted = await self.officer.post("/agreements", match_id=match, starts_on="2026-12-01")
        return find_id(drafted)

    async def sign(self, agreement_id: str) -> None:
        """All three, each under the text that was shown."""
        shown = await self.officer.get(f"/agreements/{agreement_id}")
        for who, party in (
            (self.officer, "candidate"),
            (self.employer, "employer"),
            (self.officer, "office"),
        ):
            await who.post(
                f"/agreements/{agreement_id}/sign",
                200,
                party=party,
                terms_sha256=shown["terms_sha256"],
            )

    def on(self, year: int, month: int, day: int) -> None:
        """Makes it ten o'clock of a day."""
        self.clock.move_to(datetime(year, month, day, 9, tzinfo=UTC))


def as_json(form: object) -> dict[str, Any]:
    """A form as a client sends it."""
    built: dict[str, Any] = msgspec.to_builtins(form)
    return {name: value for name, value in built.items() if value is not None}


def find_id(answer: Mapping[str, Any]) -> str:
    """The id of what was made, wherever the answer carries it."""
    if "id" in answer:
        return str(answer["id"])
    return next(find_id(part) for part in answer.values() if isinstance(part, dict))
