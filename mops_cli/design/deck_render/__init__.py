"""Drawing decks: the page model becomes a display list, and the display list becomes SVG, PNG or PDF.

``lay_out`` (in :mod:`mops_cli.design.deck_render.layout`) sets all text with our own metrics and gives pages of
finished shapes; the writers only write them down. Nothing here reads a file: pictures and shown texts
come through a reader that the caller hands over.
"""
