"""How many open MJML documents come out equal to npm mjml 4.18: with mjml-python alone, and after our steps.

    python benchmarks/mjml_equivalence.py [--show NAME]

Prints one JSON line a set. The documents and the expected HTML lie in the open sample data beside the clone.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mjml"
SETS = ("mrml_compare", "mjml_docs")

_TOKEN = re.compile(
    r"<!--\[if [^\]]*\]>(?:<!-->)?|(?:<!--)?<!\[endif\]-->|<!--.*?-->|<style[^>]*>.*?</style>"
    r"|</?[a-zA-Z!?](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
_RANDOM = re.compile(r"(?<![#0-9a-zA-Z])(?:[0-9a-f]{16}|[0-9]{8})(?![0-9a-zA-Z])")


_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "v:image", "v:fill"))
_COLUMNS = re.compile(r"(?:(?:\.moz-text-html )?\.mj-column-p[^{}]+\{[^{}]*\})+")
_WIDTH_CLASS = re.compile(r"(mj-column-per-\d+-\d\d)\d+")


def normalise(html: str) -> list[str]:
    """The tokens of a mail without the differences that mean nothing."""
    seen: dict[str, str] = {}
    html = _RANDOM.sub(lambda found: seen.setdefault(found.group(), f"id{len(seen)}"), html)
    html = _WIDTH_CLASS.sub(r"\1", html)
    tokens: list[str] = []
    for token in _TOKEN.findall(html):
        for item in _normal(token):
            _push(tokens, item)
    return tokens


def _push(tokens: list[str], item: str) -> None:
    """Append, merging adjacent conditional blocks with the same condition."""
    if item.startswith("<!--[if") and tokens and tokens[-1] == "<![endif]-->":
        opener = next((t for t in reversed(tokens) if t.startswith("<!--[if")), "")
        if opener == item and not item.endswith("<!-->"):
            tokens.pop()
            return
    tokens.append(item)


def _normal(token: str) -> list[str]:
    if token.startswith("<!--[if"):
        return [re.sub(r"\s+", " ", token)]
    if token.endswith("<![endif]-->"):
        return [token]
    if token.startswith("<!--"):
        return []
    if token.lower().startswith("<style"):
        opening, _, rest = token.partition(">")
        css = _css(rest[: rest.rindex("<")])
        return [_tag(opening + ">"), css, "</style>"] if css else []
    if token.startswith("<") and len(token) > 1:
        shown = _tag(token)
        name = shown[1:].split(">")[0].split(" ")[0]
        return [shown, f"</{name}>"] if token.endswith("/>") and name not in _VOID else [shown]
    text = re.sub(r"\s+", " ", token).strip()
    return [text] if text else []


def _css(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", " ", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css).strip()
    css = re.sub(r"\s*([{};:,>+~])\s*", r"\1", css)
    css = re.sub(r";+", ";", css).replace(";}", "}")
    css = re.sub(r"\s*!\s*important", " !important", css)
    css = re.sub(r"\{([^{}]*)\}", lambda m: "{" + _declarations(m[1]) + "}", css)
    return _value(_COLUMNS.sub(lambda m: "".join(sorted(re.findall(r"[^{}]+\{[^{}]*\}", m.group()))), css))


def _declarations(style: str) -> str:
    parts = []
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if name.strip():
            shown = _value(" ".join(value.split()))
            parts.append(f"{name.strip()}{colon}{shown}")
    return ";".join(sorted(parts))


def _value(value: str) -> str:
    value = re.sub(
        r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])(?![0-9a-fA-F])",
        lambda m: "#" + "".join(c * 2 for c in m.groups()),
        value,
    )
    value = re.sub(r"#[0-9a-fA-F]{6}\b", lambda m: m.group().lower(), value)
    return re.sub(r"\d+\.\d+", lambda m: f"{float(m.group()):.2f}".rstrip("0").rstrip("."), value)


def _tag(token: str) -> str:
    name = re.match(r"</?[^\s/>]+", token)
    head = name.group().lower() if name else token
    if token.startswith(("</", "<!", "<?")):
        return head + ">"
    found = {}
    for key, double, single, bare in _ATTRIBUTE.findall(token[len(head) : -1]):
        value = (double or single or bare).replace("&quot;", "'")
        if key == "style":
            value = _declarations(value.replace('"', "'"))
            if not value:
                continue
        elif key == "class":
            value = " ".join(sorted(value.split()))
            if not value:
                continue
        elif key == "vertical-align" and head == "<td":
            continue
        else:
            value = _value(re.sub(r"\s+", " ", value).strip())
        found.setdefault(key, value)
    return head + "".join(f' {key}="{found[key]}"' for key in sorted(found)) + ">"


def similarity(ours: list[str], theirs: list[str]) -> float:
    """The share of tokens that two mails have in common."""
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


def documents(folder: str) -> list[tuple[str, str, str]]:
    """Name, MJML and expected HTML of the documents of a set that the official compiler renders."""
    found = []
    for path in sorted((DATA / "input" / folder).glob("*.mjml")):
        expected = DATA / "expected" / folder / f"{path.stem}.html"
        if expected.exists():
            found.append((path.stem, path.read_text("utf-8"), expected.read_text("utf-8")))
    return found


def alone(source: str) -> str:
    """What mjml-python makes of a document without us; "" when it refuses."""
    from mjml import mjml2html

    try:
        return mjml2html(source)
    except ValueError:
        return ""


def ours(source: str) -> str:
    """What we make of it, with MJML's default font links kept."""
    from mops_cli.channels.mjml import MjmlOptions, compile_mjml
    from mops_cli.channels.mjml.places import plain_locate

    options = MjmlOptions(google_fonts=True, keep_comments=True)
    return compile_mjml(source, locate=plain_locate("mail.mjml", source), options=options).html


def measure(folder: str) -> dict[str, object]:
    """The figures of one set."""
    equal_alone, equal_ours, lost, near, different = 0, 0, [], 0, []
    found = documents(folder)
    for name, source, expected in found:
        wanted = normalise(expected)
        before = normalise(alone(source)) == wanted
        tokens = normalise(ours(source))
        after = tokens == wanted
        equal_alone += before
        equal_ours += after
        near += after or similarity(tokens, wanted) >= 0.99
        if before and not after:
            lost.append(name)
        if not after:
            different.append(name)
    return {
        "set": folder,
        "documents": len(found),
        "equal_mjml_python_alone": equal_alone,
        "equal_ours": equal_ours,
        "at_least_99_percent_ours": near,
        "lost": lost,
        "different": different,
    }


def main() -> int:
    """Print the figures, or the difference of one document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", help="print the token difference of one document")
    wanted = parser.parse_args().show
    if not DATA.exists():
        print(f"no sample data at {DATA.name}", file=sys.stderr)
        return 0
    for folder in SETS:
        if not wanted:
            print(json.dumps(measure(folder)))
            continue
        for name, source, expected in documents(folder):
            if name == wanted:
                sys.stdout.writelines(
                    line + "\n"
                    for line in difflib.unified_diff(
                        normalise(expected), normalise(ours(source)), "npm", "ours", lineterm="", n=1
                    )
                )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
