"""Who has signed, who is waited for and since when, as the page of an agreement says it."""

from datetime import UTC, datetime, timedelta

from service.agreements.model import Party, Signature
from service.agreements.rules import signing_steps
from service.ids import AccountId, new_id

DRAFTED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def signed(party: Party, *, days: int) -> Signature:
    return Signature(
        party=party,
        signed_name="Somebody",
        signed_at=DRAFTED + timedelta(days=days),
        recorded_by=AccountId(new_id()),
        terms_sha256=bytes(32),
    )


def waits(*signatures: Signature) -> dict[Party, datetime | None]:
    return {step.party: step.waits_since for step in signing_steps(signatures, drafted_at=DRAFTED)}


def test_candidate_and_employer_are_waited_for_from_the_draft_on() -> None:
    assert waits() == {Party.CANDIDATE: DRAFTED, Party.EMPLOYER: DRAFTED, Party.OFFICE: None}


def test_who_has_signed_is_not_waited_for() -> None:
    steps = signing_steps([signed(Party.EMPLOYER, days=1)], drafted_at=DRAFTED)

    assert [step.party for step in steps] == list(Party)
    assert steps[1].signed_at == DRAFTED + timedelta(days=1)
    assert steps[1].waits_since is None
    assert steps[0].waits_since == DRAFTED


def test_the_office_is_waited_for_once_both_others_have_signed() -> None:
    both = [signed(Party.EMPLOYER, days=3), signed(Party.CANDIDATE, days=2)]

    assert waits(*both)[Party.OFFICE] == DRAFTED + timedelta(days=3)
    assert waits(*both, signed(Party.OFFICE, days=4))[Party.OFFICE] is None
