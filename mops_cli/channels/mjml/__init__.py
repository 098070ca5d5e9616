"""MJML: validated by us, compiled by mrml, repaired by us. The door is :mod:`mops_cli.channels.mjml.compiler`."""

from mops_cli.channels.mjml.compiler import Compiled, compile_mjml
from mops_cli.channels.mjml.options import Included, MjmlOptions

__all__ = ["Compiled", "Included", "MjmlOptions", "compile_mjml"]
