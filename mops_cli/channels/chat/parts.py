"""What every chat adapter is given, and what it says about its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of a message. All texts are templates in the adapter's own markup.

    ``written`` holds what ``chat.yaml`` says for this adapter. ``size`` gives the length of a template's longest
    filling over all personas; ``color`` is the brand's colour as ``#rrggbb``. ``target`` is the plain address
    behind ``url``. ``image`` is an address (a template) or empty.
    """

    campaign: str
    locale: str
    title: str
    body: str
    summary: str
    url: str = ""
    target: str = ""
    label: str = ""
    image: str = ""
    image_alt: str = ""
    color: str = ""
    template: str = ""
    category: str = "marketing"
    footer: str = ""
    written: Mapping[str, Any] = field(default_factory=dict)
    size: Callable[[str], int] = len


class Problem(NamedTuple):
    """A limit that is broken: code, what, and what to do. ``field`` names the key of ``chat.yaml`` to point at."""

    code: str
    message: str
    help: str
    field: str = ""


class Adapter(Protocol):
    """A chat service: one module with these functions, one line in the table."""

    MARKUP: str
    """Dialect of the body: ``slack``, ``telegram``, ``discord`` or ``plain``."""
    FIELDS: tuple[str, ...]
    """Keys that ``chat.yaml`` may set for it."""

    def payload(self, parts: Parts) -> dict[str, Any]:
        """The body of the service's call, texts as templates, and what the sender needs besides (``method``...)."""
        ...

    def check(self, payload: dict[str, Any]) -> list[Problem]:
        """Broken limits of a payload whose templates are filled."""
        ...


def over(code: str, what: str, length: int, limit: int, field_name: str = "") -> list[Problem]:
    """A problem when ``length`` is beyond ``limit``."""
    if length <= limit:
        return []
    help_text = (
        f"shorten it by {length - limit} characters, or set {field_name or 'the text'} in chat.yaml for this service"
    )
    return [Problem(code, f"{what} has {length:,} characters; {limit:,} are allowed", help_text, field_name)]


def put(target: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The values that are not empty, added to ``target``."""
    target.update({key: value for key, value in values.items() if value not in ("", None, [], {})})
    return target
