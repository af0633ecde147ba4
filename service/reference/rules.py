"""Reading what was typed of a reference row, and who decides on it."""

import re
from collections.abc import Mapping
from datetime import date

from service.actor import Actor, Role
from service.answers import read_day, read_number
from service.i18n import N_, _
from service.money import InvalidAmount, parse_euros
from service.problems import InvalidFields, NotAllowed, Problem
from service.reference.model import SORTS, Answers, Change, Field, Row, Sort, Table

PERCENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<part>[0-9]{1,2}))?")
CODE = re.compile(r"[A-Za-z0-9_]{2,60}")
PARAMETER = re.compile(r"\s*(?P<name>[a-z_]{1,60})\s*=\s*(?P<value>\S.{0,199}?)\s*")
TEXT_LENGTH_MAX = 120
BASIS_LENGTH_MIN, BASIS_LENGTH_MAX = 5, 500
READERS = frozenset(
    {Role.ADMINISTRATOR, Role.AUDITOR, Role.FINANCE_OFFICER, Role.FINANCE_AUTHORISER}
)


class ChangeDecided(Problem):
    """The change was decided on before."""

    slug = "change-decided"
    title = N_("This change was decided on already. Load the page again to see how.")
    status = 409


class AnotherOneConfirms(Problem):
    """What one administrator has proposed, another confirms."""

    slug = "another-one-confirms"
    title = N_("You proposed this change. Another administrator confirms it.")
    status = 403


class TooLate(Problem):
    """A rule begins on the day on which it is confirmed, or later."""

    slug = "change-too-late"
    title = N_("A rule begins today or later. Drop this change and propose a later day.")
    status = 409


class DoesNotFit(Problem):
    """Another row is in the way, or something was decided by the present one from that day on."""

    slug = "change-does-not-fit"
    title = N_(
        "This does not fit what holds by now: another row begins that day, or something was already"
        " decided by the present one. Drop this change and propose a later day."
    )
    status = 409


IN_THE_WAY = {
    f"{table}_{ending}": DoesNotFit
    for table in Table
    for ending in (
        "one_at_a_time", "one_in_force", "valid_some_days", "never_edited", "once_per_day", "pkey",
    )
}  # fmt: skip


def refuse_unless_keeper(by: Actor) -> None:
    """NotAllowed unless an administrator asks."""
    if by.role is not Role.ADMINISTRATOR:
        raise NotAllowed


def refuse_unless_reader(by: Actor) -> None:
    """NotAllowed for who has nothing to do with these rules."""
    if by.role not in READERS:
        raise NotAllowed


def refuse_decided(change: Change) -> None:
    """ChangeDecided when nobody is to decide any more."""
    if not change.is_waiting:
        raise ChangeDecided


def refuse_proposer(change: Change, by: Actor) -> None:
    """AnotherOneConfirms for who has proposed it."""
    if change.proposed_by == by.account_id:
        raise AnotherOneConfirms


def refuse_backdated(valid_from: date | None, today: date) -> None:
    """TooLate for a day that has passed."""
    if valid_from is not None and valid_from < today:
        raise TooLate


def read_change(
    table: Table, typed: Mapping[str, str], *, row: Row | None, today: date
) -> tuple[dict[str, object], date | None, str]:
    """The values, the first day and the basis of a change; InvalidFields for each wrong one.

    The keys of a row that there is are never read from what was typed.
    """
    sort = SORTS[table]
    wrong: dict[str, str] = {}
    values: dict[str, object] = {}
    before = row.row_values if row else {}
    for field in sort.fields:
        if field.is_key and row is not None:
            values[field.name] = before.get(field.name)
            continue
        try:
            values[field.name] = _read(field, typed.get(field.name, ""), before.get(field.name))
        except _Unreadable as complaint:
            wrong[field.name] = str(complaint)
    day = _read_first_day(sort, typed.get("valid_from", ""), today, wrong)
    basis = typed.get("basis", "").strip()
    if not BASIS_LENGTH_MIN <= len(basis) <= BASIS_LENGTH_MAX:
        wrong["basis"] = _("Say in 5 to 500 letters what it rests on: a law, a decision, a policy.")
    if wrong:
        raise InvalidFields(wrong)
    return values, day, basis


class _Unreadable(ValueError):
    """A sentence about one answer."""


def _read_first_day(sort: Sort, text: str, today: date, wrong: dict[str, str]) -> date | None:
    if not sort.is_dated:
        return None
    day = read_day(text.strip())
    if day is None or day < today:
        wrong["valid_from"] = _("Choose the first day, today or later.")
    return day


def _read(field: Field, text: str, before: object) -> object:
    plain = text.strip()
    if not plain and field.may_be_empty:
        return None
    match field.answers:
        case Answers.YES_NO:
            return _one_of(plain, ("yes", "no")) == "yes"
        case Answers.WORD:
            return _one_of(plain, field.choices)
        case Answers.WHOLE | Answers.EUROS | Answers.PERCENT:
            return _number(field, plain)
        case Answers.PARAMETERS:
            return _parameters(plain, before if isinstance(before, Mapping) else {})
        case Answers.TEXT:
            return _text(plain, is_key=field.is_key)


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise _Unreadable(_("Choose one of these."))
    return text


def _number(field: Field, text: str) -> int:
    reading = {Answers.EUROS: _cents, Answers.PERCENT: _basis_points}.get(
        field.answers, read_number
    )
    number = reading(text)
    if number is None or not field.least <= number <= field.most:
        raise _Unreadable(
            _("Write a number from {least} to {most}.").format(
                least=written(field, field.least), most=written(field, field.most)
            )
        )
    return number


def _cents(text: str) -> int | None:
    try:
        return parse_euros(text)
    except InvalidAmount:
        return None


def _basis_points(text: str) -> int | None:
    written = PERCENT.fullmatch(text)
    if written is None:
        return None
    return int(written["whole"]) * 100 + int((written["part"] or "").ljust(2, "0"))


def _parameters(text: str, before: Mapping[str, object]) -> dict[str, object]:
    """One `name = value` a line, for each name that there was and no other."""
    read: dict[str, object] = {}
    for line in text.splitlines():
        written = PARAMETER.fullmatch(line)
        if written is None:
            raise _Unreadable(_("Write one “name = value” on each line."))
        value: object = written["value"]
        if isinstance(before.get(written["name"]), int):
            number = read_number(written["value"])
            if number is None:
                raise _Unreadable(_("Write one “name = value” on each line."))
            value = number
        read[written["name"]] = value
    if read.keys() != before.keys():
        names = ", ".join(sorted(before)) or "–"
        raise _Unreadable(_("Name each of these once and no other: {names}.").format(names=names))
    return read


def _text(text: str, *, is_key: bool) -> str:
    fits = CODE.fullmatch(text) if is_key else 1 <= len(text) <= TEXT_LENGTH_MAX
    if not fits or not text.isprintable():
        raise _Unreadable(_("Write 1 to 120 letters; in a code, letters and digits only."))
    return text


def written(field: Field, value: object) -> str:
    """A stored value as it is typed."""
    if value is None:
        return ""
    if field.answers is Answers.YES_NO:
        return "yes" if value else "no"
    if field.answers is Answers.EUROS and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}"
    if field.answers is Answers.PERCENT and isinstance(value, int):
        return f"{value / 100:g}"
    if isinstance(value, Mapping):
        return "\n".join(f"{name} = {said}" for name, said in sorted(value.items()))
    return str(value)
