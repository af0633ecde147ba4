"""How pages write a month."""

from datetime import date

import pytest

from service.i18n import use_language
from service.web import month_name


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "October 2026"), ("sq", "tetor 2026"), ("sr", "oktobar 2026")],
)
def test_a_month_is_written_in_the_readers_words(language: str, written: str) -> None:
    with use_language(language):
        assert [month_name(one) for one in (date(2026, 10, 1), "2026-10")] == [written, written]


def test_what_is_no_month_stays_as_it_was_typed() -> None:
    assert month_name("<b>2026-13") == "<b>2026-13"
