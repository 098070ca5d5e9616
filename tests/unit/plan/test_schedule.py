"""When a send is due: zones, windows, quiet hours, clocks that leap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.delivery.plan.schedule import occurrence, timetable
from mops_cli.delivery.plan.windows import Hours, Span, clock, hours_of, moved
from mops_cli.delivery.plan.zones import instant, known_zone, wall_time, zone
from mops_cli.errors import UsageError
from mops_cli.model.campaign import Schedule
from mops_cli.model.config import ProjectConfig, ProjectInfo, QuietHours, Window

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ALL = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
walls = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001
places = st.sampled_from(ALL)
clocks = st.integers(0, 24 * 4 - 1).map(lambda n: f"{n // 4:02d}:{n % 4 * 15:02d}")


def due(at, said="", hours=None, **schedule):
    found = timetable(
        Schedule(at=at, **schedule), brand="Europe/Berlin", hours=hours or Hours(), now=NOW, where="campaign.yaml"
    )
    return found.due(said)


@pytest.mark.parametrize(
    ("wall", "place", "expected"),
    [
        # Clocks leap from 02:00 to 03:00: the time moves forward by the leap.
        ("2027-03-28 02:30", "Europe/Berlin", "2027-03-28 03:30+02:00"),
        ("2027-03-14 02:30", "America/New_York", "2027-03-14 03:30-04:00"),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-04 02:45+11:00"),  # a leap of half an hour
        ("2027-09-05 00:10", "America/Santiago", "2027-09-05 01:10-03:00"),  # at midnight
        # Clocks show it twice: the first.
        ("2027-10-31 02:30", "Europe/Berlin", "2027-10-31 02:30+02:00"),
        ("2027-11-07 01:30", "America/New_York", "2027-11-07 01:30-04:00"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", "2027-04-04 01:45+11:00"),
        ("2011-12-30 12:00", "Pacific/Apia", "2011-12-31 12:00+14:00"),  # a day that never was
    ],
)
def test_times_that_clocks_leap_over_or_show_twice(wall, place, expected):
    at = instant(datetime.fromisoformat(wall), ZoneInfo(place))
    assert at == datetime.fromisoformat(expected)
    assert at.utcoffset() == timedelta(0)


@given(walls, places)
def test_every_zone_shows_the_time_or_a_later_one_that_exists(wall, place):
    at = instant(wall, ZoneInfo(place))
    shown = wall_time(at, ZoneInfo(place))
    assert wall <= shown <= wall + timedelta(hours=2)
    # The first of two: nobody's clock showed it a short time before.
    for before in (30, 60):
        assert wall_time(at - timedelta(minutes=before), ZoneInfo(place)) != wall


def test_a_schedule_in_brand_time_is_the_same_for_all():
    assert due("2027-03-09 09:00", "Asia/Tokyo").at == datetime(2027, 3, 9, 8, 0, tzinfo=UTC)
    assert due("2027-03-09 09:00", "Asia/Tokyo", zone="America/New_York").at == datetime(2027, 3, 9, 14, 0, tzinfo=UTC)


def test_a_schedule_in_contact_time_is_each_persons_own():
    own = {"zone": "contact", "fallback_zone": "Europe/Lisbon"}
    assert due("2027-03-09 09:00", "Asia/Tokyo", **own).at == datetime(2027, 3, 9, 0, 0, tzinfo=UTC)
    assert due("2027-03-09 09:00", "asia/tokyo", **own).zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    "said", ["", "nowhere", "CEST", "../../etc/passwd", "/etc/localtime", "localtime", "Europe/", "Ünknown"]
)
def test_people_without_a_zone_have_the_fallback(said):
    found = due("2027-03-09 09:00", said, zone="contact", fallback_zone="Europe/Lisbon")
    assert (found.at, found.zone, found.known) == (datetime(2027, 3, 9, 9, 0, tzinfo=UTC), "Europe/Lisbon", False)
    brand = due("2027-03-09 09:00", said, zone="contact")
    assert (brand.zone, brand.known) == ("Europe/Berlin", False)


@pytest.mark.parametrize("key", ["zone", "fallback_zone"])
def test_an_unknown_zone_of_a_campaign_is_named_with_the_right_one(key):
    with pytest.raises(UsageError) as caught:
        due("2027-03-09 09:00", **{key: "Europe/Berlni"})
    assert f'campaign.yaml: schedule.{key}: there is no time zone "Europe/Berlni"' in caught.value.message
    assert "Europe/Berlin" in caught.value.hint
    assert caught.value.exit_code == 2


def test_every_name_of_the_database_is_known():
    assert all(known_zone(name).key == name for name in ALL)
    assert zone("UTC", "here").key == "UTC"


OFFICE = Span(clock("09:00"), clock("18:00"), frozenset(range(5)))
NIGHT = Span(clock("21:00"), clock("08:00"))


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2027-03-09 09:00", "2027-03-09 09:00"),
        ("2027-03-09 17:59", "2027-03-09 17:59"),
        ("2027-03-09 18:00", "2027-03-10 09:00"),
        ("2027-03-09 07:30", "2027-03-09 09:00"),
        ("2027-03-12 19:00", "2027-03-15 09:00"),  # Friday evening
        ("2027-03-13 12:00", "2027-03-15 09:00"),  # Saturday
    ],
)
def test_office_hours(wall, expected):
    assert moved(datetime.fromisoformat(wall), Hours(OFFICE)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2027-03-09 20:59", "2027-03-09 20:59"),
        ("2027-03-09 21:00", "2027-03-10 08:00"),
        ("2027-03-10 03:00", "2027-03-10 08:00"),
        ("2027-03-10 08:00", "2027-03-10 08:00"),
    ],
)
def test_quiet_hours(wall, expected):
    assert moved(datetime.fromisoformat(wall), Hours(quiet=NIGHT)) == datetime.fromisoformat(expected)


def test_a_window_over_midnight_belongs_to_the_day_it_opens():
    late = Span(clock("22:00"), clock("02:00"), frozenset({4}))  # Friday night
    assert moved(datetime(2027, 3, 13, 1, 0), Hours(late)) == datetime(2027, 3, 13, 1, 0)  # noqa: DTZ001
    assert moved(datetime(2027, 3, 12, 1, 0), Hours(late)) == datetime(2027, 3, 12, 22, 0)  # noqa: DTZ001


def test_a_window_within_the_quiet_hours_is_a_mistake():
    with pytest.raises(UsageError, match="lies in the quiet hours"):
        moved(datetime(2027, 3, 9, 9), Hours(Span(clock("22:00"), clock("23:00")), NIGHT, "late"))  # noqa: DTZ001


days = st.frozensets(st.integers(0, 6), min_size=1)
spans = st.builds(lambda a, b, on: Span(clock(a), clock(b), on), clocks, clocks, days)
nights = st.builds(lambda a, b: Span(clock(a), clock(b)), clocks, clocks).filter(lambda one: one.start != one.end)


@given(walls, spans, st.none() | nights)
def test_whoever_is_moved_comes_into_the_window_and_never_earlier(wall, window, quiet):
    hours = Hours(window, quiet)
    try:
        found = moved(wall, hours)
    except UsageError:
        assert quiet is not None
        return
    assert found >= wall
    assert window.holds(found)
    assert quiet is None or not quiet.holds(found)
    if window.holds(wall) and (quiet is None or not quiet.holds(wall)):
        assert found == wall


@given(walls, places)
def test_business_hours_hold_on_the_persons_clock_whatever_it_does(wall, place):
    found = due(wall.isoformat(" ", "minutes"), place, Hours(OFFICE, NIGHT), zone="contact")
    shown = wall_time(found.at, ZoneInfo(place))
    assert OFFICE.holds(shown)
    assert not NIGHT.holds(shown)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)), places)  # noqa: DTZ001
def test_what_is_sent_at_once_waits_for_the_end_of_quiet_hours(now, place):
    now = now.replace(microsecond=0, tzinfo=UTC)
    times = timetable(None, brand="UTC", hours=Hours(OFFICE, NIGHT), now=now, where="")
    found = times.due(place)
    shown = wall_time(found.at, ZoneInfo(place))
    assert found.at >= now
    assert not NIGHT.holds(shown)
    if not NIGHT.holds(wall_time(now, ZoneInfo(place))):
        assert found.at == now


def test_lateness_is_counted_from_the_time_somebody_is_due():
    early = timetable(
        Schedule(at="2027-02-28 09:00", zone="contact", not_after="2 hours"),
        brand="Europe/Berlin", hours=Hours(OFFICE), now=NOW, where="",
    )  # fmt: skip
    assert not early.over(early.due("Europe/Berlin").at)  # a Sunday, so Monday: an hour ago
    assert early.over(early.due("Asia/Tokyo").at)
    never = timetable(None, brand="UTC", hours=Hours(), now=NOW, where="")
    assert not never.over(NOW)


def test_what_is_wanted_now_needs_no_schedule():
    said = Schedule(at="2026-01-01 09:00", zone="contact", not_after="2 hours")
    times = timetable(said, brand="UTC", hours=Hours(OFFICE), now=NOW, where="", at_once=True)
    assert times.due("Asia/Tokyo").at == NOW
    assert not times.over(NOW)


@pytest.mark.parametrize(
    ("schedule", "again", "expected"),
    [
        (None, None, "once"),
        (Schedule(at="2027-03-09 23:30"), None, "2027-03-09"),
        (None, NOW, "once-20270301T1000"),
        (Schedule(at="2027-03-09 09:00"), NOW, "2027-03-09-20270301T1000"),
    ],
)
def test_occurrences(schedule, again, expected):
    assert occurrence(schedule, "", again=again, brand="Europe/Berlin") == expected


def test_a_day_that_does_not_exist():
    with pytest.raises(UsageError, match='"2027-02-30 09:00" does not exist'):
        due("2027-02-30 09:00")


def config(**more):
    return ProjectConfig(project=ProjectInfo(id="x", name="X", url="https://x.example"), **more)


def test_hours_of_a_campaign():
    night = QuietHours(start="22:00", end="07:00")
    office = hours_of(config(), "business-hours", "email", "here", transactional=False)
    assert office.window == OFFICE
    assert hours_of(config(quiet_hours=night), None, "sms", "here", transactional=False).quiet is not None
    assert hours_of(config(quiet_hours=night), None, "email", "here", transactional=False).quiet is None
    assert hours_of(config(quiet_hours=night), None, "sms", "here", transactional=True).quiet is None
    own = config(windows={"business-hours": Window(start="08:00", end="24:00", days=("sat",))})
    assert hours_of(own, "business-hours", "email", "here", transactional=False).window.days == {5}
    with pytest.raises(UsageError, match='there is no window "busines-hours"') as caught:
        hours_of(config(), "busines-hours", "email", "here", transactional=False)
    assert "business-hours" in caught.value.hint
