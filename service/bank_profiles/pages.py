"""The bank profile and the bank days in a browser: what holds, what waits, and the forms."""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from service.actor import Actor, Scope
from service.auth import allow
from service.bank_profiles import actions, rules
from service.bank_profiles.model import (
    AddressForm,
    ChargeBearer,
    KeptDay,
    MessageVersion,
    ProfileState,
    Specification,
    Transliteration,
)
from service.i18n import N_, _
from service.ids import BankProfileId
from service.problems import InvalidFields
from service.web import ActingDatabase, Db, Me, Now, page, redirect

READER = allow(*rules.READERS, scope=Scope.READ)
AUTHOR = allow(*rules.AUTHORS)
CONFIRMER = allow(*rules.CONFIRMERS)
KEEPER = allow(*rules.CALENDAR_KEEPERS)
Text = Annotated[str, msgspec.Meta(max_length=500)]

STATES = {
    ProfileState.PROPOSED: N_("Waits for a second person"),
    ProfileState.IN_USE: N_("In use"),
    ProfileState.RETIRED: N_("Retired"),
    ProfileState.REFUSED: N_("Refused"),
}
CHARGES = {
    ChargeBearer.SHARED: N_("shared"),
    ChargeBearer.SERVICE_LEVEL: N_("as the service level says"),
    ChargeBearer.DEBTOR: N_("we pay them"),
    ChargeBearer.CREDITOR: N_("the payee pays them"),
}
ADDRESSES = {
    AddressForm.NONE: N_("none"),
    AddressForm.STRUCTURED: N_("town and country"),
    AddressForm.HYBRID: N_("town, country and a free line"),
}
# A form field is empty or holds a number; what neither is gets its sentence.
NUMBERS = ("payments_per_file_max", "days_ahead_max")
AMOUNTS = ("file_cents_max", "payment_cents_max", "payee_cents_max")
OPTIONAL = frozenset({"service_level", "payee_cents_max"})
TABLE = "transliteration"
DIGITS_MAX = 15


class ProfileForm(msgspec.Struct):
    """Everything as it was typed; amounts in cents, letters as `đ=dj ž=z`."""

    name: Text = ""
    debtor_name: Text = ""
    debtor_iban: Text = ""
    debtor_bic: Text = ""
    version: Text = ""
    service_level: Text = ""
    charge_bearer: Text = ""
    purpose: Text = ""
    category_purpose: Text = ""
    address_form: Text = ""
    is_batch_booked: Text = ""
    letters: Text = ""
    payments_per_file_max: Text = ""
    file_cents_max: Text = ""
    payment_cents_max: Text = ""
    payee_cents_max: Text = ""
    cut_off: Text = ""
    days_ahead_max: Text = ""
    transliteration: Text = ""


class DayForm(msgspec.Struct):
    """A day, whether banks are closed on it, and why."""

    falls_on: Text = ""
    is_closed: Text = ""
    reason: Text = ""


@dataclass
class Typed:
    """What came of a form: a specification, or a sentence beside each field."""

    specification: Specification
    transliteration: list[Transliteration]


@get("/", guards=[READER])
async def show_profiles(db: Db, me: Me, clock: Now) -> Template:
    """The version in use, what waits, those before it, and the bank days that differ."""
    return await _page(db, me, clock.today())


@get("/new", guards=[AUTHOR])
async def show_form(db: Db) -> Template:
    """The form for the next version, filled in as the one in use."""
    async with db.transaction() as tx:
        profile, _alphabet = await actions.profile_in_use(tx)
    return _form_page(_form_of(rules.specification_of(profile)))


