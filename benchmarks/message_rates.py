"""What it costs to make one mail, against plain Jinja2 and `EmailMessage` for the same people in one run.

    python benchmarks/message_rates.py [--messages N] [--plain N]

The body of `send.py`: 8 tracked links, three personal fields. Nothing is sent. Prints one JSON line; exit code 1 when the
promise does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import TYPE_CHECKING

import measure
import send

from mops_cli.channels.templating.escapes import ESCAPES
from mops_cli.content.environments import config_of, in_force
from mops_cli.delivery.messages.composing import composer_for
from mops_cli.delivery.plan.planfile import SendPlan, Wave
from mops_cli.model.delivery import Recipient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mops_cli.model.delivery import Composer

PROMISED = 25.0
"""Microseconds of processor for one mail."""
KEY = b"k" * 32
ROUNDS = 5


def contact(number: int) -> dict[str, object]:
    """What is known of a person."""
    return {"first_name": f"Person {number}", "city": "Sampleton", "points": number % 50}


def ours(folder: Path) -> Composer:
    """The composer that a worker has."""
    manifest = json.loads((folder / "dist/manifest.json").read_text(encoding="utf-8"))
    part = SendPlan(
        send="hello@once", campaign="hello", channel="email", topic="news", count=1, locales={"en": 1}, variants={"": 1},
        waves=(Wave(datetime(2027, 1, 1, tzinfo=UTC), 0, 1),),
        content={one["path"]: one["sha256"] for one in manifest["artifacts"] if one["channel"] == "email"},
    )  # fmt: skip
    return composer_for(part, folder / "dist", in_force(config_of(folder)), "en", "", key=KEY)


def plain(folder: Path) -> Callable[[int], bytes]:
    """The same artifact with Jinja2 and the standard library; one token a person here too."""
    import jinja2

    dist = folder / "dist/hello/email"
    environment, bare = jinja2.Environment(autoescape=True), jinja2.Environment()
    for one in (environment, bare):
        one.filters.update(dict.fromkeys(ESCAPES, str))
    html = environment.from_string(next(dist.glob("*.html")).read_text(encoding="utf-8"))
    text = bare.from_string(next(dist.glob("*.txt")).read_text(encoding="utf-8"))

    class Links:
        def __init__(self, token: str) -> None:
            self._token = token
            self.unsubscribe, self.preferences, self.view = (f"https://bench.example/{kind}/{token}" for kind in "upv")

        def click(self, link: int) -> str:
            return f"https://bench.example/r/{link}.{self._token}"

    def made(number: int) -> bytes:
        names = {"contact": contact(number), "links": Links(f"{number:027}")}
        mail = EmailMessage()
        mail["From"] = "Bench Coffee <news@bench.example>"
        mail["To"] = f"person{number}@people.example"
        mail["Subject"] = f"Person {number}, something for you"
        mail["Message-ID"] = f"<{number}@bench.example>"
        mail.set_content(text.render(names))
        mail.add_alternative(html.render(names), subtype="html")
        return mail.as_bytes(SMTP)

    return made


def cost(make: Callable[[int], object], count: int) -> float:
    """Microseconds of processor for one."""
    start = time.process_time()
    for number in range(1, count + 1):
        make(number)
    return (time.process_time() - start) / count * 1e6


def main() -> int:
    """Measure in turns, so that other work on the machine meets both; the least of each counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--plain", type=int, default=200)
    chosen = parser.parse_args()
    with measure.folder() as folder:
        send.project(folder, 2525, 1, dkim=False)
        composer, other = ours(folder), plain(folder)

        def make(number: int) -> bytes:
            return composer.compose(
                Recipient(number, number, f"person{number}@people.example", "en", contact=contact(number))
            ).payload

        sample = message_from_bytes(make(7), policy=default)
        assert not sample.defects
        assert "Person 7" in str(sample["subject"])
        turns = [(cost(make, chosen.messages), cost(other, chosen.plain)) for _ in range(ROUNDS)]
        size = len(make(7))
    mine, reference = (min(side) for side in zip(*turns, strict=True))
    holds = mine <= PROMISED
    result = {
        "benchmark": "one mail made", "octets": size, "microseconds": round(mine, 1), "limit": PROMISED, "holds": holds,
        "reference": "Jinja2 and EmailMessage", "reference_microseconds": round(reference, 1),
        "ratio": round(reference / mine, 1), "all_turns": [[round(one, 1) for one in turn] for turn in turns],
    }  # fmt: skip
    print(json.dumps(result))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
