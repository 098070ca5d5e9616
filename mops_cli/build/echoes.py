"""One mistake is one finding: what several parts of MOPS say about the same words is said once.

Reading, channels and rules look at the same files by themselves, and each of them reports what it sees. Only here
all findings are together, so that the one that explains the mistake is kept and its echoes go.
"""

from __future__ import annotations

from mops_cli.model.diagnostic import Diagnostic, Severity

# A finding of the first kind at a line makes those of the second kind at the same line its echoes.
_LOUDER: dict[str, frozenset[str]] = {
    "MB209": frozenset({"MB402"}),
    "MB302": frozenset({"ML101", "ML102"}),
    "MB304": frozenset({"MB402"}),
    "MC104": frozenset({"MD201"}),
    "MC202": frozenset({"MD201"}),
    "MC316": frozenset({"MT107"}),
    "MD101": frozenset({"MD206"}),
    "MD103": frozenset({"MC201", "MC202", "MD201"}),
    "MN105": frozenset({"MN200"}),
    "MR108": frozenset({"ML101", "ML102", "ML104"}),
    "MS120": frozenset({"MD206"}),
    "MT102": frozenset({"MD201"}),
    "MT506": frozenset({"MT507"}),
    "MT403": frozenset({"ML101"}),
    "MT508": frozenset({"ML101"}),
}

# The same for whole files.
_LOUDER_IN_FILE: dict[str, frozenset[str]] = {
    "ME109": frozenset({"MT402"}),
    "MD103": frozenset({"MD201"}),
    "MT103": frozenset({"MT510", "MT511", "MT512"}),
}

# A file that was not read: an empty one stood in for it, and nothing else that is said about it is true.
_UNREAD = "MC103"

# What a file that cannot be used leaves without its ground, wherever it is said.
_GROUND = {"brand/fonts.yaml": frozenset({"MB304", "MB402", "MR112"})}

# A channel that could not work: where the reason is the same (a font that no one may read), the first says it.
_FOR_ALL = "MC903"

# Kinds of findings that are about one thing at one place, whoever reports them: the first one is enough.
_ABOUT_ONE_THING = ("MC203", "MC3", "MD1", "MD204", "MD205", "MN", "MS1", "MT2")


def without_echoes(findings: list[Diagnostic]) -> list[Diagnostic]:
    """``findings``, in order of place, without those that only repeat another."""
    told = {(each.span.path, at, each.code, _rank(each)) for each in findings for at in (each.span.line, 0)}
    named = {found.span for found in findings if found.code.startswith("MC3") and found.severity is Severity.ERROR}
    unread = {found.span.path for found in findings if found.code == _UNREAD}
    groundless = {
        code
        for found in findings
        if found.severity is Severity.ERROR and found.code.startswith(("MC1", "MC2"))
        for code in _GROUND.get(found.span.path, ())
    }
    kept: list[Diagnostic] = []
    seen: set[tuple[object, ...]] = set()
    for found in findings:
        about = (found.span.path, found.span.line, found.span.column, found.code)
        if found.code.startswith(_ABOUT_ONE_THING):
            if any((*about, rank) in seen for rank in range(_rank(found), 3)):
                continue
            seen.add((*about, _rank(found)))
        if found.code == _FOR_ALL and (found.code, found.message) in seen:
            continue
        seen.add((found.code, found.message))
        if (found.span.path in unread and found.code != _UNREAD) or found.code in groundless:
            continue
        if found.span in named and not found.code.startswith("MC3"):
            continue
        # An error is never drowned by less than an error: it decides whether a build succeeds.
        ranks = range(_rank(found), 3)
        if any((found.span.path, at, code, rank) in told for code, at in _drowned_by(found) for rank in ranks):
            continue
        kept.append(found)
    return kept


def _rank(found: Diagnostic) -> int:
    return (Severity.INFO, Severity.WARNING, Severity.ERROR).index(found.severity)


def _drowned_by(found: Diagnostic) -> list[tuple[str, int]]:
    """Which codes make it an echo, and at which line (0: anywhere in its file)."""
    here = [(louder, found.span.line) for louder, echoes in _LOUDER.items() if found.code in echoes]
    return here + [(louder, 0) for louder, echoes in _LOUDER_IN_FILE.items() if found.code in echoes]
