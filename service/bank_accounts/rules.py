"""Who may confirm an account, from when it pays, and whether it is in its owner's name."""

from datetime import datetime, timedelta

from service.actor import Actor, Right, Role
from service.answers import iban_complaint, line_complaint, refuse_if_wrong
from service.bank_accounts.model import BankAccount, Owner, OwnerName, Waiting
from service.bank_names import bank_name_complaint
from service.i18n import N_, _
from service.ids import CandidateId, EmployerId
from service.names import fold
from service.problems import NotAllowed, NotFound, Problem
from service.rights import refuse_without

# A changed account pays after three days, in which the owner can object to a change they did not
# ask for (Ura's control against redirected payments; no law sets the hours). A first account pays
# at once: there is no earlier one to divert money from.
COOLING_OFF = timedelta(hours=72)

SHORT_WORD = 2
DECIDERS = frozenset({Role.CASE_OFFICER, Role.FINANCE_OFFICER})


class SecondPersonNeeded(Problem):
    """Nobody confirms the account they proposed."""

    slug = "second-person-needed"
    title = N_("You proposed this account. Ask a colleague to compare and confirm it.")
    status = 403


class ProposalWaiting(Problem):
    """The owner has a proposal that nobody has decided on yet."""

    slug = "proposal-waiting"
    title = N_("A proposed account waits for a decision already. Confirm or refuse that one first.")
    status = 409


class ProposalDecided(Problem):
    """The proposal was confirmed or refused before."""

    slug = "proposal-decided"
    title = N_("This proposal was decided already. Look at the owner's accounts.")
    status = 409


class AccountChangedMeanwhile(Problem):
    """Another account of the owner was confirmed in the same moment."""

    slug = "account-changed-meanwhile"
    title = N_("Another account of this owner was confirmed just now. Load the list and try again.")
    status = 409


class OneOwnerNeeded(Problem):
    """An account belongs to an employer or to a candidate."""

    slug = "one-owner-needed"
    title = N_("Say whose account it is: either an employer or a candidate.")


class AccountInUse(Problem):
    """The IBAN is in force for this owner already."""

    slug = "account-in-use"
    title = N_("This is the account in force already; there is nothing to change.")
    status = 409


def read_owner(employer_id: EmployerId | None, candidate_id: CandidateId | None) -> Owner:
    """The one owner that is named; OneOwnerNeeded when it is none or two."""
    if (employer_id is None) == (candidate_id is None):
        raise OneOwnerNeeded
    return Owner(employer_id, candidate_id)


def check_may_propose(owner: Owner, by: Actor) -> None:
    """NotAllowed unless an officer proposes, or an employer proposes their own account."""
    own = owner.employer_id is not None and owner.employer_id == by.employer_id
    if by.role not in DECIDERS and not own:
        raise NotAllowed
    refuse_without(Right.ACCOUNTANT, by)


def check_may_see(owner: Owner, by: Actor) -> None:
    """NotAllowed for administrators, NotFound for an employer who asks for somebody else's."""
    if by.role in {Role.ADMINISTRATOR, Role.ANONYMOUS}:
        raise NotAllowed
    if by.role is Role.EMPLOYER and owner != Owner(employer_id=by.employer_id):
        raise NotFound
    refuse_without(Right.ACCOUNTANT, by)


def check_proposal(*, iban: str, holder_name: str, owner: OwnerName) -> None:
    """InvalidFields when the IBAN is wrong, or the holder is missing or not the young person."""
    refuse_if_wrong(
        {
            "iban": iban_complaint(iban),
            "holder_name": holder_complaint(
                holder_name, person=owner.name if owner.is_person else None
            ),
        }
    )


def check_decidable(account: BankAccount, by: Actor) -> None:
    """NotAllowed or ProposalDecided when this person cannot decide on it now."""
    if by.role not in DECIDERS:
        raise NotAllowed
    if account.confirmed_at is not None or account.refused_at is not None:
        raise ProposalDecided


def check_second_person(account: BankAccount, by: Actor) -> None:
    """SecondPersonNeeded when the proposer would confirm; bank_account_two_people says the same."""
    if account.proposed_by == by.account_id:
        raise SecondPersonNeeded


def pays_from(at: datetime, *, former: BankAccount | None) -> datetime:
    """From when an account confirmed now is in force: at once, or a change after COOLING_OFF."""
    return at if former is None else at + COOLING_OFF


def holder_complaint(holder_name: str, *, person: str | None) -> str | None:
    """What is wrong with the holder's name. `person` is the owner's full name, None for a firm.

    A young person's subsidy goes to an account in their own name, a firm's name may be shortened.
    """
    if complaint := line_complaint(holder_name):
        return complaint
    if person is not None and not is_name_of(holder_name, person):
        return _("The account must be in the person's own name. Ask for another account.")
    return bank_name_complaint(holder_name)


def is_name_of(holder_name: str, owner_name: str) -> bool:
    """Whether the holder's name has two of the owner's words, or their only one."""
    owner = _words(owner_name)
    return len(_words(holder_name) & owner) >= min(2, len(owner))


def flags_of(waiting: Waiting) -> list[str]:
    """What the second person should look at before confirming; none of it blocks."""
    flags = []
    if not _words(waiting.holder_name) & _words(waiting.owner_name):
        flags.append(_("The holder's name is not the owner's. Ask the bank for a confirmation."))
    if waiting.other_owners:
        flags.append(_("Somebody else has this IBAN too. Find out why before you confirm."))
    if waiting.replaces_last4 is not None:
        flags.append(
            _("This replaces an account in force. Call the owner on a number known before.")
        )
    return flags


def _words(name: str) -> set[str]:
    """The words that tell people and firms apart: not `Sh.p.k.`, unless there are no others."""
    words = fold(name).replace("-", " ").replace(".", " ").split()
    return {word for word in words if len(word) > SHORT_WORD} or set(words)
