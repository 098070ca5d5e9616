"""Programs of build-time texts, remembered from earlier builds: layouts and blocks hardly ever change.

What is remembered is Python code for this very version of everything (the memory's name for it includes the
versions), checked by its hash, as Python's own ``.pyc`` files are.
"""

from __future__ import annotations

import hashlib
import marshal
from typing import TYPE_CHECKING

from mops_cli.channels.base import no_memo
from mops_cli.channels.templating import engine, tracing
from mops_cli.channels.templating.faults import Fault

if TYPE_CHECKING:
    from mops_cli.channels.base import Memo

_memo: list[Memo] = [no_memo]


def remember_in(memo: Memo) -> None:
    """Keep programs in the memory of a build."""
    _memo[:] = [memo]


def compiled(source: str) -> engine.Program | Fault:
    """The program of a woven build-time text, or what is wrong with it (that is not remembered)."""
    key = hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()
    name = f"{tracing.FILE}{key.hex()[:20]}>"

    def compute() -> bytes:
        program = engine.compile_source(engine.build_environment(), source, name=name)
        if isinstance(program, Fault):
            raise _FaultyError(program)
        return marshal.dumps((program.code, program.lines))

    try:
        code, lines = marshal.loads(_memo[-1]("program", key, compute))  # noqa: S302 -- see the module's text
    except _FaultyError as faulty:
        return faulty.fault
    return engine.Program(name, code, lines)


class _FaultyError(Exception):
    """Carries a fault past the memory."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault
