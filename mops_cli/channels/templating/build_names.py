"""What build-time templates may say: ``brand``, ``tokens``, ``campaign``, ``message``, ``asset()``, ``t()``, …."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating.countries import country
from mops_cli.channels.templating.expressions import Expression, Markup
from mops_cli.channels.templating.running import Callable_, Node
from mops_cli.channels.templating.words import is_dynamic
from mops_cli.model.base import plain
from mops_cli.model.brand import Color
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mops_cli.channels.assets import AssetBook
    from mops_cli.channels.base import Job
    from mops_cli.channels.templating.build_stage import BuildStage
    from mops_cli.model.brand import Token, Tokens
    from mops_cli.model.content import MessageFile

_TAG = re.compile(r"\[\[|\[%|\{\{|\{%|\{#")
KNOWN_FIELDS = ("subject", "preheader", "headline", "summary", "link")
"""Fields that every message has; one that is not written is empty, and its channel says what it needs."""
RESERVED = frozenset({"brand", "tokens", "project", "campaign", "locale", "message", "vars", "t", "asset", "variants"})


class BuildNames:
    """The names of one document."""

    def __init__(self, job: Job, stage: BuildStage, assets: AssetBook | None, extra: Mapping[str, object]) -> None:
        self._job = job
        self._stage = stage
        self._assets = assets
        self._extra = extra
        self._fixed: dict[str, object] | None = None
        self._fields = Fields(job, stage)

    def field(self, name: str) -> str | None:
        """A front matter field, rendered."""
        return str(self._fields[name]) if name in self._fields else None

    def for_text(self, text: str, names: Mapping[str, object]) -> dict[str, object]:
        """The names for one template. Fields with tags of their own are rendered only when they are mentioned."""
        if self._fixed is None:
            self._fixed = self._make()
        found = dict(self._fixed)
        more = "include" in text or "import" in text
        for name in self._fields.names():
            if (
                name not in RESERVED
                and (more or name in text or not self._fields.tagged(name))
                and not self._fields.busy(name)
            ):
                found.setdefault(name, self._fields[name])
        found.update(self._extra)
        found.update(names)
        return found

    def include(self, name: str) -> TextFile | None:
        """The file of an ``[% include %]``: a snippet or layout by name, then the campaign's folder, then ``content/``."""
        job = self._job
        if name.startswith("snippets/"):
            snippet = job.snippet(re.sub(r"\.md$", "", name.removeprefix("snippets/")))
            if snippet is not None:
                return snippet
        path = job.find_asset(name)
        if path is None and job.files.exists(f"mops:{name}"):
            path = f"mops:{name}"
        if path is None:
            return None
        return TextFile(path, job.read(path).decode("utf-8", "replace"))

    def include_advice(self, name: str) -> str:
        """What could have been meant."""
        folders = (f"{self._job.folder.folder}/", "content/")
        known = [path.removeprefix(folder) for folder in folders for path in self._job.files.listing(folder)]
        known += [f"snippets/{one}.md" for one in self._job.repository.snippets]
        return advice(
            name,
            [one for one in known if one.endswith((".md", ".mjml", ".html", ".txt"))],
            what="files",
            none="files are looked for in the campaign's folder, then in content/",
        )

    def _make(self) -> dict[str, object]:
        job = self._job
        project = job.config.project
        about = plain(job.campaign)
        campaign = {name: about[name] for name in ("title", "topic", "tags", "theme", "utm", "vars")}
        campaign["id"] = job.folder.id
        return {
            "brand": self._brand(),
            "tokens": token_names(job),
            "project": plain(project),
            "campaign": campaign,
            "vars": dict(job.campaign.vars),
            "locale": job.locale,
            "channel": job.channel,
            "variant": job.variant,
            "message": self._fields,
            "t": Callable_(self._stage.translate),
            "asset": Callable_(self._asset),
        }

    def _brand(self) -> dict[str, object]:
        identity = self._job.repository.brand.identity
        values: dict[str, object] = {"name": self._job.config.project.name}
        if identity is not None:
            self._job.inputs.add(identity.path)
            values.update(plain(identity.value))
            values["address"] = {
                **plain(identity.value.address),
                "country": country(self._job, identity.value.address.country),
            }
        return values

    def _asset(self, name: object) -> object:
        if isinstance(name, Expression) or self._assets is None:
            return name
        asset = self._assets.use(str(name), self._stage.here())
        return Expression(f'links.asset("{asset.out}")') if asset is not None else ""


