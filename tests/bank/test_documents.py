"""Amounts in our own orders, as they are read back."""

import pytest

from service.bank import documents
from service.bank.reading.refusing import NotABankFile


@pytest.mark.parametrize(
    ("written", "cents"),
    [("350", 350_00), ("350.5", 350_50), ("350.50", 350_50), ("2.50000", 2_50), ("0.01", 1)],
)
def test_an_amount_in_whole_cents_is_read_exactly(written: str, cents: int) -> None:
    element = documents.start("urn:x")
    element.text = written

    assert documents.cents(element) == cents


@pytest.mark.parametrize("written", ["", "3,50", "-1.00", "1.005", "1e3", "٣٥٠", "NaN", "9" * 20])
def test_any_other_amount_is_refused(written: str) -> None:
    element = documents.start("urn:x")
    element.text = written

    with pytest.raises(NotABankFile):
        documents.cents(element)
