"""``t()``: shared strings from Fluent, formatted now or compiled for the recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.templating.slots import SlotTable
    from mops_cli.model.diagnostic import Span


class Translator:
    """The strings of one job's locale."""

    def __init__(self, job: Job, slots: SlotTable) -> None:
        self._job = job
        self._slots = slots

    def call(self, key: str, values: Mapping[str, object], span: Span) -> object:
        """``[[ t("key", name=value) ]]``."""
        return key

    def tag(self, source: str, span: Span) -> str | None:
        """``{{ t("key", name=order.count) }}``: the text with sentinels."""
        return None
