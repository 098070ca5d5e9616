"""How far decks come out as the reference tools make them: the measures C1 to C5.

    python benchmarks/deck_conformance.py [--show NAME] [--only C1,C2]

Prints one JSON line a measure. The decks and the expected models lie in the open sample data beside the clone; they are
copied to a temporary folder first. Without the data every measure says so and is skipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "deck"
MEASURES = ("C1", "C2", "C3", "C4", "C5")
_SPACE = re.compile(r"\s+")
_DROP = {"color", "fg", "bg", "gradcolor1", "gradcolor2"}


@dataclass
class Score:
    """What one deck scores."""

    name: str
    equal: bool
    elements: int = 0
    equal_elements: int = 0
    first: str = ""
    messages_agree: bool = True
    seconds: float = 0.0


@dataclass
class Corpus:
    """The open decks in a temporary folder."""

    root: Path
    status: dict
    expected: Path
    folder: tempfile.TemporaryDirectory = field(repr=False)

    def read(self, name: str) -> bytes | None:
        path = self.root / name
        return path.read_bytes() if path.is_file() else None

    def wanted(self, name: str) -> str | None:
        entry = self.status[name]["expected"]
        if entry is None:
            return None
        path = self.expected / entry
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()


def open_corpus() -> Corpus | None:
    if not (DATA / "expected" / "status.json").is_file():
        return None
    folder = tempfile.TemporaryDirectory(prefix="mops-deck-")
    root = Path(folder.name) / "src"
    shutil.copytree(DATA / "src", root)
    for packed in root.rglob("*.gz"):
        packed.chmod(0o644)
        packed.parent.chmod(0o755)
        target = packed.with_suffix("")
        if not target.exists():
            target.write_bytes(gzip.decompress(packed.read_bytes()))
    status = json.loads((DATA / "expected" / "status.json").read_text())
    return Corpus(root, status["decks"], DATA / "expected", folder)


def compile_one(corpus: Corpus, name: str, *, compat: bool = True):
    from mops_cli.design.deck.compiler import Options, compile_deck

    source = (corpus.root / name).read_text(encoding="utf-8", errors="replace")
    return compile_deck(source, name, corpus.read, Options(compat=compat))


def parse(text: str) -> ET.Element | None:
    for candidate in (text, f"<fragment>{text}</fragment>"):
        try:
            return ET.fromstring(candidate)
        except ET.ParseError:
            continue
    return None


def flat(root: ET.Element) -> list[list[ET.Element]]:
    """Elements by slide; what stands outside of slides comes first."""
    pages: list[list[ET.Element]] = [[]]
    for child in root:
        if child.tag == "slide":
            pages.append(list(child.iter()))
        else:
            pages[0].extend(child.iter())
    return pages


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def same_numbers(left: str, right: str) -> bool:
    pairs = list(zip(left.split(), right.split(), strict=False))
    if len(left.split()) != len(right.split()) or not pairs:
        return False
    for one, other in pairs:
        a, b = number(one), number(other)
        if a is None or b is None or abs(a - b) > max(0.01, 1e-4 * abs(a)):
            return False
    return True


def same_value(name: str, left: str, right: str) -> bool:
    if left == right:
        return True
    if name in _DROP:
        from mops_cli.design.deck.colors import rgba

        return rgba(left) == rgba(right) if left and right else False
    return same_numbers(left, right)


def difference(wanted: ET.Element, got: ET.Element, *, structure: bool) -> str:
    """The first difference of two elements, or nothing."""
    if wanted.tag != got.tag:
        return f"<{wanted.tag}> became <{got.tag}>"
    for name in sorted({*wanted.attrib, *got.attrib}):
        left, right = wanted.get(name, ""), got.get(name, "")
        if structure and (number(left) is not None or same_kind(left)):
            continue
        if not same_value(name, left, right):
            return f"<{wanted.tag}> {name}: {left[:60]!r} became {right[:60]!r}"
    left, right = (_SPACE.sub(" ", element.text or "").strip() for element in (wanted, got))
    if left != right and not structure:
        return f"<{wanted.tag}> text: {left[:60]!r} became {right[:60]!r}"
    return ""


def same_kind(text: str) -> bool:
    words = text.split()
    return bool(words) and all(number(word) is not None for word in words)


def compare(name: str, wanted: ET.Element, got: ET.Element | None, *, structure: bool) -> Score:
    ours = flat(got) if got is not None else [[]]
    theirs = flat(wanted)
    score = Score(name, equal=len(ours) == len(theirs), elements=1, equal_elements=1)
    if not score.equal:
        score.first = f"{len(theirs) - 1} slides became {len(ours) - 1}"
    for index, page in enumerate(theirs):
        mine = ours[index] if index < len(ours) else []
        score.elements += len(page)
        if len(mine) != len(page):
            score.equal = False
            score.first = score.first or f"page {index}: {len(page)} elements became {len(mine)}"
        for place, (left, right) in enumerate(zip(page, mine, strict=False)):
            found = difference(left, right, structure=structure)
            if found:
                score.equal = False
                score.first = score.first or f"page {index} element {place}: {found}"
            else:
                score.equal_elements += 1
    return score


def score_deck(corpus: Corpus, name: str) -> Score | None:
    """The score of one deck, or None when the reference gives nothing to compare."""
    from mops_cli.design.deck.reference_xml import to_xml

    state = corpus.status[name]
    begin = time.process_time()
    result = compile_one(corpus, name)
    spent = time.process_time() - begin
    text = corpus.wanted(name)
    if text is None or (not state["complete_deck"] and not state["fragment_parses"]):
        return None
    wanted = parse(text)
    if wanted is None:
        return None
    score = compare(name, wanted, parse(to_xml(result.deck)), structure=state["uses_random"])
    score.messages_agree = bool(result.diagnostics) == bool(state["messages"])
    score.seconds = spent
    return score


def report(measure: str, scores: list[Score], **more: object) -> dict:
    elements = sum(score.elements for score in scores)
    equal = sum(score.equal_elements for score in scores)
    return {
        "measure": measure,
        "files": len(scores),
        "equal_files": sum(score.equal for score in scores),
        "elements": elements,
        "equal_elements": equal,
        "element_share": round(equal / elements, 6) if elements else None,
        "messages_agree": sum(score.messages_agree for score in scores),
        "different": {score.name: score.first for score in scores if not score.equal},
        **more,
    }


def measure_models(corpus: Corpus, *, complete: bool) -> dict:
    """C1 (complete decks) and C2 (fragments)."""
    names = [name for name, state in sorted(corpus.status.items()) if state["complete_deck"] == complete]
    scores = [score for name in names if (score := score_deck(corpus, name))]
    if not complete:
        return report("C2", scores)
    silent = [score for score in scores if not corpus.status[score.name]["messages"]]
    return report(
        "C1",
        scores,
        silent_files=len(silent),
        silent_equal=sum(score.equal for score in silent),
    )


def measure_speed(corpus: Corpus) -> dict:
    """C5, the part from source to model: CPU seconds of the whole corpus."""
    begin = time.process_time()
    for name in corpus.status:
        compile_one(corpus, name)
    spent = time.process_time() - begin
    return {
        "measure": "C5",
        "files": len(corpus.status),
        "model_seconds": round(spent, 3),
        "ms_a_file": round(spent * 1000 / len(corpus.status), 1),
    }


def measure_robustness(corpus: Corpus) -> dict:
    """C4: decks cut off at many places never raise and never take long."""
    from mops_cli.design.deck.compiler import Options, compile_deck

    worst, runs, failures = 0.0, 0, []
    for name in sorted(corpus.status):
        text = (corpus.root / name).read_text(encoding="utf-8", errors="replace")
        for cut in range(1, len(text), max(1, len(text) // 6)):
            begin = time.process_time()
            try:
                compile_deck(text[:cut], name, corpus.read, Options())
            except Exception as reason:  # noqa: BLE001 - that is what is measured
                failures.append(f"{name}:{cut} {type(reason).__name__}")
            worst = max(worst, time.process_time() - begin)
            runs += 1
    return {"measure": "C4", "runs": runs, "worst_seconds": round(worst, 2), "failures": failures[:10]}


def measure_pictures(corpus: Corpus) -> dict:
    """C3: our pictures beside those of the reference."""
    import deck_pictures

    return deck_pictures.measure_pictures(corpus)


RUNS = {
    "C1": lambda corpus: measure_models(corpus, complete=True),
    "C2": lambda corpus: measure_models(corpus, complete=False),
    "C3": measure_pictures,
    "C4": measure_robustness,
    "C5": measure_speed,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--show", default="", help="print the first differences of the decks whose name holds this")
    chosen = parser.parse_args()
    corpus = open_corpus()
    if corpus is None:
        for measure in chosen.only.split(","):
            print(json.dumps({"measure": measure, "skipped": "the open sample data is not there"}))
        return 0
    if chosen.show:
        for name in corpus.status:
            if chosen.show in name and (score := score_deck(corpus, name)):
                print(json.dumps(vars(score)))
        return 0
    for measure in chosen.only.split(","):
        print(json.dumps(RUNS[measure](corpus)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
