"""Sources for tests: a place says its key path."""

from dataclasses import dataclass

from mops_cli.design import tokens as token_module
from mops_cli.model.diagnostic import Severity, Span
from mops_cli.model.source import Loaded


@dataclass(frozen=True)
class PathSource:
    path: str
    text: str = ""

    def at(self, *keys):
        return Span(self.path + "#" + "/".join(str(key) for key in keys))

    def key(self, *keys):
        return Span(self.path + "#" + "/".join(str(key) for key in keys) + "?")

    def within(self, keys, start, end):
        return self.at(*keys)


BASE = "brand/brand.tokens.yaml"


def loaded(data, path=BASE):
    return Loaded(path, data, PathSource(path))


def resolve(base=None, **themes):
    files = {} if base is None else {BASE: loaded(base)}
    for name, data in themes.items():
        path = f"brand/themes/{name}.tokens.yaml"
        files[path] = loaded(data, path)
    return token_module.resolve(files)


def one(base, code):
    """The single finding of a code, with the place's key path."""
    _, found = resolve(base)
    hits = [d for d in found if d.code == code]
    assert len(hits) == 1, [(d.code, d.span.path, d.message) for d in found]
    return hits[0].span.path.split("#", 1)[1], hits[0]


def errors(found):
    return [d for d in found if d.severity is Severity.ERROR]


def color(*components, space="srgb", **more):
    return {"$type": "color", "$value": {"colorSpace": space, "components": list(components), **more}}


def px(value):
    return {"value": value, "unit": "px"}
