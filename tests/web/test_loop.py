"""Tests run on the event loop that serves people."""

import asyncio

from service import loops


async def test_it_is_the_loop_of_the_program() -> None:
    made = loops.new_event_loop()
    made.close()

    assert type(asyncio.get_running_loop()) is type(made)
