import json

import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.blue_fors import BlueFors
from valvelab.sim.cryostat.world import World


@pytest.fixture
def ask(quiet_cryostat: Cryostat, clock: VirtualClock):
    """Return a function that sends a request and returns the reply."""
    box = BlueFors(World(quiet_cryostat, clock))
    return lambda path, **payload: json.loads(box.receive(f"{path} {json.dumps(payload) if payload else ''}"))


def history(ask, begin: str, end: str, number: int = 6) -> dict:
    fields = ["timestamp", "temperature", "resistance", "status_flags"]
    reply = ask("/channel/historical-data", channel_nr=number, start_time=begin, stop_time=end, fields=fields)
    assert reply["fields"] == fields
    assert reply["over_limit"] is False
    return reply["measurements"]


def test_the_system_says_what_it_is(ask) -> None:
    reply = ask("/system")
    assert (reply["status"], reply["api_version"], reply["type"]) == ("OK", 1, "Bluefors TC")
    assert reply["datetime"] == "2026-01-01T00:00:00.000000Z"


def test_channels_and_heaters_are_listed_as_they_are_told_one_by_one(ask) -> None:
    channels, heaters = ask("/channels")["data"], ask("/heaters")["data"]
    assert [channel["channel_nr"] for channel in channels] == list(range(1, 13))
    assert [heater["heater_nr"] for heater in heaters] == [1, 2, 3, 4]
    assert channels[5].items() <= ask("/channel", channel_nr=6).items()
    assert heaters[3].items() <= ask("/heater", heater_nr=4).items()
    assert channels[5]["coupled_heater_nr"] == 4


@pytest.mark.parametrize(
    ("begin", "end", "count"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", 3),
        ("2026-01-01 00:00:15", "2026-01-01 00:10:00", 2),
        ("2026-01-01 00:00", "2026-01-01 00:01", 3),
        ("2025-12-01", "2025-12-31", 0),
    ],
)
def test_measurements_are_a_scan_apart_and_asked_for_by_their_times(ask, clock, begin, end, count) -> None:
    for seconds in (0.0, 5.0, 15.0, 20.0):
        clock.sleep(seconds)
        latest = ask("/channel/measurement/latest")
    measured = history(ask, begin, end)
    assert {len(values) for values in measured.values()} == {count}
    assert latest["channel_nr"] == 6
    assert latest["temperature"] == pytest.approx(0.06, rel=1e-9, abs=0)
    if count:
        assert measured["timestamp"][-1] == latest["timestamp"] == clock.utc().timestamp()


def test_a_channel_that_is_off_has_no_new_measurements(ask, clock) -> None:
    assert ask("/channel/measurement/latest")["status"] == "OK"
    assert ask("/channel/update", channel_nr=6, active=False)["active"] is False
    clock.sleep(3600.0)
    assert history(ask, "2026-01-01T00:30:00Z", "2026-01-01T02:00:00Z")["temperature"] == []
    assert history(ask, "2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z", number=5)["temperature"] == []


def test_settings_are_taken_together_or_not_at_all(ask) -> None:
    settings = {"proportional": 0.05}
    reply = ask("/heater/update", heater_nr=4, setpoint=0.1, control_algorithm_settings=settings)
    assert (reply["setpoint"], reply["pid_mode"]) == (0.1, 0)
    assert reply["control_algorithm_settings"] == {"proportional": 0.05, "integral": 250.0, "derivative": 0.0}
    assert ask("/heater/update", heater_nr=4, setpoint=0.2, max_power=2.0)["status"] == "ERROR"
    assert ask("/heater", heater_nr=4)["setpoint"] == 0.1


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("/nowhere", {}),
        ("/system/", {}),
        ("/channel", {}),
        ("/channel", {"channel_nr": 13}),
        ("/channel", {"channel_nr": "6"}),
        ("/heater", {"heater_nr": 0}),
        ("/heater/update", {"heater_nr": 4, "power": -1e-3}),
        ("/heater/update", {"heater_nr": 4, "power": "much"}),
        (
            "/channel/historical-data",
            {"channel_nr": 6, "start_time": "today", "stop_time": "now", "fields": []},
        ),
        (
            "/channel/historical-data",
            {"channel_nr": 6, "start_time": "2026-01-01", "stop_time": "2026-01-02"},
        ),
    ],
)
def test_a_wrong_request_is_answered_with_an_error(ask, path: str, payload: dict) -> None:
    reply = ask(path, **payload)
    assert reply["status"] == "ERROR"
    assert reply["error"].keys() >= {"code", "message"}


def test_json_that_is_none_is_answered_with_an_error(quiet_cryostat: Cryostat, clock: VirtualClock) -> None:
    box = BlueFors(World(quiet_cryostat, clock))
    for body in ("{", "[]", "7"):
        assert json.loads(box.receive(f"/channel {body}"))["status"] == "ERROR"


def test_the_maximum_power_bounds_the_loop(ask, clock) -> None:
    ask("/heater/update", heater_nr=4, setpoint=1.0, pid_mode=1, max_power=1e-4, active=True)
    clock.sleep(3600.0)
    held = (0.06**2 + 1e-4 / 0.04) ** 0.5
    assert ask("/channel/measurement/latest")["temperature"] == pytest.approx(held, rel=1e-9, abs=0)
