"""What an SMS costs over its real audience: every different message made and measured."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from mops_cli.audience.phones import CODES
from mops_cli.audience.recipients import column_of, structured
from mops_cli.channels import gsm, personalize
from mops_cli.delivery.plan import frozen
from mops_cli.delivery.plan.reading import CONTENT, PLANS
from mops_cli.delivery.plan.report import Cost
from mops_cli.delivery.plan.samples import link_base
from mops_cli.delivery.plan.words import file_of, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.model.config import ProjectConfig
    from mops_cli.store.database import Store

MOST = 40_000
"""So many different messages are made; of more, a sample."""
ALIKE = 4
"""People in a sample for each different message, from which on all of them are looked at."""


def sms_cost(store: Store, settings: InForce, plan: Plan, one: SendPlan) -> Cost:
    """Segments and price of a planned SMS; a country without a price counts as unpriced."""
    folder, config = store.folder / PLANS / plan.id, settings.config
    texts = _texts(folder / CONTENT, one)
    fields = sorted({name for text in texts.values() for name in _fields(text)})
    rows, share = _rows(store, config, one, folder / one.audience, fields)
    parsed = structured(store, fields)
    made: dict[tuple[Any, ...], int] = {}
    people: Counter[tuple[int, str]] = Counter()
    for locale, arm, country, *values, count in rows:
        key = (locale, arm, *map(str, values))
        if key not in made:
            person = {name: _value(value, name in parsed) for name, value in zip(fields, values, strict=True)}
            made[key] = _segments(texts[locale, arm], person, locale, settings)
        people[made[key], country] += count
    factor = one.count / sum(people.values()) if people else 1.0
    return _cost(people, config, factor, estimated=share > 1)


def _rows(
    store: Store, config: ProjectConfig, one: SendPlan, file: Path, fields: Sequence[str]
) -> tuple[list[tuple[Any, ...]], int]:
    """Everything that messages depend on, or that of one in ``share`` people when it is too much."""
    columns = [column_of(store, name) for name in fields]
    ask = partial(frozen.messages, store, file, columns, _codes(config))
    share = -(-one.count // MOST)
    some = ask(share=share, most=2 * MOST)
    # Where most of a sample differ, so do most of all: to gather them would take memory without bounds.
    if share > 1 and len(some) > sum(row[-1] for row in some) / ALIKE:
        return some, share
    rows = ask(share=1, most=MOST + 1) if share > 1 else some
    return (rows, 1) if len(rows) <= MOST else (some, share)


def _codes(config: ProjectConfig) -> dict[str, str]:
    """Countries by calling code; of several with one code, the home country, then one with a price."""
    wanted = sorted(CODES, key=lambda name: (name == config.project.country, name in config.sms.price, name))
    return {CODES[name][0]: name for name in wanted}


def _texts(content: Path, one: SendPlan) -> dict[tuple[str, str], tuple[personalize.Compiled, bool]]:
    import json

    found = {}
    for locale in one.locales:
        for arm in one.variants:
            path = file_of(one.content, one.campaign, one.channel, locale, arm)
            words = words_of(content, path)
            if words is not None:
                smart = bool(json.loads((content / path).read_bytes()).get("smart_encoding"))
                found[locale, arm] = (personalize.compile(words.text), smart)
    return found


def _fields(text: tuple[personalize.Compiled, bool]) -> set[str]:
    return {name.split(".")[1] for name in text[0].variables if name.startswith("contact.")}


def _value(value: object, is_json: bool) -> object:
    if is_json and isinstance(value, str):
        import json

        return json.loads(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _segments(
    text: tuple[personalize.Compiled, bool], person: Mapping[str, object], locale: str, settings: InForce
) -> int:
    """Segments of one message; 0 when it cannot be made for this person."""
    compiled, smart = text
    project = settings.config.project
    data = personalize.complete({"contact": person}, settings.config.fields.roots())
    links = personalize.sample_links(link_base(settings, "sms"))
    try:
        filled = compiled.render(data, locale, project.currency, project.fallback_zone, links)
    except personalize.TemplateProblem:
        return 0
    return gsm.measure(filled, smart=smart).segments


def _cost(people: Mapping[tuple[int, str], int], config: ProjectConfig, factor: float, *, estimated: bool) -> Cost:
    prices, home = config.sms.price, config.project.country
    messages: Counter[int] = Counter()
    segments = amount = unpriced = 0.0
    for (size, country), count in people.items():
        scaled = count * factor
        messages[size] += round(scaled)
        segments += size * scaled
        price = prices.get(country or home)
        amount += size * scaled * price if price is not None else 0.0
        unpriced += scaled if price is None else 0.0
    return Cost(
        amount=round(amount, 2), currency=config.project.currency, segments=round(segments),
        messages=dict(sorted(messages.items())), unpriced=round(unpriced), estimated=estimated,
    )  # fmt: skip
