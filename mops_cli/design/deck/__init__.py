"""The deck language: slides, shapes, text and charts on a percent grid, written as text.

``compile_deck`` (in :mod:`mops_cli.design.deck.compiler`) turns a source into the frozen model of
:mod:`mops_cli.design.deck.model`; drawing the model is somebody else's business. Nothing here reads
a file: included parts, data and maps come in through a reader that the caller hands over.
"""
