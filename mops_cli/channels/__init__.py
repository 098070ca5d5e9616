"""One message, every channel. Each channel is one module with ``build(job) -> Result``.

A new channel is one module, one test file and one line in :data:`CHANNELS`.
"""

from __future__ import annotations

CHANNELS: dict[str, str] = {
    "email": "mops_cli.channels.email",
    "sms": "mops_cli.channels.sms",
    "push": "mops_cli.channels.push",
    "web": "mops_cli.channels.web",
    "social": "mops_cli.channels.social",
    "pdf": "mops_cli.channels.pdf",
    "print": "mops_cli.channels.printing",
    "chat": "mops_cli.channels.chat",
}
"""Channel name -> module, in the order in which they are built (email's attachments come from pdf)."""
