"""A message read once for a channel: its fields, its tree, and its renderings.

Build-time statements run first, then recipient-time tags become sentinels, then Markdown is read; each
rendering puts the brand's blocks in their form for the medium. See docs/explanation/templates.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.channels import plaintext
from mops_cli.channels.assets import AssetBook
from mops_cli.channels.deck_figures import BLOCK, data_address, deck_names
from mops_cli.channels.links import LinkTable
from mops_cli.channels.markup import chat as chat_markup
from mops_cli.channels.markup.blocks import Properties
from mops_cli.channels.markup.html import HtmlHooks, html
from mops_cli.channels.markup.markdown import Reader
from mops_cli.channels.markup.mjml import Flow, Level, MjmlHooks, form_level
from mops_cli.channels.markup.regions import pair
from mops_cli.channels.templating.build_stage import BuildStage
from mops_cli.channels.templating.escapes import Address
from mops_cli.channels.templating.expressions import Expression, Later, Markup
from mops_cli.channels.templating.linemap import MappedBuilder, MappedText, Origin
from mops_cli.channels.templating.running import Callable_
from mops_cli.channels.templating.slots import Context, SlotTable, is_dynamic, is_statement_line
from mops_cli.channels.webfonts import mail_faces
from mops_cli.content.references import no_message
from mops_cli.design.font_faces import guarded, web_stack
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.channels.assets import Asset
    from mops_cli.channels.base import Job
    from mops_cli.channels.decks import Studio
    from mops_cli.channels.markup.nodes import BlockUse, Image, Node
    from mops_cli.model.artifact import Output
    from mops_cli.model.content import Block, MessageFile, TextFile
    from mops_cli.model.source import Source

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "ur", "yi"})
_SAYS_CONTENT = re.compile(r"\bcontent\b|\[%-?\s*(?:include|import|extends)\b")
FORMS = {"email": "email.mjml", "web": "html.html", "pdf": "html.html", "text": "text.txt"}
"""The form of a block for each medium; chat services take the text form."""


def document(job: Job, medium: str) -> Document | None:
    """The message of a job, read for a medium; None when there is none or it cannot be read (see ``job.found``)."""
    message = job.message()
    if message is None:
        if job.locale in job.config.project.locales:  # else the locale itself is the mistake
            job.report(no_message(job.folder, job.config, job.locale))
        return None
    found = Document(job, message, medium)
    found.read()
    return None if job.failed else found


@dataclass(slots=True)
class Document:
    """One message for one medium (``email``, ``web``, ``pdf``, or ``text`` for SMS, push and chat)."""

    job: Job
    message: MessageFile
    medium: str
    fields: dict[str, object] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    slots: SlotTable = field(init=False)
    stage: BuildStage = field(init=False)
    links: LinkTable = field(init=False)
    book: AssetBook = field(init=False)
    font_files: tuple[Output, ...] = ()
    figures: int = 0
    _studio: Studio | None = None

    def __post_init__(self) -> None:
        """Open the books: slots, links, assets."""
        job = self.job
        self.slots = SlotTable(job.report)
        self.links = LinkTable({}, urlsplit(job.config.project.url).hostname or "")
        self.book = AssetBook(job, draw_svg=self.medium in ("email", "text"), studio=self.studio)
        names = {
            "direction": self.direction,
            "fonts": self.fonts,
            "font_faces": Later(self._font_faces),
            "medium": self.medium,
            "asset": Callable_(lambda name: self.asset(str(name), self.stage.here())),
        }
        self.stage = BuildStage(job, self.slots, names=names, assets=self.book)

    # -- fields

    def field(self, name: str, context: Context, default: str = "") -> str:
        """A front matter field as a finished template."""
        value = self.fields.get(name)
        if value is None:
            return default
        # As a value: what the author wrote in a field is text, wherever it lands.
        return self.slots.restore(self.slots.value(str(value), self.span(name)), context)

    def span(self, name: str) -> Span:
        """Where a field stands."""
        return self.message.source.at(name)

    def value(self, text: str, locate: Callable[[int, int], Span]) -> str:
        """A one-line text of another file through the build stage; ``locate`` gives places in it."""
        return self.stage.render_value(text, locate)

    @property
    def direction(self) -> str:
        """``rtl`` for right-to-left languages, else ``ltr``."""
        return "rtl" if self.job.locale.split("-", maxsplit=1)[0].lower() in RIGHT_TO_LEFT else "ltr"

    @property
    def fonts(self) -> dict[str, str]:
        """CSS font stacks by role; ``body`` and ``heading`` are always there."""
        loaded = self.job.repository.brand.fonts
        stacks: dict[str, str] = {}
        if loaded is not None:
            for name, role in loaded.value.roles.items():
                names = (role.family, *role.fallback)
                if self.medium == "web" and role.files:
                    names = web_stack(role.family, role.fallback)
                own = [f"'{family}'" for family in names[: len(names) - len(role.fallback)]]
                stacks[name] = ", ".join([*own, *role.fallback])
        stacks.setdefault("body", "Helvetica, Arial, sans-serif")
        stacks.setdefault("heading", stacks["body"])
        return stacks

    # -- renderings

    def to_html(self) -> str:
        """The body as HTML with sentinels, blocks in their ``html.html`` form."""
        return html(self.nodes, self._html_hooks())

    def to_mjml(self) -> MappedText:
        """The body as MJML sections with sentinels, blocks in their ``email.mjml`` form."""
        return Flow(self._mjml_hooks()).sections(self.nodes)

    def to_text(self, link: Callable[[str], str] | None = None) -> str:
        """The body as text with sentinels; ``link`` gives the address to print for a target."""
        return plaintext.text(self.nodes, self._text_hooks(link or self.text_link))

    def to_markup(self, dialect: str) -> str:
        """The body in a chat service's markup (slack, telegram, discord), with sentinels."""
        return chat_markup.chat(self.nodes, chat_markup.DIALECTS[dialect], self._chat_hooks(dialect))

    def template(self, file: TextFile, names: Mapping[str, object] | None = None, first_line: int = 1) -> MappedText:
        """A layout or an override file with its build-time part done."""
        return self.stage.render(file.text, file.path, first_line, names)

    def in_layout(self, layout: TextFile, content: MappedText, names: Mapping[str, object] | None = None) -> MappedText:
        """A layout with the content put where it says ``[[ content ]]``."""
        if self.medium in ("email", "web") and not _SAYS_CONTENT.search(layout.text):
            help_text = "write `[[ content ]]` where the message belongs"
            self.job.report(error("MT514", "this layout has no place for the message", Span(layout.path), help_text))
        return self.template(layout, {"content": content, **(names or {})})

    # -- links and assets

    def text_link(self, href: str) -> str:
        """What a text prints for a target: a tracked link, or the address itself when it differs by recipient."""
        if is_dynamic(href) or not href.startswith(("http://", "https://")):
            return href.removeprefix("mailto:").removeprefix("tel:")
        target = self.slots.flat(href)
        return self.slots.expression(self.links.click(target), Span(self.message.path))

    def _text_url(self, href: str, span: Span) -> object:
        if is_dynamic(href) or not href.startswith(("http://", "https://")):
            return href
        return Expression(self.links.click(href), span)

    def asset(self, name: str, span: Span) -> object:
        """What a template prints for an asset in this medium."""
        found = self.book.use(name, span)
        if found is None:
            return ""
        if self.medium == "pdf":
            return Address(data_address(found.data.decode())) if found.path.endswith(".dsh") else found.path
        return self.address(found, span)

    def address(self, found: Asset, span: Span) -> object:
        """Where a mail, a page or a service finds an asset."""
        if self.medium == "email" and self.images == "cid":
            return Address(f"cid:{found.out.removeprefix('assets/')}")
        return Expression(f'links.asset("{found.out}")', span)

    @property
    def images(self) -> str:
        """How mails carry pictures: ``hosted`` or ``cid``."""
        settings = self.job.campaign.channels.email
        return (settings.images if settings else None) or self.job.config.email.images

    def asset_outputs(self) -> tuple[Output, ...]:
        """The assets in use, for ``dist/assets/``."""
        return (*self.book.outputs(), *self.font_files) if self.medium != "pdf" else ()

    def studio(self) -> Studio:
        """What the decks of this message are made with."""
        if self._studio is None:
            from mops_cli.channels.deck_values import studio_of

            self._studio = studio_of(self)
        return self._studio

    def _font_faces(self) -> object:
        """What ``[[ font_faces ]]`` prints: the brand's fonts for a mail, out of Outlook's sight. Pages get theirs unasked."""
        if self.medium != "email":
            return ""
        place = self.stage.here()
        faces = mail_faces(
            self.job, self.message.source.text, lambda path: self.slots.expression(f'links.asset("{path}")', place)
        )
        self.font_files = faces.outputs
        return Markup(guarded(faces.css))

    # -- reading

    def read(self) -> None:
        """Read fields and body; what is wrong is reported to the job."""
        self._read_fields()
        utm = {"medium": self.job.channel, **self.job.campaign.utm} if self.job.campaign.utm else {}
        source = self.job.folder.campaign.source
        rendered = {
            name: self.slots.flat(self.value(value, _place(source, ("utm", name)))) for name, value in utm.items()
        }
        self.links = LinkTable(rendered, urlsplit(self.job.config.project.url).hostname or "")
        body = self.stage.render(self.message.body, self.message.path, self.message.body_line)
        reader = Reader(lambda n: body.line_span(n + 1), self._statement, self.job.report)
        self.nodes = pair(reader.read(body.text), self.job.report)

    def _read_fields(self) -> None:
        front = dict(self.message.front)
        variants = front.pop("variants", None)
        keys: dict[str, tuple[str | int, ...]] = {name: (name,) for name in front}
        if self.job.variant and isinstance(variants, dict) and isinstance(variants.get(self.job.variant), dict):
            for name, value in variants[self.job.variant].items():
                front[name] = value
                keys[name] = ("variants", self.job.variant, name)
        for name, value in front.items():
            self.fields[name] = self._field(value, keys[name])

    def _field(self, value: object, keys: tuple[str | int, ...]) -> object:
        if isinstance(value, str):
            return self.value(value, _place(self.message.source, keys))
        if isinstance(value, list | tuple):
            return [self._field(item, (*keys, number)) for number, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self._field(item, (*keys, str(name))) for name, item in value.items()}
        return value

    def _statement(self, text: str) -> str | None:
        if not is_statement_line(text):
            return None
        slots = self.slots.of(text)
        return slots[0].text if len(slots) == 1 else None

    # -- blocks

    def _block(self, use: BlockUse) -> Block | None:
        block = self.job.block(use.name)
        if block is None:
            known = self.job.repository.blocks
            self.job.inputs.add(f"content/blocks/{use.name}/block.yaml")
            self.job.inputs.update(self.job.files.listing(f"content/blocks/{use.name}"))
            self.job.report(
                error("MT505", f"there is no block `{use.name}`", use.span, advice(use.name, known, what="blocks"))
            )
            return None
        return block

    def _form(self, use: BlockUse, medium: str) -> tuple[Block, TextFile] | None:
        block = self._block(use)
        if block is None:
            return None
        name = FORMS[medium]
        form = block.forms.get(name)
        if form is None:
            folder = block.source.path.rsplit("/", 1)[0]
            self.job.report(
                error("MT513", f"block `{use.name}` has no form for {medium}", use.span, f"add {folder}/{name}")
            )
            return None
        return block, form

    def render_block(self, use: BlockUse, medium: str, bodies: Mapping[str, Callable[[], MappedText]]) -> MappedText:
        """A block's form with its properties; ``bodies`` maps ``body`` and ``body_html`` to their renderings."""
        found = self._form(use, medium)
        if found is None:
            return MappedText("", [])
        block, form = found
        names = self._names_of(use, block, medium)
        if names is None:
            return MappedText("", [])
        # Only what the form mentions is rendered: both forms of a long body would cost twice.
        inner = {name: render() if use.children else "" for name, render in bodies.items() if name in form.text}
        return self.template(form, {**names, **inner})

    def _names_of(self, use: BlockUse, block: Block, medium: str) -> Mapping[str, object] | None:
        """What a block's form may say: ``props`` and, for a deck, its ``picture``."""
        url = self._text_url if medium == "text" else lambda address, _span: address
        if use.name == BLOCK:
            return deck_names(self, use, block, medium, url)
        values = Properties(self.slots, self.job.report, self.asset, url, self.stage.type_of).of(use, block)
        return None if values is None else {"props": values}

    def figure(self, use: BlockUse) -> dict[str, object] | None:
        """``src`` and ``alt`` of a ``::: deck`` for a service that takes one picture; None when there is none."""
        block = self.job.block(use.name)
        names = deck_names(self, use, block, "picture", self._text_url) if block else None
        return None if names is None else {**names["picture"], "alt": names["props"]["alt"]}

    # -- hooks of the media

    def _html_hooks(self) -> HtmlHooks:
        medium = "pdf" if self.medium == "pdf" else "web"
        hooks: HtmlHooks

        def block(use: BlockUse) -> str:
            body = {"body": lambda: mapped(html(use.children, hooks), use.span)}
            return self.render_block(use, medium, {**body, "body_html": body["body"]}).text

        hooks = HtmlHooks(block, self._img)
        return hooks

    def _img(self, image: Image) -> str:
        source = self._image_source(image, image.span or Span(self.message.path, self.message.body_line))
        title = f' title="{escape(image.title)}"' if image.title else ""
        return f'<img src="{escape(source)}" alt="{escape(image.alt)}"{title}>'

    def _image_source(self, image: Image, span: Span) -> str:
        if image.src.startswith(("http://", "https://")) or is_dynamic(image.src):
            return image.src
        return self.slots.value(self.asset(self.slots.flat(image.src), span), span)

    def _mjml_hooks(self) -> MjmlHooks:
        inner = self._html_hooks()

        def level(use: BlockUse) -> Level:
            block = self.job.repository.blocks.get(use.name)
            form = block.forms.get("email.mjml") if block else None
            return form_level(form.text) if form else Level.COLUMN

        def block(use: BlockUse) -> MappedText:
            bodies = {
                "body": lambda: Flow(self._mjml_hooks()).column(use.children),
                "body_html": lambda: mapped(html(use.children, inner), use.span),
            }
            return self.render_block(use, "email", bodies)

        return MjmlHooks(level, block, self._image_source, inner)

    def _text_hooks(self, link: Callable[[str], str]) -> plaintext.TextHooks:
        hooks: plaintext.TextHooks

        def block(use: BlockUse) -> str:
            body = {"body": lambda: mapped(plaintext.text(use.children, hooks), use.span)}
            return self.render_block(use, "text", {**body, "body_html": body["body"]}).text

        hooks = plaintext.TextHooks(block, link)
        return hooks

    def _chat_hooks(self, dialect: str) -> chat_markup.ChatHooks:
        hooks: chat_markup.ChatHooks

        def block(use: BlockUse) -> str:
            inner = chat_markup.DIALECTS[dialect]
            body = {"body": lambda: mapped(chat_markup.chat(use.children, inner, hooks), use.span)}
            return self.render_block(use, "text", {**body, "body_html": body["body"]}).text.strip()

        hooks = chat_markup.ChatHooks(block)
        return hooks


def mapped(text: str, span: Span) -> MappedText:
    """A text that stands, as a whole, for one place of the author's."""
    builder = MappedBuilder()
    builder.add(text, Origin(span.path, "", locate=lambda _start, _end: span), 0, exact=False, end=1)
    return builder.done()


def _place(source: Source, keys: tuple[str | int, ...]) -> Callable[[int, int], Span]:
    return lambda start, end: source.within(keys, start, end)
