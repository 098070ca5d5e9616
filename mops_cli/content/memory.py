"""Data of files without findings, remembered by the hash of their text.

Reading YAML costs more than anything else in opening a project, and most files are the same as before.
Places are not remembered: they are read again from the text when somebody asks for one.
"""

from __future__ import annotations

import hashlib
import json

# Raised when the same text begins to mean something else.
_MEANING = "2"


class Memory:
    """What texts meant. Treat the data that comes out as frozen: files of the same text share it."""

    def __init__(self, known: dict[str, object] | None = None) -> None:
        self._known = known or {}
        self._used: dict[str, object] = {}

    @classmethod
    def of(cls, raw: bytes | None) -> Memory:
        """The memory that :meth:`dump` wrote; an empty one when there is none or it is damaged."""
        checksum, _, body = (raw or b"").partition(b"\n")
        try:
            known = json.loads(body) if checksum == _checksum(body) else {}
        except (ValueError, RecursionError):
            known = {}
        return cls(known if isinstance(known, dict) else {})

    @staticmethod
    def key(text: str) -> str:
        """The name of a text."""
        return _MEANING + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]

    def __contains__(self, key: str) -> bool:
        return key in self._used or key in self._known

    def recall(self, key: str) -> object:
        """The data of a text that is known."""
        if key not in self._used:
            self._used[key] = self._known[key]
        return self._used[key]

    def keep(self, key: str, data: object) -> None:
        """Remember the data of a text."""
        self._used[key] = data

    @property
    def changed(self) -> bool:
        """Whether a later run would gain from writing it down again."""
        return self._used.keys() != self._known.keys()

    def dump(self) -> bytes:
        """What was used this time, as JSON after its checksum. Keys inside the data keep their order: it reaches the artifacts."""
        body = json.dumps(dict(sorted(self._used.items())), ensure_ascii=False, separators=(",", ":")).encode()
        return _checksum(body) + b"\n" + body


def _checksum(body: bytes) -> bytes:
    """What tells a damaged memory from a whole one: nothing else would, for what it holds is not checked again."""
    return hashlib.sha256(body).hexdigest().encode()
