"""The story of each agreement of the demo country: the moves that its rows stand for."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from uuid import UUID

from service.demo.chance import make_id, stream
from service.demo.model import Agreement, Country, DemoOptions, Happening, Suspension

REASONS = {
    "candidate_left": "Kandidati gjeti punë tjetër.",
    "mutual": "Palët u pajtuan ta përfundojnë marrëveshjen.",
    "employer_dismissed": "Punëdhënësi e ndërpreu kontratën e punës.",
    "misconduct": "Mungesa të paarsyetuara të përsëritura.",
    "employer_closed": "Punëdhënësi e mbylli veprimtarinë.",
    "cancelled_before_start": "Kandidati hoqi dorë para fillimit.",
    "completed": None,
}


def plan_happenings(options: DemoOptions, country: Country) -> list[Happening]:
    """What happened to each agreement, and when, as its parties may read it."""
    chance = stream(options.seed, "happenings")
    signed_at = {
        signature.agreement_id: (signature.signed_at, signature.recorded_by)
        for signature in country.signatures
        if signature.party == "office"
    }
    breaks = {suspension.agreement_id: suspension for suspension in country.suspensions}
    return [
        happening
        for agreement in country.agreements
        for happening in _story(
            chance, agreement, signed_at.get(agreement.id), breaks.get(agreement.id)
        )
    ]


def _story(
    chance: Random,
    agreement: Agreement,
    signed: tuple[datetime, UUID] | None,
    interrupted: Suspension | None,
) -> Iterator[Happening]:
    def happening(event: str, at: datetime, by: UUID, reason: str | None = None) -> Happening:
        return Happening(make_id(chance, at), agreement.id, event, at, by, reason)

    if signed:
        yield happening("signed", *signed)
    if agreement.started_at and agreement.started_by:
        yield happening("started", agreement.started_at, agreement.started_by)
    if interrupted:
        event = "interrupted" if interrupted.period[1] else "suspended"
        yield happening(event, interrupted.recorded_at, interrupted.recorded_by, interrupted.reason)
    if agreement.ended_at and agreement.ended_by and agreement.end_cause:
        reason = REASONS[agreement.end_cause]
        yield happening(agreement.state, agreement.ended_at, agreement.ended_by, reason)
