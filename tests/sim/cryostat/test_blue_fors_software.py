import json

import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.blue_fors_software import BlueForsSoftware
from valvelab.sim.cryostat.world import World


@pytest.fixture
def ask(quiet_cryostat: Cryostat, clock: VirtualClock):
    """Return a function that sends a request and returns the reply."""
    box = BlueForsSoftware(World(quiet_cryostat, clock))
    return lambda path: json.loads(box.receive(f"{path} "))


def test_a_value_has_its_time_and_its_state(ask, clock: VirtualClock) -> None:
    clock.sleep(100.0)
    node = ask("/values/mapper/bf/temperatures/tmixing/?key=1")["data"]["mapper.bf.temperatures.tmixing"]
    sample = node["content"]["latest_value"]
    assert float(sample["value"]) == pytest.approx(0.06, rel=1e-9, abs=0)
    assert (sample["status"], sample["outdated"]) == ("SYNCHRONIZED", False)
    assert sample["date"] == clock.utc().timestamp() * 1000


def test_a_new_value_comes_with_the_next_scan(ask, clock: VirtualClock) -> None:
    path, node = "/values/mapper/bf/temperatures/tmixing/", "mapper.bf.temperatures.tmixing"
    dates = []
    for seconds in (0.0, 9.0, 1.0):
        clock.sleep(seconds)
        dates.append(ask(path)["data"][node]["content"]["latest_value"]["date"])
    assert dates[0] == dates[1] == dates[2] - 10_000


def test_what_is_not_there_is_answered_with_an_error(ask) -> None:
    assert ask("/values/mapper/bf/temperatures/toven/")["error"]["description"]
    assert ask("/system?key=1")["data"]["system_version"]
    node = ask("/values/mapper/bf/temperatures/t4k/")["data"]["mapper.bf.temperatures.t4k"]
    assert node["content"]["latest_value"]["status"] == "DISCONNECTED"
