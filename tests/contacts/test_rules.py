"""How a phone number, an address and an e-mail address are read, and shown masked."""

import pytest

from service.contacts import rules
from service.contacts.model import ContactForm
from service.problems import InvalidFields

PHONES = [
    ("044 123 456", "+38344123456"),
    ("+383 44 123-456", "+38344123456"),
    ("00383 (44) 123/456", "+38344123456"),
    ("+49 30 1234567", "+49301234567"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "kept"), PHONES)
def test_numbers_are_kept_as_the_world_dials_them(typed: str, kept: str) -> None:
    assert rules.plain_phone(typed) == kept


def test_a_contact_is_read_tidily() -> None:
    form = ContactForm(
        phone="044 123 456", email=" A@B.example ", address=" Rr.  B 1 ", contact_language="sr"
    )

    read = rules.read_contact(form)

    assert (read.email, read.address, read.language) == ("a@b.example", "Rr. B 1", "sr")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"phone"}),
        ({"phone": "12"}, {"phone"}),
        ({"phone": "call me"}, {"phone"}),
        ({"email": "at home"}, {"email"}),
        ({"email": "x" * 300 + "@example.org"}, {"email"}),
        ({"address": "x" * 201}, {"address"}),
        ({"phone": "044123456", "contact_language": "de"}, {"contact_language"}),
    ],
)
def test_each_wrong_field_gets_a_sentence(fields: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(InvalidFields) as refused:
        rules.read_contact(ContactForm(**{"contact_language": "sq"} | fields))

    assert set(refused.value.fields) == wrong


def test_masks_show_ends_only() -> None:
    assert rules.mask_phone("+38344123456") == "… 456"
    assert rules.mask_email("arta@example.org") == "a…@example.org"
    assert rules.mask_phone("") == rules.mask_email("") == ""
