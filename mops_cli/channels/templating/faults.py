"""What can be wrong with a tag, before it has a place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in a tag. ``word`` is the part of the tag to point at; ``line`` the line of the template."""

    code: str
    message: str
    help: str = ""
    word: str = ""
    line: int = 0
    template: str = ""


class Refusal(Exception):
    """Raised inside a running template: the tag asks for something that cannot be."""

    def __init__(self, code: str, message: str, advice: str = "", word: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice
        self.word = word


class Missing(Refusal):
    """A name that does not exist. ``known`` are the names that do."""

    def __init__(self, name: str, owner: str, known: tuple[str, ...] = ()) -> None:
        super().__init__("MT201", f"there is no `{name}`" + (f" in {owner}" if owner else ""), word=name)
        self.name = name
        self.owner = owner
        self.known = known
