"""Sphinx: MyST and Furo, nothing from another host."""

project = "MOPS"
author = "The MOPS developers"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "MOPS"
html_show_sourcelink = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
