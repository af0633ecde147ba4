"""What people do with an agreement, with plain values for what a test does not name."""

from datetime import date

from service.accounts.model import Account
from service.agreements import actions
from service.agreements.model import Dossier, EndCause, Party, Shown, State
from service.ids import AgreementId, MatchId
from tests.given import Given, actor_of


async def draft(
    given: Given,
    match_id: MatchId,
    officer: Account,
    starts_on: date | None = None,
    replaces: AgreementId | None = None,
) -> AgreementId:
    """Drafts an agreement today."""
    by, today = actor_of(officer), given.clock.today()
    async with given.db.transaction(by) as tx:
        return await actions.draft_agreement(
            tx,
            match_id,
            starts_on=starts_on or today,
            replaces=replaces,
            by=by,
            on=today,
            at=given.clock.now(),
        )


async def sign(
    given: Given, agreement: Shown, party: Party, account: Account, shown: bytes | None = None
) -> None:
    """Signs today, under the agreement's own text unless another is said to have been shown."""
    by = actor_of(account)
    async with given.db.transaction(by) as tx:
        await actions.sign_agreement(
            tx,
            agreement.id,
            party,
            shown_sha256=shown or agreement.terms_sha256,
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def start(given: Given, agreement: Shown, officer: Account | None = None) -> None:
    """Starts it today."""
    by = actor_of(officer or await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.start_agreement(
            tx, agreement.id, by=by, on=given.clock.today(), at=given.clock.now()
        )


async def employ_until(given: Given, agreement: Shown, last_day: date) -> None:
    """Says today that the employment ends on another day."""
    by = actor_of(await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.change_employment(
            tx,
            agreement.id,
            last_day=last_day,
            reason="Told by the employer",
            by=by,
            at=given.clock.now(),
        )


async def suspend(
    given: Given, agreement: Shown, starts_on: date, last_day: date | None = None
) -> None:
    """Suspends it for sick leave."""
    by = actor_of(await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.suspend_agreement(
            tx,
            agreement.id,
            starts_on=starts_on,
            last_day=last_day,
            reason="Sick leave",
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def resume(given: Given, agreement: Shown, resumes_on: date) -> None:
    """Lets work go on."""
    by = actor_of(await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.resume_agreement(
            tx,
            agreement.id,
            resumes_on=resumes_on,
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def extend(given: Given, agreement: Shown, days: int) -> None:
    """Gives suspended days back."""
    by = actor_of(await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.extend_agreement(
            tx,
            agreement.id,
            days=days,
            reason="Sick leave is over",
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def end(
    given: Given,
    agreement: Shown,
    last_day: date,
    cause: EndCause = EndCause.CANDIDATE_LEFT,
    officer: Account | None = None,
) -> None:
    """Ends it early."""
    by = actor_of(officer or await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.end_agreement(
            tx,
            agreement.id,
            last_day=last_day,
            cause=cause,
            reason="Moved abroad",
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def cancel(given: Given, agreement: Shown, officer: Account | None = None) -> None:
    """Cancels it before the start."""
    by = actor_of(officer or await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        await actions.cancel_agreement(
            tx,
            agreement.id,
            reason="Found another job",
            by=by,
            on=given.clock.today(),
            at=given.clock.now(),
        )


async def read(given: Given, agreement: Shown) -> Dossier:
    """All about it, as its office sees it."""
    by = actor_of(await given.officer_of(agreement))
    async with given.db.transaction(by) as tx:
        return await actions.read_agreement(tx, agreement.id)


async def listed(given: Given, account: Account, state: State | None = None) -> set[AgreementId]:
    """The agreements that somebody sees in the list."""
    by = actor_of(account)
    async with given.db.transaction(by) as tx:
        found = await actions.list_agreements(tx, state=state, by=by)
    return {one.id for one in found.rows}
