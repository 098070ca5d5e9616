"""MJML to HTML. The only door to mrml (the package ``mjml``)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels.mjml import balance, fluid, includes, outlook, placement, remote, webfonts
from mops_cli.channels.mjml.complete import complete, hero_ratio
from mops_cli.channels.mjml.options import MjmlOptions
from mops_cli.channels.mjml.parse import parse
from mops_cli.channels.mjml.places import Places
from mops_cli.channels.mjml.repair import KNOWN, Disguise, Writer
from mops_cli.channels.mjml.tree import COMMENT, Node
from mops_cli.channels.mjml.validate import validate
from mops_cli.model.diagnostic import in_order

if TYPE_CHECKING:
    from mops_cli.channels.mjml.options import Locate
    from mops_cli.model.diagnostic import Diagnostic

_POSITION = re.compile(r"at position (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Compiled:
    """The HTML ("" when there is none) and what was found."""

    html: str
    diagnostics: list[Diagnostic]


class _EngineError(Exception):
    """What mrml said, and the offset it named (-1: none)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        found = _POSITION.search(message)
        self.offset = int(found[1]) if found else -1


def compile_mjml(source: str, *, locate: Locate, options: MjmlOptions | None = None) -> Compiled:
    """Compile one document.

    Args:
        source: MJML in which template tags are sentinels.
        locate: maps an offset of ``source`` to the author's place.
        options: see :class:`MjmlOptions`.

    Returns:
        The HTML, still with the caller's sentinels, and every finding in order of place. Never raises for content.
    """
    options = options or MjmlOptions()
    places = Places()
    nodes = parse(source, places.add(source, locate), places)
    root = _root(nodes, source, places)
    if root is None:
        return Compiled("", in_order(places.found))
    includes.resolve(root, options.path, options.read, places)
    if options.validate:
        validate(root, places)
        placement.check(root, options.statements, places)
    html = _Compilation(root, source, options, places).run()
    if options.validate:
        balance.check(html, options.statements, places)
    return Compiled(html, in_order(places.found))


def _root(nodes: list[Node], source: str, places: Places) -> Node | None:
    root = next((node for node in nodes if node.tag == "mjml"), None)
    if root is None:
        places.error(
            "ME208", "the document has no `<mjml>` element", 0, min(len(source), 1), "Wrap it: `<mjml> ... </mjml>`."
        )
        return None
    for node in nodes:
        if node is not root and node.tag != COMMENT:
            places.error(
                "ME208",
                "this stands outside `<mjml>`",
                node.start,
                min(node.open_end or node.end, node.start + 40),
                "A document is one `<mjml>` element; move this inside it.",
            )
    return root


