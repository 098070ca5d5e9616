"""Messages to places: posts for accounts, fragments for slots, sheets for drop folders, payloads for chat channels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mops_cli.delivery.messages.content import NoMessage, twin_path
from mops_cli.delivery.messages.payloads import filled, texts_of
from mops_cli.delivery.messages.setting import Filling, Setting, key_of
from mops_cli.model.delivery import Outgoing, Recipient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.model.config import Destination

PATTERNS: dict[str, Callable[[Destination], str]] = {
    "social": lambda place: f"{place.platform}.{{}}",
    "chat": lambda place: f"{place.platform}/{{}}",
}
"""Where the JSON file of a channel lies for a place; in all other channels it is the same for all places."""


def place_composer(setting: Setting) -> Places:
    """The composer for the destinations of a send."""
    return Places(setting)


class Places:
    """The port ``Composer`` for destinations. They are few: each is compiled when its turn comes."""

    fields = frozenset[str]()

    def __init__(self, setting: Setting) -> None:
        """Nothing is read yet."""
        self._setting = setting

    def compose(self, recipient: Recipient) -> Outgoing:
        """The message for one place; its name is the address.

        Raises:
            MopsError: There is no such destination, no message for it, or it cannot be made for nobody in particular.
        """
        setting, name = self._setting, recipient.address
        place = setting.settings.config.destinations.get(name)
        if place is None:
            raise NoMessage(f"there is no destination {name} in mops.toml any more", hint="make the plan again")
        locale = setting.settings.config.project.default_locale
        pattern = PATTERNS[setting.part.channel](place) if setting.part.channel in PATTERNS else "{}"
        twin = setting.content.twin(twin_path(setting.content, setting.part, pattern, locale, ""))
        message, files = self._message(twin)
        leaves = list(dict.fromkeys(text for text in texts_of(message) if "{{" in text or "{%" in text))
        filling = Filling(setting, leaves)
        nobody = Recipient(recipient.index, 0, name, locale, contact=dict.fromkeys(filling.fields))
        texts = dict(zip(leaves, filling.fill(nobody), strict=True))
        said = {"destination": name, "platform": place.platform, "account": place.account, "slot": place.slot}
        payload = {key: value for key, value in said.items() if value} | {"message": filled(message, texts)}
        return Outgoing(
            recipient.index, key_of(setting.part, recipient), "", name,
            json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"), setting.part.channel,
            [str(setting.content.place(path)) for path in files], place.path or "",
        )  # fmt: skip

    def _message(self, twin: dict[str, Any]) -> tuple[Any, list[str]]:
        """What is said, and which files go along."""
        part = self._setting.part
        if part.channel == "chat":
            return twin["payload"], []
        if part.channel == "web":
            texts = {name: self._setting.content.text(twin[name]) for name in ("html", "view") if twin.get(name)}
            return {**twin, **texts}, []
        if twin.get("file"):  # a folder gets the sheets of all languages
            return twin, sorted(path for path in part.content if path.endswith(".pdf"))
        image = twin.get("image") or {}
        return twin, [f"{part.campaign}/{part.channel}/{image['file']}"] if image.get("file") else []
