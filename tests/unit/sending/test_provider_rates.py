"""Token buckets: no more than the rate, granted in slices, and the wait that is told is enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.delivery.sending.rates import Rates, per_second
from mops_cli.errors import UsageError


class Hand:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


def test_a_provider_without_a_rate_has_no_limit():
    assert Rates({}, Hand()).take("relay", 10_000) == (10_000, 0.0)


def test_what_is_short_can_be_had_after_the_told_wait():
    hand = Hand()
    rates = Rates({"relay": 10.0}, hand)
    assert rates.take("relay", 50) == (10, 1.0)
    hand.at += 1.0
    assert rates.take("relay", 40)[0] == 10


def test_a_slow_rate_grants_one_by_one():
    hand = Hand()
    rates = Rates({"relay": per_second("6 per minute", "x")}, hand)
    assert rates.take("relay", 5)[0] == 1
    granted, wait = rates.take("relay", 5)
    assert (granted, wait) == (0, pytest.approx(10.0))
    hand.at += wait
    assert rates.take("relay", 5)[0] == 1


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 200)), max_size=60), st.integers(1, 500))
def test_never_more_than_the_rate(asked, rate):
    hand = Hand()
    rates = Rates({"relay": float(rate)}, hand)
    total = 0
    for pause, wanted in asked:
        hand.at += pause
        total += rates.take("relay", wanted)[0]
        assert total <= rate * hand.at + rate + 1e-6


@pytest.mark.parametrize("text", ["", "fast", "0/second", "10", "10/fortnight", "-1/second"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(UsageError, match=r"providers\.relay\.rate"):
        per_second(text, "providers.relay.rate")
