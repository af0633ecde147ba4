"""What an employer's people may do: asked by every feature in which an employer acts."""

from service.actor import Actor, Right
from service.i18n import N_
from service.problems import Problem


class RightNeeded(Problem):
    """The firm's chief has not given this person that right."""

    slug = "right-needed"
    title = N_(
        "Your firm has not given you the right to do this. Ask the person who may do everything"
        " for it."
    )
    status = 403


def refuse_without(right: Right, by: Actor) -> None:
    """RightNeeded for one of an employer's people who has neither this right nor all."""
    if not by.has_right(right):
        raise RightNeeded
