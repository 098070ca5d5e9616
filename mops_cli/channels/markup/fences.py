"""Two block rules for markdown-it: ``:::`` blocks and lone recipient-time statement lines.

Written here because the container plugins close silently at the end of the text and know nothing of
attributes; a forgotten ``:::`` must be an error at its line, never printed text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

OPEN = re.compile(r":::+[ \t]*([A-Za-z][\w-]*)[ \t]*(.*)$")
CLOSE = re.compile(r":::+[ \t]*$")
SHORT = re.compile(r"::[ \t]*([A-Za-z][\w-]*)[ \t]*((?:[\w-]+[ \t]*=.*)?)$")
_ONE_LINE = re.compile(r"(?:^|[ \t]):::+[ \t]*$")
_INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]


def install(
    parser: MarkdownIt,
    is_statement: Callable[[str], bool],
    complain: Callable[[int, str, str, str], None],
) -> None:
    """Add both rules. ``complain(line, code, message, help)`` takes findings; ``line`` counts from 0."""

    def statement(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        text = _line_text(state, start).strip()
        if state.is_code_block(start) or not is_statement(text):
            return False
        if not silent:
            token = state.push("mops_statement", "", 0)
            token.content = text
            token.map = [start, start + 1]
            state.line = start + 1
        return True

    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        text = _line_text(state, start)
        short = SHORT.match(text)
        if state.is_code_block(start) or not (text.startswith(":::") or short):
            return False
        if not silent:
            opened = OPEN.match(text) or short
            if opened:
                if opened is short:
                    complain(start, "MT502", "a block begins with three colons", f"write `::: {opened.group(1)}`")
                _read(state, start, end, opened, complain)
            else:
                complain(start, *_misplaced(text))
                state.line = start + 1
        return True

    parser.block.ruler.before("fence", "mops_block", block, {"alt": _INTERRUPTS})
    parser.block.ruler.before("mops_block", "mops_statement", statement, {"alt": _INTERRUPTS})


def _misplaced(text: str) -> tuple[str, str, str]:
    if CLOSE.match(text):
        return (
            "MT503",
            "`:::` closes a block, but none is open",
            "delete this line, or open the block above it with `::: name`",
        )
    return (
        "MT502",
        f"this line is no block: {text.strip()[:40]!r}",
        'write `::: name key="value"` to open a block and `:::` to close it',
    )


def _line_text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _read(
    state: StateBlock,
    start: int,
    end: int,
    opened: re.Match[str],
    complain: Callable[[int, str, str, str], None],
) -> None:
    if _ONE_LINE.search(opened.group(2)):
        message = f"block `{opened.group(1)}` opens and closes in one line"
        complain(start, "MT501", message, "write its `:::` on a line of its own")
        _emit(state, start, start, opened, _ONE_LINE.sub("", opened.group(2)))
        return
    close = _closing_line(state, start, end)
    if close is None:
        complain(start, "MT501", f"block `{opened.group(1)}` is never closed", "add a line `:::` after its last line")
        close = end
    _emit(state, start, close, opened, opened.group(2))


def _closing_line(state: StateBlock, start: int, end: int) -> int | None:
    depth = 1
    fence = ""
    for line in range(start + 1, end):
        text = _line_text(state, line)
        if fence:
            if text.startswith(fence) and not text.strip(fence[0] + " \t"):
                fence = ""
            continue
        if text.startswith(("```", "~~~")):
            fence = text[:3]
        elif (opened := OPEN.match(text) or SHORT.match(text)) and not _ONE_LINE.search(opened.group(2)):
            depth += 1
        elif CLOSE.match(text):
            depth -= 1
            if depth == 0:
                return line
    return None


def _emit(state: StateBlock, start: int, close: int, opened: re.Match[str], line: str) -> None:
    token = state.push("mops_block_open", "", 1)
    token.info = opened.group(1)
    token.content = line
    token.map = [start, min(close + 1, state.lineMax)]
    token.meta = {"column": state.tShift[start] + opened.start(2)}
    parent, line_max = state.parentType, state.lineMax
    state.parentType = "mops_block"
    state.lineMax = close
    if start + 1 < close:
        state.md.block.tokenize(state, start + 1, close)
    state.parentType, state.lineMax = parent, line_max
    state.push("mops_block_close", "", -1)
    state.line = min(close + 1, line_max)
