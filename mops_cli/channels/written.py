"""The short texts of a message: what an override file writes, else what the front matter gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.channels.document import document as read_document
from mops_cli.channels.markup.nodes import Paragraph, plain
from mops_cli.channels.templating.slots import Context
from mops_cli.content import yaml_source
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.document import Document
    from mops_cli.model.artifact import Output
    from mops_cli.model.source import Key, Source


class Written:
    """One channel's short texts. Every text comes out as a finished template for the given context.

    ``data`` is what the override file says (``push.yaml``, ``push.de.yaml``; or a part of it under ``keys``),
    else what the front matter says under the channel's name.
    """

    def __init__(
        self,
        document: Document,
        data: Mapping[str, Any],
        source: Source | None,
        keys: tuple[Key, ...] = (),
        *,
        rendered: bool = False,
    ) -> None:
        self.job = document.job
        self.document = document
        self.data = data
        self.keys = keys
        self._source = source
        self._rendered = rendered

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def part(self, name: str) -> Written:
        """The mapping below a key, with the same ways."""
        value = self.data.get(name)
        found = value if isinstance(value, dict) else {}
        if value is not None and not isinstance(value, dict):
            self.job.report(
                error("MN105", f"{name} must hold keys and values", self.span(name), "write `key: value` lines")
            )
        return Written(self.document, found, self._source, (*self.keys, name), rendered=self._rendered)

    def span(self, *names: Key) -> Span:
        """The place of a value: in the override, else in the front matter or the campaign."""
        if self._source is not None:
            return self._source.at(*self.keys, *names)
        return self.document.message.source.at(*names)

    def text(self, name: str, context: Context = Context.TEXT, *fields: str) -> str:
        """The text of a key; when it is not written, the first of these front matter fields that is."""
        if name in self.data:
            return self.render(self.data[name], (name,), context)
        for field in fields:
            found = self.document.field(field, context)
            if found.strip():
                return found
        return ""

    def render(self, value: object, names: tuple[Key, ...], context: Context) -> str:
        """A text of the override file through both stages."""
        return (
            self.document.slots.restore(self._sentinels(str(value), names), context)
            if self._is_text(value, names)
            else ""
        )

    def raw(self, *names: Key) -> str:
        """The text at these keys with its sentinels, for what needs more than a context (a link); '' when absent."""
        value: Any = self.data
        for name in names:
            try:
                value = value[name]
            except (KeyError, IndexError, TypeError):
                return ""
        return self._sentinels(str(value), names) if self._is_text(value, names) else ""

    def _is_text(self, value: object, names: tuple[Key, ...]) -> bool:
        if isinstance(value, dict | list):
            self.job.report(error("MN105", f"{names[-1]} must be a text", self.span(*names), "write it in one line"))
            return False
        return value is not None

    def _sentinels(self, text: str, names: tuple[Key, ...]) -> str:
        if self._rendered:
            return text
        source, keys = self._source, (*self.keys, *names)

        def locate(start: int, end: int) -> Span:
            return source.within(keys, start, end) if source is not None else self.span(*names)

        return self.document.value(text, locate)

    def tree(self, value: Any, names: tuple[Key, ...], context: Context) -> Any:
        """A YAML value with each of its texts rendered."""
        if isinstance(value, dict):
            return {key: self.tree(item, (*names, key), context) for key, item in value.items()}
        if isinstance(value, list):
            return [self.tree(item, (*names, number), context) for number, item in enumerate(value)]
        return self.render(value, names, context) if isinstance(value, str) else value

    def only(self, known: Iterable[str], code: str) -> None:
        """Report every key that this channel does not know."""
        names = tuple(known)
        for key in self.data:
            if key not in names:
                span = self._source.key(*self.keys, key) if self._source is not None else self.span(key)
                self.job.report(error(code, f'unknown key "{key}"', span, advice(key, names, what="keys")))


def read(document: Document) -> tuple[Written, bool]:
    """The override of this job's channel, else the front matter; and whether an override file was there."""
    job, channel = document.job, document.job.channel
    names = [f"{channel}.{job.stem}.yaml", f"{channel}.{job.locale}.yaml", f"{channel}.yaml"]
    found = job.override(*dict.fromkeys(names))
    if found is None:
        front = document.fields.get(channel)
        if isinstance(front, dict):
            return Written(document, front, document.message.source, (channel,), rendered=True), False
        return Written(document, {}, None), False
    parsed = yaml_source.parse(found.path, found.text)
    for diagnostic in parsed.diagnostics:
        job.report(diagnostic)
    data = parsed.data
    if not isinstance(data, dict):
        if data is not None and not parsed.failed:
            job.report(
                error("MN105", "this file must hold keys and values", Span(found.path), "write `key: value` lines")
            )
        data = {}
    return Written(document, data, parsed.source), True


def click(document: Document, target: str) -> str:
    """A target with sentinels as the template of a tracked link; empty when there is none."""
    target = document.slots.flat(target).strip()
    return document.slots.restore(document.text_link(target), Context.URL) if target else ""


def address(document: Document, name: str, span: Span) -> str:
    """An address for an asset of the project, or the address itself."""
    if name.startswith("https://"):
        return name
    return document.slots.restore(document.slots.value(document.asset(name, span), span), Context.URL)


def first_paragraph(document: Document) -> str:
    """The first paragraph of the body in one line, with sentinels: not in a block, and not one only some people see."""
    for node in document.nodes:
        if isinstance(node, Paragraph):
            words = " ".join(plain(node.children).split())
            if words:
                return words
    return ""


def used_assets(document: Document, outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """The assets that these outputs name (a block's text form rarely shows its picture)."""
    text = b"".join(output.data for output in outputs)
    return tuple(asset for asset in document.asset_outputs() if asset.path.encode() in text)


def read_message(job: Job) -> Document | None:
    """The message for a channel of short texts; a finding when there is none."""
    return read_document(job, "text")
