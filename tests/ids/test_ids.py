"""Ids: unique, of version 7, and in the order in which they were made."""

from service.ids import new_id, new_ids


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    made = [new_id() for _ in range(10_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_are_of_version_7_alone_and_in_numbers() -> None:
    for one in (new_id(), *new_ids(3)):
        assert (one.version, one.variant) == (7, "specified in RFC 4122")


def test_ids_made_together_come_after_those_made_a_moment_before() -> None:
    before = new_id()
    milliseconds = before.int >> 80

    while (together := new_ids(2))[0].int >> 80 == milliseconds:
        pass

    assert before < min(together)
