"""Where a month's payments are: every one at one place, and the rows behind each figure."""

from service.checks.model import Acts
from service.glance.model import Asked, Place, ReasonStanding
from service.glance.rules import counted, filter_of, place_of, places_of, remaining
from service.money import Cents
from service.payment_calendar.model import Step
from service.standing.model import Standing


def standing(
    where: Standing, reason: str | None, count: int, cents: int = 0, acts: Acts = Acts.FINANCE
) -> ReasonStanding:
    return ReasonStanding(where, reason, acts, count, Cents(cents), None)


MONTH = [
    standing(Standing.PAID, None, 7, 2_100_00, Acts.NOBODY),
    standing(Standing.IN_PAYOUT, "submitted", 2, 600_00),
    standing(Standing.IN_PAYOUT, "sent", 3, 900_00, Acts.NOBODY),
    standing(Standing.SCHEDULED, "waits_to_be_put_up", 1, 300_00),
    standing(Standing.BLOCKED, "on_hold", 1, 250_00),
    standing(Standing.BLOCKED, "bank_refused", 1, 150_00, Acts.PAYEE),
    standing(Standing.BLOCKED, "evidence_missing", 4, 0, Acts.EMPLOYER),
    standing(Standing.NOT_DUE, "suspended", 5, 0, Acts.NOBODY),
]


def test_every_payment_is_at_exactly_one_place() -> None:
    places = {one.place: (one.payment_count, one.due_cents) for one in places_of(MONTH)}

    assert places == {
        Place.PAID: (7, 2_100_00),
        Place.AT_BANK: (3, 900_00),
        Place.IN_PAYOUT: (2, 600_00),
        Place.WAITS: (1, 300_00),
        Place.RETURNED: (1, 150_00),
        Place.HELD: (1, 250_00),
        Place.BLOCKED: (4, 0),
        Place.NOT_DUE: (5, 0),
    }
    assert sum(count for count, _ in places.values()) == sum(one.payment_count for one in MONTH)


def test_the_rows_behind_a_figure_are_as_many_as_it_says() -> None:
    for total in places_of(MONTH):
        wanted = filter_of(Asked(total.place))
        behind = [
            one
            for one in MONTH
            if one.standing is wanted.standing
            and (wanted.reasons is None or one.reason in wanted.reasons)
            and one.reason not in wanted.other_reasons
        ]

        assert sum(one.payment_count for one in behind) == total.payment_count, total.place
        assert {place_of(one) for one in behind} <= {total.place}
        assert counted(MONTH, Asked(total.place)) == total.payment_count


def test_a_row_of_the_table_asks_for_its_reason_and_who_must_act() -> None:
    asked = Asked(Place.BLOCKED, "evidence_missing", Acts.EMPLOYER)

    assert filter_of(asked).reasons == ["evidence_missing"]
    assert counted(MONTH, asked) == 4
    assert counted(MONTH, Asked(Place.BLOCKED, "evidence_missing", Acts.OFFICE)) == 0


def test_each_step_knows_what_has_not_come_through_it() -> None:
    left = remaining(MONTH)

    assert (left[Step.REPORTING].payment_count, left[Step.REPORTING].due_cents) == (4, 0)
    assert (left[Step.PUT_UP].payment_count, left[Step.PUT_UP].due_cents) == (1, 300_00)
    # All that is due and not paid, whatever it waits for: 600 + 900 + 300 + 250 + 150.
    assert (left[Step.PAYMENT].payment_count, left[Step.PAYMENT].due_cents) == (8, 2_200_00)
