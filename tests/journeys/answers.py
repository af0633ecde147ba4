"""What an answer must be, with its own words when it is not."""

from typing import Any

import httpx


def expect(answer: httpx.Response, status: int) -> Any:
    """The body of an answer of this status."""
    assert answer.status_code == status, f"{answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None
