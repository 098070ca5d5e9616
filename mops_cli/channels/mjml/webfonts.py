"""The links to fonts on other hosts that npm mjml adds: which of them, and where."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        name: f"https://fonts.googleapis.com/css?family={name.replace(' ', '+')}:300,400,500,700"
        for name in ("Open Sans", "Droid Sans", "Lato", "Roboto", "Ubuntu")
    }
)
_USED = re.compile(r'font-family:([^"]*)"')
_AFTER = re.compile(r"\.mj-outlook-group-fix \{[^}]*\}\s*</style>\s*<!\[endif\]-->\s*")


def link(html: str, fonts: Mapping[str, str], inline: Sequence[str]) -> str:
    """Add the links of those fonts that the body or an inlined style sheet names, as npm mjml does."""
    body = html[html.find("<body") :]
    used = "\n".join(
        [*_USED.findall(body), *(part for css in inline for part in css.split("font-family:")[1:])]
    ).lower()
    urls = [url for name, url in fonts.items() if name.lower() in used]
    if not urls:
        return html
    links = "".join(f'<link href="{url}" rel="stylesheet" type="text/css">' for url in urls)
    imports = "".join(f"@import url({url});" for url in urls)
    tags = f'<!--[if !mso]><!-->{links}<style type="text/css">{imports}</style><!--<![endif]-->'
    found = _AFTER.search(html)
    at = found.end() if found else html.find("</head>")
    return html[:at] + tags + html[at:]
