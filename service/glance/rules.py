"""Where the payments of a month are, added up for the page of the month."""

from collections.abc import Callable, Iterable, Mapping

from service.glance.model import Asked, Filter, Place, PlaceTotal, ReasonStanding
from service.money import Cents
from service.payment_calendar.model import Remaining, Step
from service.standing.model import Standing

PLACES: Mapping[Standing, Place] = {
    Standing.PAID: Place.PAID,
    Standing.IN_PAYOUT: Place.IN_PAYOUT,
    Standing.SCHEDULED: Place.WAITS,
    Standing.BLOCKED: Place.BLOCKED,
    Standing.NOT_DUE: Place.NOT_DUE,
}
SPECIAL: Mapping[str, Place] = {
    "sent": Place.AT_BANK,
    "bank_refused": Place.RETURNED,
    "on_hold": Place.HELD,
}
STANDINGS: Mapping[Place, Standing] = {
    **{place: standing for standing, place in PLACES.items()},
    Place.AT_BANK: Standing.IN_PAYOUT,
    Place.RETURNED: Standing.BLOCKED,
    Place.HELD: Standing.BLOCKED,
}
# What an employer has not reported, or nobody has confirmed: by the scheme or by the checks.
EVIDENCE = frozenset({"evidence_missing", "evidence_unconfirmed", "evidence_received"})


def place_of(one: ReasonStanding) -> Place:
    """How far payments of one standing and reason have come."""
    return SPECIAL.get(one.reason or "", PLACES[one.standing])


def filter_of(asked: Asked) -> Filter:
    """What of standing lies at a place: its set, without the reasons that have their own place."""
    if asked.place is None:
        return Filter(None, [asked.reason] if asked.reason else None, [], asked.acts)
    special = [reason for reason, place in SPECIAL.items() if place is asked.place]
    standing = STANDINGS[asked.place]
    reasons = [asked.reason] if asked.reason else special or None
    others = [reason for reason in SPECIAL if reason not in special]
    return Filter(standing, reasons, others, asked.acts)


def counted(reasons: Iterable[ReasonStanding], asked: Asked) -> int:
    """How many payments are asked for."""
    return sum(
        one.payment_count
        for one in reasons
        if asked.place in {None, place_of(one)}
        and asked.reason in {None, one.reason}
        and asked.acts in {None, one.acts}
    )


def places_of(reasons: Iterable[ReasonStanding]) -> list[PlaceTotal]:
    """Every place with what is there; one with nothing shows that there is nothing."""
    counts = dict.fromkeys(Place, 0)
    cents = dict.fromkeys(Place, 0)
    for one in reasons:
        counts[place_of(one)] += one.payment_count
        cents[place_of(one)] += one.due_cents
    return [PlaceTotal(place, counts[place], Cents(cents[place])) for place in Place]


def remaining(reasons: Iterable[ReasonStanding]) -> dict[Step, Remaining]:
    """What has not gone through each step: evidence, a payout, the bank."""
    listed = list(reasons)
    return {
        Step.REPORTING: _sum(listed, _lacks_evidence),
        Step.PUT_UP: _sum(listed, _waits),
        Step.PAYMENT: _sum(listed, _is_unpaid),
    }


def _lacks_evidence(one: ReasonStanding) -> bool:
    return one.standing is Standing.BLOCKED and one.reason in EVIDENCE


def _waits(one: ReasonStanding) -> bool:
    return one.standing is Standing.SCHEDULED


def _is_unpaid(one: ReasonStanding) -> bool:
    return one.due_cents > 0 and one.standing not in {Standing.PAID, Standing.NOT_DUE}


def _sum(reasons: Iterable[ReasonStanding], belongs: Callable[[ReasonStanding], bool]) -> Remaining:
    own = [one for one in reasons if belongs(one)]
    return Remaining(
        sum(one.payment_count for one in own), Cents(sum(one.due_cents for one in own))
    )
