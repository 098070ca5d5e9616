"""Puts the pieces of a deck together in the order in which statements make them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mops_cli.design.deck.model import Canvas, Deck, Element, List, ListItem, Slide
from mops_cli.model.diagnostic import Diagnostic, Span, error

MAX_COMPLAINTS = 100


@dataclass(slots=True)
class _OpenSlide:
    slide: Slide
    elements: list[Element] = field(default_factory=list)
    mistaken: bool = False


@dataclass(slots=True)
class _OpenList:
    made: List
    items: list[ListItem] = field(default_factory=list)
    mistaken: bool = False


@dataclass(slots=True)
class Builder:
    """Collects slides and elements. What is left open at the end is closed, and said."""

    items: list[Slide | Element] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    canvas: Canvas | None = None
    layers: str = ""
    opened: Span | None = None
    ended: bool = False
    page: _OpenSlide | None = None
    listing: _OpenList | None = None
    complaints: list[Diagnostic] = field(default_factory=list)
    alt: str = ""

    def complain(self, message: str, span: Span, advice: str) -> None:
        """Keeps a finding about the order of things."""
        if len(self.complaints) < MAX_COMPLAINTS:
            self.complaints.append(error("MK106", message, span, advice))

    def open_deck(self, span: Span) -> None:
        """``deck``."""
        if self.opened is not None:
            self.complain("a second deck begins inside of the first", span, "write deck once, at the top")
        self.opened = self.opened or span

    def close_deck(self, span: Span) -> None:
        """``edeck``."""
        if self.opened is None:
            self.complain("edeck without deck", span, "write deck at the top")
        self.finish_slide("edeck")
        self.ended = True

    def open_slide(self, slide: Slide, *, mistaken: bool = False) -> None:
        """``slide``; of a mistaken one nothing more is said."""
        self.finish_slide("slide")
        self.page = _OpenSlide(slide, mistaken=mistaken)

    def close_slide(self, span: Span) -> None:
        """``eslide``."""
        self.finish_list("eslide")
        if self.page is None:
            self.complain("eslide without slide", span, "remove it, or begin the page with slide")
            return
        self.items.append(replace(self.page.slide, elements=tuple(self.page.elements)))
        self.page = None

    def finish_slide(self, before: str) -> None:
        """Closes a slide that the source has left open."""
        self.finish_list(before)
        if self.page is not None:
            span = self.page.slide.span
            if not self.page.mistaken:
                self.complain(f"slide is not closed before {before}", span, "end the page with eslide")
            self.close_slide(span)

    def open_list(self, made: List, *, mistaken: bool = False) -> None:
        """``list`` and its kin; of a mistaken one nothing more is said."""
        self.finish_list("the next list")
        self.listing = _OpenList(made, mistaken=mistaken)

    def close_list(self, span: Span) -> None:
        """``elist``."""
        if self.listing is None:
            self.complain("elist without list", span, "remove it, or begin with list, blist, nlist or clist")
            return
        made, self.listing = self.listing, None
        self.put(replace(made.made, items=tuple(made.items)))

    def finish_list(self, before: str) -> None:
        """Closes a list that the source has left open."""
        if self.listing is not None:
            span = self.listing.made.span
            if not self.listing.mistaken:
                self.complain(f"the list is not closed before {before}", span, "end it with elist")
            self.close_list(span)

    def add(self, element: Element) -> None:
        """Puts an element where things stand: into the list, the slide, or beside."""
        if isinstance(element, ListItem) and self.listing is not None:
            self.listing.items.append(element)
            return
        if isinstance(element, ListItem):
            self.complain("li outside of a list", element.span, "put it between list and elist")
        self.put(element)

    def put(self, element: Element) -> None:
        """Puts a whole element on the page."""
        if self.alt:
            element = replace(element, alt=self.alt) if not isinstance(element, ListItem) else element
            self.alt = ""
        if self.page is not None:
            self.page.elements.append(element)
        else:
            self.items.append(element)

    def change_slide(self, **fields: str) -> bool:
        """Adds a note, a title or the like to the open slide."""
        if self.page is None:
            return False
        self.page.slide = replace(self.page.slide, **fields)  # type: ignore[arg-type]
        return True

    def deck(self, path: str, canvas: Canvas) -> Deck:
        """The finished deck."""
        self.finish_slide("the end")
        if self.opened is not None and not self.ended:
            self.complain("deck is not closed", self.opened, "end the file with edeck")
        return Deck(
            items=tuple(self.items),
            complete=self.opened is not None and self.ended,
            canvas=self.canvas,
            compiled_for=canvas,
            layers=self.layers,
            meta=tuple(self.meta.items()),
            path=path,
        )