class Fields(dict[str, Any]):
    """The front matter of the message; a field with tags is rendered when it is first asked for."""

    def __init__(self, job: Job, stage: BuildStage) -> None:
        super().__init__()
        self._stage = stage
        self._message = job.message()
        self._job = job
        self._busy: list[str] = []
        self._raw = _merged(self._message, job.variant)

    def names(self) -> tuple[str, ...]:
        """All fields."""
        return tuple(self._raw)

    def tagged(self, name: str) -> bool:
        """Whether a field holds tags."""
        value = self._raw[name][0]
        return isinstance(value, str) and _TAG.search(value) is not None

    def busy(self, name: str) -> bool:
        """Whether a field is being rendered right now."""
        return name in self._busy

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __getitem__(self, name: str) -> Any:
        if not super().__contains__(name):
            super().__setitem__(name, self._render(name))
        return super().__getitem__(name)

    def _render(self, name: str) -> object:
        value, keys = self._raw[name]
        message = self._message
        if message is None:
            return value
        if isinstance(value, list | tuple):
            return [self._nested(item, (*keys, number)) for number, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._nested(item, (*keys, str(key))) for key, item in value.items()}
        if not isinstance(value, str):
            return value
        locate = self._locate(keys)
        if name in self._busy:
            chain = " -> ".join([*self._busy[self._busy.index(name) :], name])
            self._job.report(
                error(
                    "MT209",
                    f"the fields go round in a circle: {chain}",
                    locate(0, len(value)),
                    "let one of them stand on its own",
                )
            )
            return ""
        self._busy.append(name)
        try:
            text = self._stage.render_value(value, locate)
        finally:
            self._busy.pop()
        return self._settled(text, locate(0, len(value)))

    def _nested(self, value: object, keys: tuple[str | int, ...]) -> object:
        """A value inside a list or a mapping of the front matter."""
        if isinstance(value, list | tuple):
            return [self._nested(item, (*keys, number)) for number, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._nested(item, (*keys, str(key))) for key, item in value.items()}
        if not isinstance(value, str) or not _TAG.search(value):
            return value
        locate = self._locate(keys)
        return self._settled(self._stage.render_value(value, locate), locate(0, len(value)))

    def _settled(self, text: str, span: Span) -> object:
        flat = self._stage.slots.flat(text)
        return self._finished(text, span) if is_dynamic(flat) else flat

    def _finished(self, text: str, span: Span) -> object:
        """A field with recipient-time tags: one alone is an expression, more are finished text."""
        alone = self._stage.slots.only_expression(text)
        return alone if alone is not None else Markup(self._stage.slots.value(text, span))

    def _locate(self, keys: tuple[str | int, ...]) -> Callable[[int, int], Span]:
        message = self._message
        assert message is not None
        return lambda start, end: message.source.within(keys, start, end)


def _merged(message: MessageFile | None, variant: str) -> dict[str, tuple[object, tuple[str | int, ...]]]:
    """The fields with their key paths; what stands under ``variants:`` for this arm wins."""
    if message is None:
        return {}
    found: dict[str, tuple[object, tuple[str | int, ...]]] = {name: ("", (name,)) for name in KNOWN_FIELDS}
    found |= {str(name): (value, (name,)) for name, value in message.front.items() if name != "variants"}
    arms = message.front.get("variants")
    arm = arms.get(variant) if isinstance(arms, dict) and variant else None
    if isinstance(arm, dict):
        found.update({str(name): (value, ("variants", variant, str(name))) for name, value in arm.items()})
    return found


def token_names(job: Job) -> Node:
    """The tokens as nested names, made once per theme."""
    tokens = job.tokens()
    key = ("templating.tokens", id(tokens))
    held = job.shared.get(key)
    if not isinstance(held, tuple) or held[0] is not tokens:
        held = (tokens, _tree(tokens))
        job.shared[key] = held
    tree: Node = held[1]
    return tree


def _tree(tokens: Tokens) -> Node:
    root = Node({}, what="tokens")
    for path, token in tokens.tokens.items():
        here = root
        for part in path.split("."):
            here = here.setdefault(part, Node({}, what=path))
        here.shown = _shown(token)
        for name, value in (("value", token.value), ("extensions", dict(token.extensions))):
            here.setdefault(name, str(value) if isinstance(value, Color) else value)
        if isinstance(token.value, Color):
            here.setdefault("hex", token.value.hex)
            here.setdefault("css", token.value.css or token.value.hex)
    return root


def _shown(token: Token) -> str:
    return token.value.hex if isinstance(token.value, Color) else token.text
