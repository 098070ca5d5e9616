"""Five hundred campaigns on four text channels, cold: time and memory of the whole process family.

    python benchmarks/many_campaigns.py [--campaigns N] [--jobs N]

The project is made up in a temporary folder: each campaign has its own copy, a block, conditions and personal
values. Prints JSON lines; exit code 1 when a promise does not hold.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import measure
from measure import MOPS

if TYPE_CHECKING:
    from pathlib import Path

TOML = """\
[project]
id = "aurora"
name = "Aurora"
url = "https://aurora.example"
default_locale = "en"
locales = ["en"]

[topics.news]
title = "News"

[senders.news]
name = "Aurora"
email = "news@aurora.example"
number = "AURORA"

[fields.contact]
first_name = { type = "text" }
city = { type = "text" }
points = { type = "integer" }
"""

IDENTITY = """\
legal_name: Aurora Example Ltd
address: {street: 1 Harbour Lane, postal_code: "20457", city: Hamburg, country: DE}
email: hello@aurora.example
"""

PERSONAS = {
    "ada": "title: Ada\ncontact: {first_name: Ada, city: Hamburg, points: 12}\n",
    "long": "title: The longest\ncontact: {first_name: Wilhelmina-Charlotte, city: Llanfairpwllgwyngyll, points: 123456}\n",
    "empty": "title: Nothing known\ncontact: {first_name: null, city: null, points: 0}\n",
}

CAMPAIGN = """\
title: Campaign {number}
topic: news
tags: [bench]
channels:
  email: {{sender: news}}
  sms: {{sender: news}}
  push: {{}}
  chat: {{adapters: [slack]}}
"""

MESSAGE = """\
---
subject: "{{{{ contact.first_name | default('Hello') }}}}, offer {number} is here"
preheader: Offer {number}, until Sunday
headline: Offer {number} is here
summary: Offer {number}. Order by Sunday for free delivery.
link: https://aurora.example/offers/{number}
---

# Offer {number} is here

Dear {{{{ contact.first_name | default("friend") }}}}, this is *offer {number}*, made for
{{{{ contact.city | default("your town") }}}}, with **{discount} percent** off until Sunday.

{{% if contact.points | default(0) > 100 %}}

You have collected {{{{ contact.points | default(0) | number(0) }}}} points: add a [second bag](https://aurora.example/points/{number}).

{{% endif %}}

- Roasted on Monday
- In your letterbox on Thursday
- [Ask us anything](https://aurora.example/help)

::: button href="https://aurora.example/offers/{number}" label="Take offer {number}"
:::
"""


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, default=500)
    parser.add_argument("--jobs", default="2")
    options = parser.parse_args()
    with measure.folder() as project:
        make(project, options.campaigns)
        reference = measure.hashing(project)
        measure.run((*MOPS, "build", "c0000"), project)  # Python compiles the package once
        measure.forget(project, "dist", ".mops")
        cost = measure.run((*MOPS, "build", "--jobs", options.jobs), project, memory=True)
        files = sum(1 for path in (project / "dist").rglob("*") if path.is_file())
        name = f"{options.campaigns} campaigns, 4 text channels, cold"
        limit = 20.0 * options.campaigns / 500
        facts = {"memory_mb": cost.memory, "memory_limit_mb": 400, "artifacts": files, "jobs": int(options.jobs)}
        hold = [
            measure.line(name, cost, limit, reference=reference, reference_name="read and hash every source", **facts),
            cost.memory <= 400,
        ]
        again = measure.best(lambda: measure.run((*MOPS, "build"), project), 3)
        reference = measure.hashing(project)
        measure.line("the same, no change", again, 0.4, reference=reference, reference_name="read and hash every file")
        message = project / "campaigns" / "c0007" / "message.md"
        message.write_text(message.read_text() + "\nOne more line.\n")
        one = measure.run((*MOPS, "build"), project)
        measure.line(
            "the same, one changed line", one, 5.0, reference=reference, reference_name="read and hash every file"
        )
    return 0 if all(hold) else 1


def make(project: Path, campaigns: int) -> None:
    """Write the project."""
    files = {"mops.toml": TOML, "brand/identity.yaml": IDENTITY}
    files.update({f"content/personas/{name}.yaml": text for name, text in PERSONAS.items()})
    for number in range(campaigns):
        folder = f"campaigns/c{number:04}"
        files[f"{folder}/campaign.yaml"] = CAMPAIGN.format(number=number)
        files[f"{folder}/message.md"] = MESSAGE.format(number=number, discount=5 + number % 40)
    for path, text in files.items():
        place = project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
