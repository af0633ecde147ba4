"""Who confirms an account, from when it pays and in whose name it is, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.actor import Actor, Role
from service.bank_accounts import rules
from service.bank_accounts.model import BankAccount, Owner, OwnerName, Waiting
from service.bank_accounts.rules import OneOwnerNeeded, ProposalDecided, SecondPersonNeeded
from service.ids import AccountId, BankAccountId, CandidateId, EmployerId, new_id
from service.problems import InvalidFields, NotAllowed, NotFound

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIRM = Owner.employer(EmployerId(new_id()))
YOUTH = Owner.candidate(CandidateId(new_id()))
VALID_IBAN = "XK05 1212 0123 4567 8906"


def officer() -> Actor:
    return Actor(role=Role.FINANCE_OFFICER, account_id=AccountId(new_id()))


def account(**facts: Any) -> BankAccount:
    plain: dict[str, Any] = {
        "id": BankAccountId(new_id()),
        "employer_id": FIRM.employer_id,
        "candidate_id": None,
        "holder_name": "Çelik Sh.p.k.",
        "iban_last4": "8906",
        "proposed_at": NOW,
        "proposed_by": AccountId(new_id()),
        **dict.fromkeys(("confirmed_at", "confirmed_by", "refused_at", "in_force_from")),
        "in_force_until": None,
    }
    return BankAccount(**plain | facts)


def waiting(**facts: Any) -> Waiting:
    plain: dict[str, Any] = {
        "id": BankAccountId(new_id()),
        "employer_id": FIRM.employer_id,
        "candidate_id": None,
        "owner_name": "Çelik Sh.p.k.",
        "holder_name": "CELIK SHPK",
        "iban_sealed": b"",
        "proposed_at": NOW,
        "proposed_by": AccountId(new_id()),
        "replaces_last4": None,
        "other_owners": 0,
    }
    return Waiting(**plain | facts)


def test_a_first_account_pays_at_once() -> None:
    assert rules.pays_from(NOW, former=None) == NOW


def test_a_changed_account_pays_after_72_hours() -> None:
    former = account(confirmed_at=NOW, in_force_from=NOW)

    assert rules.pays_from(NOW, former=former) == NOW + timedelta(hours=72)


def test_nobody_confirms_what_they_proposed() -> None:
    proposer = officer()

    with pytest.raises(SecondPersonNeeded):
        rules.check_second_person(account(proposed_by=proposer.account), proposer)


def test_somebody_else_confirms() -> None:
    rules.check_second_person(account(), officer())


@pytest.mark.parametrize("milestone", ["confirmed_at", "refused_at"])
def test_a_proposal_is_decided_once(milestone: str) -> None:
    with pytest.raises(ProposalDecided):
        rules.check_decidable(account(**{milestone: NOW}), officer())


@pytest.mark.parametrize("role", [role for role in Role if role not in rules.DECIDERS])
def test_only_case_and_finance_officers_decide(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.check_decidable(account(), Actor(role=role, employer_id=FIRM.employer_id))


def test_an_employer_proposes_for_the_own_firm_only() -> None:
    rules.check_may_propose(FIRM, Actor(role=Role.EMPLOYER, employer_id=FIRM.employer_id))

    for other in (YOUTH, Owner.employer(EmployerId(new_id()))):
        with pytest.raises(NotAllowed):
            rules.check_may_propose(other, Actor(role=Role.EMPLOYER, employer_id=FIRM.employer_id))


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.FINANCE_AUTHORISER, Role.SYSTEM]
)
def test_who_has_no_part_in_accounts_proposes_none(role: Role) -> None:
    with pytest.raises(NotAllowed):
        rules.check_may_propose(FIRM, Actor(role=role))


def test_an_employer_sees_the_own_accounts_only() -> None:
    representative = Actor(role=Role.EMPLOYER, employer_id=FIRM.employer_id)

    rules.check_may_see(FIRM, representative)
    with pytest.raises(NotFound):
        rules.check_may_see(YOUTH, representative)


def test_an_administrator_sees_no_accounts() -> None:
    with pytest.raises(NotAllowed):
        rules.check_may_see(FIRM, Actor(role=Role.ADMINISTRATOR))


def test_an_account_has_exactly_one_owner() -> None:
    assert rules.read_owner(FIRM.employer_id, None) == FIRM
    for employer_id, candidate_id in ((None, None), (FIRM.employer_id, YOUTH.candidate_id)):
        with pytest.raises(OneOwnerNeeded):
            rules.read_owner(employer_id, candidate_id)


@pytest.mark.parametrize(
    "iban",
    [
        "",
        "XK05 1212 0123 4567 8907",
        "XK06 1212 0123 4567 8906",
        "XK051212012345678906X",
        "XK05-1212-0123-4567-8906",
        "ＸＫ051212012345678906",
        "AL36202111090000000001234567",
    ],
)
def test_a_wrong_iban_is_refused_beside_its_field(iban: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.check_proposal(iban=iban, holder_name="Çelik", owner=OwnerName("Çelik", False))

    assert set(refused.value.fields) == {"iban"}


@pytest.mark.parametrize(
    ("holder", "owner", "same"),
    [
        ("Arta Krasniqi", "Arta Krasniqi", True),
        ("KRASNIQI ARTA", "Arta Krasniqi", True),
        ("Djordje Djordjevic", "Đorđe Đorđević", True),
        ("Arta Maria Krasniqi", "Arta Krasniqi-Hoxha", True),
        ("Arta Hoxha", "Arta Krasniqi", False),
        ("Arta", "Arta Krasniqi", False),
        ("Besnik Krasniqi", "Arta Krasniqi", False),
    ],
)
def test_a_young_persons_account_is_in_their_own_name(holder: str, owner: str, same: bool) -> None:
    assert rules.is_name_of(holder, owner) is same
    assert (rules.holder_complaint(holder, person=owner) is None) is same


def test_a_firms_account_may_be_in_another_name_but_is_flagged() -> None:
    rules.check_proposal(iban=VALID_IBAN, holder_name="Bank X", owner=OwnerName("Çelik", False))

    assert len(rules.flags_of(waiting(holder_name="Bank X"))) == 1


def test_a_plain_first_account_has_no_flag() -> None:
    assert rules.flags_of(waiting()) == []


@pytest.mark.parametrize(
    ("facts", "word"),
    [({"other_owners": 1}, "Somebody else"), ({"replaces_last4": "8906"}, "replaces")],
)
def test_what_looks_odd_is_told_to_the_second_person(facts: dict[str, Any], word: str) -> None:
    flags = rules.flags_of(waiting(**facts))

    assert len(flags) == 1
    assert word in flags[0]