@post("/", guards=[AUTHOR])
async def propose(
    data: URLEncodedBody[ProfileForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Proposes a version; the form comes back with a word beside each wrong field."""
    try:
        typed = _typed(data)
        async with db.transaction() as tx:
            await actions.propose_profile(
                tx,
                typed.specification,
                transliteration=typed.transliteration,
                by=me,
                at=clock.now(),
            )
    except InvalidFields as refused:
        return _form_page(data, refused.fields)
    return redirect("/bank-profiles")


@post("/{profile_id:uuid}/confirm", guards=[CONFIRMER])
async def confirm(profile_id: FromPath[BankProfileId], db: Db, me: Me, clock: Now) -> Redirect:
    """Puts a version in use that somebody else proposed."""
    async with db.transaction() as tx:
        await actions.confirm_profile(tx, profile_id, by=me, at=clock.now())
    return redirect("/bank-profiles")


@post("/{profile_id:uuid}/refuse", guards=[CONFIRMER])
async def refuse(profile_id: FromPath[BankProfileId], db: Db, me: Me, clock: Now) -> Redirect:
    """Turns a version down."""
    async with db.transaction() as tx:
        await actions.refuse_profile(tx, profile_id, by=me, at=clock.now())
    return redirect("/bank-profiles")


@post("/days", guards=[KEEPER])
async def keep_day(
    data: URLEncodedBody[DayForm], db: Db, me: Me, clock: Now
) -> Redirect | Template:
    """Says of a day that banks are closed, or open."""
    try:
        day = KeptDay(_day(data.falls_on), data.is_closed == "true", data.reason)
        async with db.transaction() as tx:
            await actions.keep_day(tx, day, by=me)
    except InvalidFields as refused:
        return await _page(db, me, clock.today(), typed=data, errors=refused.fields)
    return redirect("/bank-profiles")


@post("/days/{falls_on:date}/forget", guards=[KEEPER])
async def forget_day(falls_on: FromPath[date], db: Db, me: Me) -> Redirect:
    """Lets the printed calendar hold again for a day."""
    async with db.transaction() as tx:
        await actions.forget_day(tx, falls_on, by=me)
    return redirect("/bank-profiles")


async def _page(
    db: ActingDatabase,
    me: Actor,
    today: date,
    *,
    typed: DayForm | None = None,
    errors: dict[str, str] | None = None,
) -> Template:
    async with db.transaction() as tx:
        profiles = await actions.list_profiles(tx)
        days = await actions.list_days(tx, on=today)
    return page(
        "bank_profiles/profiles.html",
        status=422 if errors else 200,
        profiles=profiles,
        days=days,
        typed=typed or DayForm(is_closed="true"),
        errors=errors or {},
        me_id=me.account_id,
        may_propose=me.role in rules.AUTHORS,
        may_confirm=me.role in rules.CONFIRMERS,
        may_keep_days=me.role in rules.CALENDAR_KEEPERS,
        states=STATES,
        charges=CHARGES,
        addresses=ADDRESSES,
        proposed=ProfileState.PROPOSED,
    )


def _form_page(typed: ProfileForm, errors: dict[str, str] | None = None) -> Template:
    return page(
        "bank_profiles/form.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        versions=[(one, one) for one in MessageVersion],
        charges=[(one, f"{one}: {_(words)}") for one, words in CHARGES.items()],
        addresses=[(one, _(words)) for one, words in ADDRESSES.items()],
    )


def _form_of(wanted: Specification) -> ProfileForm:
    shown = {
        field: "" if value is None else str(value)
        for field, value in msgspec.structs.asdict(wanted).items()
    }
    shown["is_batch_booked"] = "true" if wanted.is_batch_booked else ""
    shown["cut_off"] = f"{wanted.cut_off:%H:%M}"
    return ProfileForm(**shown)


def _typed(form: ProfileForm) -> Typed:
    """What a form says; InvalidFields for what cannot be read at all."""
    said: dict[str, Any] = {
        field: getattr(form, field).strip() for field in Specification.__struct_fields__
    }
    said["letters"] = form.letters.strip("\r\n")
    said["is_batch_booked"] = form.is_batch_booked == "true"
    wrong = _read_numbers(said) | _wrong_choices(said)
    said |= {field: None for field in OPTIONAL if said[field] == ""}
    table = [one.partition("=") for one in form.transliteration.split()]
    if not all(equals and letter and written for letter, equals, written in table):
        wrong[TABLE] = _("Write pairs such as đ=dj with spaces between them.")
    try:
        said["cut_off"] = msgspec.convert(f"{said['cut_off']}:00", time)
    except msgspec.ValidationError:
        wrong["cut_off"] = _("Write a time such as 14:00.")
    if wrong:
        raise InvalidFields(wrong)
    return Typed(
        msgspec.convert(said, Specification),
        [Transliteration(letter, written, is_shared=False) for letter, _equals, written in table],
    )


def _read_numbers(said: dict[str, Any]) -> dict[str, str]:
    """Puts numbers in the place of their digits; a sentence for each field that is none."""
    wrong = {}
    for field in (*NUMBERS, *AMOUNTS):
        if said[field].isascii() and said[field].isdecimal() and len(said[field]) <= DIGITS_MAX:
            said[field] = int(said[field])
        elif said[field] or field not in OPTIONAL:
            wrong[field] = _("Write a whole number; amounts in cents.")
    return wrong


def _wrong_choices(said: dict[str, Any]) -> dict[str, str]:
    choices = {
        "version": MessageVersion,
        "charge_bearer": ChargeBearer,
        "address_form": AddressForm,
    }
    return {
        field: _("Choose one of the list.")
        for field, kind in choices.items()
        if said[field] not in set(kind)
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidFields({"falls_on": _("Write a day such as 2026-05-30.")}) from None


router = Router(
    "/bank-profiles",
    route_handlers=[show_profiles, show_form, propose, confirm, refuse, keep_day, forget_day],
)
