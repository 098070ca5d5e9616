"""What segments may ask about: declared fields, kinds of events, topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.audience.segments.tree import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.config import FieldSpec, ProjectConfig

OWN_FIELDS = {"external_id": "text", "email": "email", "phone": "phone", "locale": "text", "zone": "text"}
"""Columns of every contact."""

ENVELOPE = {
    "source": "text", "campaign": "text", "send": "text", "step": "text", "channel": "text", "variant": "text",
    "link": "text", "value": "money", "currency": "text", "machine_score": "number",
}  # fmt: skip
"""Columns of every event."""

OWN_EVENTS = (
    "sent", "delivered", "bounced", "opened", "clicked", "unsubscribed", "complaint", "subscribed", "reply", "failed",
)  # fmt: skip
"""Kinds of events that MOPS itself records."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Names that a project declares, with their types."""

    contact: Mapping[str, FieldSpec]
    events: Mapping[str, Mapping[str, FieldSpec]]
    topics: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: ProjectConfig) -> Catalog:
        """The catalogue of ``mops.toml``."""
        return cls(config.fields.contact, config.events, tuple(config.topics))

    def contact_field(self, name: str) -> Field:
        """A field of contacts, declared or not."""
        spec = self.contact.get(name)
        return Field(name, OWN_FIELDS.get(name) or (spec.type if spec is not None else ""))

    def event_field(self, kind: str, name: str) -> Field:
        """A field of an event, declared or not."""
        spec = self.events.get(kind, {}).get(name)
        return Field(name, ENVELOPE.get(name) or (spec.type if spec is not None else ""))

    def contact_names(self) -> list[str]:
        """All known fields of contacts."""
        return [*self.contact, *OWN_FIELDS]

    def event_names(self, kind: str) -> list[str]:
        """All known fields of a kind of event."""
        return [*self.events.get(kind, {}), *ENVELOPE]

    def kinds(self) -> list[str]:
        """All known kinds of events."""
        return [*self.events, *OWN_EVENTS]
