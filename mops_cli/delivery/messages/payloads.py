"""Messages to people that are JSON: text messages and push notifications."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mops_cli.delivery.messages.content import twin_path
from mops_cli.delivery.messages.setting import CannotBeMade, Filling, Setting, key_of
from mops_cli.model.delivery import Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mops_cli.model.delivery import Recipient

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _sms(twin: dict[str, Any]) -> tuple[str, Any]:
    number = twin["sender"].get("number") or twin["sender"].get("name") or ""
    return number, {"from": number, "text": twin["text"]}


def _push(twin: dict[str, Any]) -> tuple[str, Any]:
    return "", {"headers": twin["headers"], "payload": twin["payload"]}


SHAPES: dict[str, Callable[[dict[str, Any]], tuple[str, Any]]] = {"sms": _sms, "push": _push}
"""The sender and the message of a channel, from the JSON file of the artifact."""


def payload_composer(setting: Setting) -> Payloads:
    """The composer of a text message or a push notification.

    Raises:
        MopsError: A file is missing, changed, or no template.
    """
    return Payloads(setting)


class Payloads:
    """The port ``Composer`` for messages that are JSON with templates in their texts."""

    def __init__(self, setting: Setting) -> None:
        """Read and compile."""
        content, part = setting.content, setting.part
        twin = content.twin(twin_path(content, part, "{}", setting.locale, setting.variant))
        self._sender, self._message = SHAPES[part.channel](twin)
        self._leaves = list(dict.fromkeys(leaf for leaf in texts_of(self._message) if "{{" in leaf or "{%" in leaf))
        self._filling = Filling(setting, self._leaves)
        self.fields = self._filling.fields
        self._part = part

    def compose(self, recipient: Recipient) -> Outgoing:
        """The message for one person.

        Raises:
            MopsError: It cannot be made; says why, without personal data.
        """
        if _CONTROL.search(recipient.address) or not recipient.address:
            raise CannotBeMade("the address is malformed", hint="correct the contact")
        texts = dict(zip(self._leaves, self._filling.fill(recipient), strict=True))
        payload = json.dumps(filled(self._message, texts), ensure_ascii=False).encode("utf-8", "replace")
        return Outgoing(
            recipient.index, key_of(self._part, recipient), self._sender, recipient.address, payload, self._part.channel
        )


def texts_of(value: object) -> Iterator[str]:
    """All texts of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)


def filled(value: Any, texts: dict[str, str]) -> Any:
    """A JSON value with its templates replaced by their results."""
    if isinstance(value, str):
        return texts.get(value, value)
    if isinstance(value, list):
        return [filled(one, texts) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, texts) for key, one in value.items()}
    return value
