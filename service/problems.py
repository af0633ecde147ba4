"""Refusals that a person can act on; anything else is a bug and stays one."""

from collections.abc import Mapping
from typing import ClassVar

from service.i18n import N_, _


class Problem(Exception):
    """A refusal with a name, a sentence and an HTTP status (RFC 9457); declared beside its rule."""

    slug: ClassVar[str]
    title: ClassVar[str]
    status: ClassVar[int] = 422

    def __init__(self, detail: str | None = None, **members: object) -> None:
        self.detail = detail
        self.members = members
        super().__init__(detail or self.title)

    def sentence(self) -> str:
        """What happened and what to do next, in the language in use."""
        return self.detail or _(self.title)


class NotFound(Problem):
    """There is no such row, or it is not this person's to see."""

    slug = "not-found"
    title = N_("There is nothing here, or it is not yours to see.")
    status = 404


class NotAllowed(Problem):
    """The person is known and may not do this."""

    slug = "not-allowed"
    title = N_("Your role does not allow this. Ask the person whose task it is.")
    status = 403


class NotSignedIn(Problem):
    """Nobody is signed in."""

    slug = "not-signed-in"
    title = N_("Sign in first.")
    status = 401


class InvalidRequest(Problem):
    """The request cannot be read: not JSON, a wrong type, an unknown member."""

    slug = "invalid-request"
    title = N_("The request cannot be read. Compare it with the schema at /schema.")
    status = 400


class InvalidFields(Problem):
    """Facts that do not fit, with one sentence for each field."""

    slug = "invalid-fields"
    title = N_("Some fields are wrong. Mend them and send again; nothing was saved.")
    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(None, fields=self.fields)
