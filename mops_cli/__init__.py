"""MOPS: marketing operations as code.

Content written once in git becomes every channel's message, on brand; a plan shows who gets what
before anything is sent. The public surface is the command ``mops``.
"""

__version__ = "0.1.0"
