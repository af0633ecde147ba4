"""How a phone number, an e-mail address and a postal address are read, and shown masked."""

import re

from service.accounts.rules import EMAIL
from service.answers import line_complaint, refuse_if_wrong, tidy
from service.contacts.model import Contact, ContactForm
from service.i18n import LANGUAGES, _

# ITU-T E.164: at most 15 digits, the country's first; Kosovo's are +383.
COUNTRY_CODE = "+383"
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
BETWEEN_DIGITS = re.compile(r"[ ()/.-]")
ADDRESS_LENGTH_MAX = 200
EMAIL_LENGTH_MAX = 250
SHOWN_DIGITS = 3


def complaints(form: ContactForm) -> dict[str, str | None]:
    """What is wrong with each field of a contact; there has to be one way to reach the person."""
    typed = (form.phone, form.email, form.address)
    nothing = (
        None
        if any(text.strip() for text in typed)
        else _("Write at least one of telephone, e-mail address and postal address.")
    )
    return {
        "phone": nothing or _phone_complaint(form.phone),
        "email": _email_complaint(form.email),
        "address": _address_complaint(form.address),
        "contact_language": None
        if form.contact_language in LANGUAGES
        else _("Choose the language of letters and messages."),
    }


def read_contact(form: ContactForm) -> Contact:
    """The contact as it is kept; InvalidFields with a sentence for each wrong field."""
    refuse_if_wrong(complaints(form))
    return Contact(
        phone=plain_phone(form.phone),
        email=form.email.strip().lower(),
        address=tidy(form.address),
        language=form.contact_language,
    )


def plain_phone(text: str) -> str:
    """A number as E.164 writes it: `044 123 456` is `+38344123456`; empty when none was typed."""
    digits = BETWEEN_DIGITS.sub("", text.strip())
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"{COUNTRY_CODE}{digits[1:]}"
    return digits


def mask_phone(phone: str) -> str:
    """The end of a number only, by which an officer tells two apart."""
    return f"… {phone[-SHOWN_DIGITS:]}" if phone else ""


def mask_email(email: str) -> str:
    """The first letter of an address and its site: `a…@example.org`."""
    mailbox, _at, site = email.partition("@")
    return f"{mailbox[:1]}…@{site}" if site else ""


def _phone_complaint(text: str) -> str | None:
    if text.strip() and not PHONE.fullmatch(plain_phone(text)):
        return _("Write a telephone number such as 044 123 456 or +383 44 123 456.")
    return None


def _email_complaint(text: str) -> str | None:
    if not text.strip():
        return None
    if len(text) > EMAIL_LENGTH_MAX or not EMAIL.fullmatch(text.strip()):
        return _("Write an address such as name@example.org.")
    return None


def _address_complaint(text: str) -> str | None:
    return line_complaint(text, longest=ADDRESS_LENGTH_MAX) if text.strip() else None
