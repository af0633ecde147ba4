"""What a ceiling lets through, who links firms, and what is wrong with a declaration."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO

from service.actor import Actor, Role
from service.answers import line_complaint, read_day, refuse_if_wrong, tidy
from service.i18n import N_, _
from service.ids import EmployerId, InstalmentId
from service.money import ZERO, Cents
from service.problems import NotAllowed, Problem
from service.undertakings.model import (
    Admitted,
    Asked,
    Ceiling,
    CeilingPolicy,
    DeclarationForm,
    HeldLink,
    LinkForm,
    NewDeclaration,
    NewLink,
    Room,
    YearLine,
)

OFFICERS = frozenset({Role.CASE_OFFICER, Role.FINANCE_OFFICER})
READERS = OFFICERS | {Role.FINANCE_AUTHORISER, Role.AUDITOR}
AMOUNT_MAX_CENTS = 100_000_000_000
FIRST_YEAR = 2000
# A spreadsheet takes a cell that starts with one of these for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = (
    "business_number", "undertaking", "firms", "year", "granted_by_programme_eur",
    "declared_eur", "granted_in_rolling_years_eur",
)  # fmt: skip


class LinkDecided(Problem):
    """A link is decided on once."""

    slug = "link-decided"
    title = N_("This link was decided on already. Load the page to see how it stands.")
    status = 409


class LinkWaiting(Problem):
    """One proposal for a firm at a time."""

    slug = "link-waiting"
    title = N_(
        "A link of this firm waits for a decision already. Confirm or refuse that one first."
    )
    status = 409


class SecondPersonNeeded(Problem):
    """Nobody confirms the link that they proposed."""

    slug = "second-person-needed"
    title = N_("You proposed this link. Ask a colleague to compare it with its document.")
    status = 403


class NotFlat(Problem):
    """Firms are linked to the head of a group, which is itself in no other group."""

    slug = "group-not-flat"
    title = N_(
        "A firm joins the group of its head only, and the firm that names a group cannot leave it. "
        "Link the other firms to another head first."
    )
    status = 409


class LinkOutOfOrder(Problem):
    """The links of a firm follow one another in time."""

    slug = "link-out-of-order"
    title = N_("This firm has a link from that day or a later one. Give a later day.")
    status = 409


class DeclarationCancelled(Problem):
    """A declaration is cancelled once."""

    slug = "declaration-cancelled"
    title = N_("There is no such declaration, or it was cancelled already.")
    status = 409


class CeilingPassed(Problem):
    """An undertaking would be granted more than its ceiling."""

    slug = "ceiling-passed"
    title = N_(
        "A firm's undertaking would be granted more than the ceiling of de minimis aid, as "
        "somebody else put up aid for it just now. Put the month up again."
    )
    status = 409


def admit(asked: Iterable[Asked], rooms: Sequence[Room]) -> dict[InstalmentId, Admitted]:
    """How much of each instalment the ceiling of its undertaking lets through.

    Instalments of one undertaking count together, the oldest month first. Where the policy blocks,
    one that does not fit holds up those after it: a younger instalment never takes what an older
    one waits for. Where it reduces, each gets what is left. Instalments without a room, such as a
    candidate's, are not aid to a firm and do not appear.
    """
    cents = {one.instalment_id: one.cents for one in asked}
    by_head: dict[EmployerId, list[Room]] = defaultdict(list)
    for room in rooms:
        by_head[room.head_id].append(room)
    return {
        one.instalment_id: one
        for own in by_head.values()
        for one in _admit_in_order(sorted(own, key=_age), cents)
    }


def _age(room: Room) -> tuple[date, InstalmentId]:
    return room.month, room.instalment_id


def _admit_in_order(
    rooms: Sequence[Room], cents: Mapping[InstalmentId, Cents]
) -> Iterator[Admitted]:
    before_cents = 0
    for room in rooms:
        full_cents = cents[room.instalment_id]
        used_cents = room.used_cents + before_cents
        left_cents = max(0, room.ceiling_cents - used_cents)
        fits = full_cents <= left_cents
        if room.excess_policy is CeilingPolicy.BLOCK:
            allowed_cents = full_cents if fits else 0
            before_cents += full_cents
        else:
            allowed_cents = min(full_cents, left_cents)
            before_cents += allowed_cents
        yield Admitted(
            instalment_id=room.instalment_id,
            head_id=room.head_id,
            full_cents=full_cents,
            allowed_cents=Cents(allowed_cents),
            used_cents=Cents(used_cents),
            ceiling_cents=room.ceiling_cents,
        )


def headroom(ceiling: Ceiling | None, used_cents: Cents) -> Cents:
    """What a ceiling leaves, in cents; nothing where none is in force."""
    return Cents(max(0, ceiling.ceiling_cents - used_cents)) if ceiling else ZERO


def check_may_write(by: Actor) -> None:
    """NotAllowed unless a case officer or a finance officer asks."""
    if by.role not in OFFICERS:
        raise NotAllowed


def check_may_read(by: Actor) -> None:
    """NotAllowed for others, and for a firm: it does not see the other firms of its group."""
    if by.role not in READERS:
        raise NotAllowed


def check_decidable(held: HeldLink, by: Actor) -> None:
    """NotAllowed or LinkDecided when this person cannot decide on it now."""
    check_may_write(by)
    if held.confirmed_at is not None or held.refused_at is not None:
        raise LinkDecided


def check_second_person(held: HeldLink, by: Actor) -> None:
    """SecondPersonNeeded for who proposed it; `undertaking_link_two_people` says the same."""
    if held.proposed_by == by.account:
        raise SecondPersonNeeded


def read_link(form: LinkForm, firms: Mapping[str, EmployerId]) -> NewLink:
    """The link of a form; InvalidFields with a sentence for each wrong field.

    `firms` are those found by the business numbers in the form.
    """
    own = firms.get(_number(form.business_number))
    head = firms.get(_number(form.head_business_number))
    day = read_day(form.linked_on)
    unknown = _("No firm with this business number is registered.")
    refuse_if_wrong(
        {
            "business_number": None if own else unknown,
            "head_business_number": None if head else unknown,
            "linked_on": None if day else _("Write the day as 2026-10-31."),
            "reason": line_complaint(form.reason, longest=500),
            "document_reference": line_complaint(form.document_reference),
        }
    )
    assert own is not None
    assert head is not None
    assert day is not None
    return NewLink(
        employer_id=own,
        head_id=head,
        linked_on=day,
        reason=tidy(form.reason),
        document_reference=tidy(form.document_reference),
    )


def numbers_of(form: LinkForm) -> list[str]:
    """The business numbers in a form, without the spaces people type in them."""
    return [_number(form.business_number), _number(form.head_business_number)]


def _number(text: str) -> str:
    return text.replace(" ", "")


def read_declaration(form: DeclarationForm, *, today: date) -> NewDeclaration:
    """The declared aid of a form; InvalidFields with a sentence for each wrong field."""
    day = read_day(form.granted_on)
    ahead = _("This day is still to come. Write the day on which the aid was granted.")
    amount = form.amount_cents
    refuse_if_wrong(
        {
            "granted_on": _("Write the day as 2026-10-31.")
            if day is None
            else (ahead if day > today else None),
            "granted_by": line_complaint(form.granted_by),
            "amount": None
            if amount is not None and 0 < amount <= AMOUNT_MAX_CENTS
            else _("Write an amount in euros above zero, such as 250000.00."),
            "document_reference": line_complaint(form.document_reference),
        }
    )
    assert day is not None
    assert amount is not None
    return NewDeclaration(
        granted_on=day,
        granted_by=tidy(form.granted_by),
        amount_cents=Cents(amount),
        document_reference=tidy(form.document_reference),
    )


def check_cancellation(reason: str) -> str:
    """The reason without spaces around it; InvalidFields without one."""
    refuse_if_wrong({"reason": line_complaint(reason, longest=500)})
    return tidy(reason)


def days_of_year(year: int) -> tuple[date, date]:
    """The first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def write_csv(lines: Iterable[YearLine], *, year: int) -> str:
    """The year's report as comma-separated values (RFC 4180), amounts in euros."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for line in lines:
        writer.writerow(
            [
                line.business_number,
                _plain(line.legal_name),
                _plain(line.firms),
                year,
                _euros(line.paid_cents),
                _euros(line.declared_cents),
                _euros(line.used_cents),
            ]
        )
    return text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
