import numpy as np
import pytest

from tests.sim.cryostat.reference import temperatures
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.balance import find_balance, island_temperatures

HEATER_POWER = 8e-12
"""Holds the source of the packaged cryostat near 384 mK [W]."""


@pytest.mark.parametrize("frequencies", [(4e9, 4e9), (4e9, 2e9), (3.98e9, 4.03e9)])
def test_the_islands_are_where_a_bracketing_root_finder_puts_them(
    cryostat: Cryostat, frequencies: tuple[float, float]
) -> None:
    found = island_temperatures(cryostat, frequencies, HEATER_POWER, 0.06)
    assert found == pytest.approx(temperatures(cryostat, frequencies, HEATER_POWER, 0.06), rel=1e-11, abs=0)


def test_opening_the_valve_warms_the_drain_and_cools_the_source(cryostat: Cryostat) -> None:
    source_closed, drain_closed = island_temperatures(cryostat, (2e9, 2e9), HEATER_POWER, 0.06)
    source_open, drain_open = island_temperatures(cryostat, (4e9, 4e9), HEATER_POWER, 0.06)
    assert source_open < source_closed
    assert drain_open > drain_closed


@pytest.mark.parametrize("bath", [0.01, 0.06, 0.4])
@pytest.mark.parametrize("heater_power", [0.0, 1e-15, 1e-7])
def test_there_is_a_balance_wherever_a_station_can_go(
    cryostat: Cryostat, heater_power: float, bath: float
) -> None:
    source, drain = island_temperatures(cryostat, (4e9, 4e9), heater_power, bath)
    assert 0 < source < 5
    assert 0 < drain < 1


def test_an_island_without_a_balance_is_reported(cryostat: Cryostat) -> None:
    impossible = cryostat.model_copy(update={"drain_background": -1e-15})
    with pytest.raises(RuntimeError, match="heat balance"):
        island_temperatures(impossible, (2e9, 2e9), 0.0, 0.02)


def test_slopes_are_those_of_balances_nearby(cryostat: Cryostat) -> None:
    frequencies, powers, biases, bath = (3.98e9, 4.1e9), (HEATER_POWER, 0.0), (1e-10, 5e-12), 0.06
    found = find_balance(cryostat, frequencies, powers, biases, bath).slopes
    causes = np.array([*frequencies, bath])
    for column, step in enumerate((1e5, 1e5, 1e-6)):
        above, below = (
            find_balance(cryostat, (moved[0], moved[1]), powers, biases, moved[2]).temperatures
            for moved in (causes + step * np.eye(3)[column], causes - step * np.eye(3)[column])
        )
        np.testing.assert_allclose(found[:, column], (above - below) / (2 * step), rtol=1e-4)
