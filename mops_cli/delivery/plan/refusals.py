"""Why a plan is not sent. Each is a guard: exit code 5, and nothing has left."""

from __future__ import annotations

from mops_cli.errors import MopsError


class Guarded(MopsError):
    """A guard refuses."""

    exit_code = 5


class Tampered(Guarded):
    """A plan, its audience or its content is not what was planned."""


class PlanGone(Guarded):
    """The plan is not on this machine."""


class Stale(Guarded):
    """The content has changed since the plan was made."""


class Late(Guarded):
    """The time of the send is over."""


class Quiet(Guarded):
    """Quiet hours have begun since the plan was made."""


class Drifted(Guarded):
    """The audience is another one than the plan's."""


class Unapproved(Guarded):
    """The environment asks for an approval that nobody gave."""


class OtherEnvironment(Guarded):
    """The plan was made for another environment."""


class GivenUp(Guarded):
    """The plan was begun and cancelled."""
