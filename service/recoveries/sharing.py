"""How an amount is parted: over months that are owed, and over lines that keep it back."""

from collections.abc import Collection, Iterable, Mapping

from service.ids import AgreementId, new_id
from service.instalments.model import Key
from service.money import Cents
from service.recoveries.model import KeepingLine, Kept, MonthOwed, OpenMonth, Terms
from service.recoveries.rules import IN_FULL_BP, HeldByPayout, MoreThanOwed
from service.schemes.model import Payee


def spread(amount_cents: int, months: Iterable[MonthOwed]) -> dict[Key, Cents]:
    """An amount over what is open of each month, the oldest first; it always adds up.

    Raises HeldByPayout when only a payout that waits stands between the amount and what is open,
    and MoreThanOwed beyond that.
    """
    left, parts = amount_cents, {}
    ordered = sorted(months, key=lambda one: (one.month, one.kind))
    for month in ordered:
        part = min(left, max(0, int(month.open_cents - month.pending_cents)))
        if part:
            parts[month.key] = Cents(part)
            left -= part
    if left:
        held = {payout for month in ordered for payout in month.pending_in}
        if held and left <= sum(int(month.pending_cents) for month in ordered):
            raise HeldByPayout(held)
        raise MoreThanOwed(open_cents=amount_cents - left)
    return parts


def keep_back(
    lines: Iterable[KeepingLine],
    months: Iterable[OpenMonth],
    terms: Mapping[Payee, Terms],
    *,
    busy: Collection[AgreementId],
) -> list[Kept]:
    """What lines keep back for recoveries of their payees, the oldest month first.

    Of each line at most the share of what it would pay, rounded down to the payee's favour, and
    never so much that less than the floor is left. What an agreement in `busy` was overpaid is kept
    back by its own lines.
    """
    ordered = sorted(months, key=lambda one: (one.month, one.kind))
    left = {
        (one.recovery_id, one.month, one.kind): int(one.left_cents)
        for one in ordered
        if not (one.restores and one.agreement_id in busy)
    }
    kept: list[Kept] = []
    for line in lines:
        own = [one for one in ordered if one.bank_account_id == line.bank_account_id]
        if not own or own[0].payee not in terms:
            continue
        bearable = bearable_cents(line.left_cents, terms[own[0].payee])
        for one in own:
            name = (one.recovery_id, one.month, one.kind)
            part = min(bearable, left.get(name, 0))
            if part > 0:
                left[name] -= part
                bearable -= part
                kept.append(_kept(line, one, part))
    return kept


def bearable_cents(left_cents: int, terms: Terms) -> int:
    """What a line may keep back of what it would pay, in whole cents, rounded down."""
    share = left_cents * terms.netting_share_bp // IN_FULL_BP
    return max(0, min(share, left_cents - terms.floor_cents))


def _kept(line: KeepingLine, one: OpenMonth, cents: int) -> Kept:
    return Kept(
        id=new_id(),
        line_id=line.line_id,
        recovery_id=one.recovery_id,
        agreement_id=one.agreement_id,
        month=one.month,
        kind=one.kind,
        amount_cents=Cents(cents),
        restores=one.restores,
    )
