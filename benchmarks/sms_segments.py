"""How long counting the parts of an SMS takes, and whether every open case agrees.

    python benchmarks/sms_segments.py

Prints one JSON line. The cases lie in the open sample data beside the clone.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from mops_cli.channels import gsm

CASES = Path(__file__).resolve().parents[2] / "shared" / "data" / "sms" / "cases.jsonl"
ROUNDS = 20


def main() -> int:
    """Compare, then time."""
    if not CASES.exists():
        print("no sample data beside this clone (../shared/data/sms)", file=sys.stderr)
        return 0
    cases = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    agree = sum(
        (size := gsm.measure(case["text"], smart=case["smart"])).encoding == case["encoding"]
        and size.segments == case["segments"]
        for case in cases
    )
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for case in cases:
            gsm.measure(case["text"], smart=case["smart"])
        best = min(best, time.perf_counter() - start)
    microseconds = round(best / len(cases) * 1e6, 1)
    print(json.dumps({"cases": len(cases), "agree": agree, "microseconds_per_case": microseconds, "limit": 20}))
    return 0 if agree == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