class _Compilation:
    """The steps around the engine, for one document."""

    def __init__(self, root: Node, source: str, options: MjmlOptions, places: Places) -> None:
        self.root = root
        self.options = options
        self.places = places
        self.disguise = Disguise(source)
        self.inline: list[str] = []
        self.selectors: list[Node] = []
        self.fonts: dict[str, str] = {}
        self.first: list[str] = []
        self.taken: set[int] = set()

    def run(self) -> str:
        """The finished HTML, or "" when the engine refuses and a finding says why."""
        self._take()
        defaults = complete(self.root)
        if self.options.validate and not self.options.google_fonts:
            remote.check(self.root, defaults, self.places)
        writer = Writer(self.disguise, self.taken, comments=self.options.keep_comments)
        text = writer.write(self.root)
        if "<mj-body" not in text:
            return ""
        try:
            html = _engine(text)
        except _EngineError as problem:
            self._explain(problem, writer)
            return ""
        written = writer.body()
        heroes = [hero_ratio(node, defaults) for node in written if node.tag == "mj-hero"]
        if any(heroes):
            html = fluid.stretch(html, heroes)
        html = outlook.widen_group_cells(html, written, defaults)
        return self._finish(self.disguise.reveal(html))

    def _take(self) -> None:
        """Take out what the engine cannot do and we do ourselves."""
        for tag in ("mj-head", "mj-body"):
            extra = [child for child in self.root.children if child.tag == tag][1:]
            self.taken.update(id(node) for node in extra)
        for child in self.root.children:
            if child.tag == "mj-raw":
                self.taken.add(id(child))
                if child.get("position") == "file-start":
                    self.first.append(child.text.strip())
        head = self.root.find("mj-head")
        for child in head.children if head else ():
            self._take_from_head(child)
        if self.options.font_family:
            self._default_font(head)

    def _take_from_head(self, node: Node) -> None:
        if node.tag == "mj-style" and node.get("inline") == "inline":
            self.inline.append(node.text)
        elif node.tag == "mj-html-attributes":
            self.selectors.append(node)
        elif node.tag == "mj-font":
            self._font(node)
        else:
            return
        self.taken.add(id(node))

    def _font(self, node: Node) -> None:
        if self.options.google_fonts:
            self.fonts[node.get("name")] = node.get("href")
            return
        self.places.warning(
            "ME404",
            "`mj-font` would ask another host for a font in every mail; it is left out",
            node.start,
            node.open_end,
            "Name a font family with fallbacks in `font-family`, and keep brand fonts in `brand/fonts.yaml`.",
        )

    def _default_font(self, head: Node | None) -> None:
        """MJML's own default family is a Google font; the brand's takes its place unless the document says one."""
        defaults = [child for child in head.children if child.tag == "mj-attributes"] if head else []
        if any(node.tag == "mj-all" and node.get("font-family") for group in defaults for node in group.children):
            return
        every = Node("mj-all", 0)
        every.add("font-family", self.options.font_family)
        group = Node("mj-attributes", 0)
        group.children.append(every)
        if head is None:
            head = Node("mj-head", 0)
            self.root.children.insert(0, head)
        head.children.insert(0, group)

    def _finish(self, html: str) -> str:
        if self.options.google_fonts:
            html = webfonts.link(html, {**webfonts.DEFAULTS, **self.fonts}, self.inline)
        if self.selectors:
            from mops_cli.channels.mjml import htmlattributes

            html = htmlattributes.apply(html, self.selectors, self.places)
        if any(css.strip() for css in self.inline):
            from mops_cli.channels.mjml import inline

            html = inline.apply(html, "\n".join(self.inline))
        if self.first:
            html = "\n".join([*self.first, html])
        return html

    def _explain(self, problem: _EngineError, writer: Writer) -> None:
        """Say where the engine stopped, unless an earlier finding already explains it."""
        if self.places.failed:
            return
        node = self._at(problem.offset, writer) if problem.offset >= 0 else self._culprit()
        self.places.error(
            "ME401",
            f"the MJML compiler refuses `{node.tag}` here: {_POSITION.sub('', str(problem)).strip()}",
            node.start,
            max(node.open_end, node.start + 1),
            "Check where this element may stand and what it may contain.",
        )

    def _at(self, offset: int, writer: Writer) -> Node:
        index = bisect_right(writer.marks, offset, key=lambda mark: mark[0])
        return writer.marks[max(index - 1, 0)][1]

    def _culprit(self) -> Node:
        """The smallest element without which the document compiles."""
        node = self.root
        for _ in range(64):
            inner = next((child for child in node.children if self._compiles_without(child)), None)
            if inner is None:
                return node
            node = inner
        return node

    def _compiles_without(self, node: Node) -> bool:
        if id(node) in self.taken or node.tag not in KNOWN:
            return False
        self.taken.add(id(node))
        try:
            _engine(Writer(self.disguise, self.taken, comments=False).write(self.root))
        except _EngineError:
            return False
        finally:
            self.taken.discard(id(node))
        return True


def _engine(text: str) -> str:
    """One call of mrml. It knows no fonts: links are our business."""
    from mjml import mjml2html

    try:
        html: str = mjml2html(text, fonts={})
    except ValueError as problem:
        raise _EngineError(str(problem)) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise _EngineError("internal error of the compiler") from problem
    return html
