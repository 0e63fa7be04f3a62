"""A run is left when enough is known, and not because of luck or too few blocks."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from valvelab.sim import preset
from valvelab.stop_rules import FEWEST_BLOCKS, block_powers, next_time, ratio

DEVICE = preset("paper")


def test_the_ratio_is_that_of_the_sums_and_its_error_the_scatter_of_repeated_runs():
    chance = np.random.default_rng(4)
    found, errors = [], []
    for _ in range(400):
        powers = [(1.07 * 2.0 + chance.normal(0, 0.1), 2.0 + chance.normal(0, 0.1)) for _ in range(20)]
        value, error = ratio(powers)
        assert value == pytest.approx(sum(p[0] for p in powers) / sum(p[1] for p in powers), rel=1e-12, abs=0)
        found.append(value)
        errors.append(error)
    expected = 0.1 * math.sqrt(1 + 1.07**2) / 2.0 / math.sqrt(20)
    assert np.mean(found) == pytest.approx(1.07, abs=3 * expected / 20)
    assert np.std(found) == pytest.approx(expected, rel=0.1, abs=0)
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.1, abs=0)


def test_few_blocks_and_singles_without_heat_are_never_enough():
    assert ratio([(2.0, 2.0)] * (FEWEST_BLOCKS - 1))[1] == math.inf
    chance = np.random.default_rng(1)
    assert ratio([tuple(chance.normal(0, 1, 2)) for _ in range(50)])[1] == math.inf


def reading(configuration, temperature, **more):
    voltage = float(DEVICE.drain.thermometer.voltage(temperature))
    return {
        "configuration": configuration,
        "thermometer_voltage_drain": voltage,
        "mixing_chamber_temperature": 0.06,
        "bath_temperature": 0.06,
        "source_temperature": 0.384,
        **more,
    }


def test_the_powers_of_a_block_are_the_balance_of_the_cold_island_above_off():
    temperatures = {"off": 0.061, "both": 0.080, "only_1": 0.071, "only_2": 0.072}
    taken = [reading(name, value) for name, value in temperatures.items() for _ in range(2)]

    def power(temperature):
        drain = DEVICE.drain
        return drain.electron_phonon_coupling * (temperature**5 - 0.06**5) + float(
            drain.thermometer.cooling_power(temperature)
        )

    off = power(0.061)
    ((both, singles),) = block_powers(DEVICE, taken)
    assert both == pytest.approx(power(0.080) - off, rel=1e-6, abs=0)
    assert singles == pytest.approx(power(0.071) + power(0.072) - 2 * off, rel=1e-6, abs=0)
    assert block_powers(DEVICE, taken[:-2]) == []
    assert block_powers(DEVICE, [one | {"source_temperature": 0.06} for one in taken]) == []


def test_a_time_of_day_is_the_next_one():
    now = datetime(2026, 11, 25, 21, 30, tzinfo=UTC).astimezone()
    in_an_hour = (now + timedelta(hours=1)).strftime("%H:%M")
    an_hour_ago = (now - timedelta(hours=1)).strftime("%H:%M")
    assert next_time(in_an_hour, now) - now == timedelta(hours=1)
    assert next_time(an_hour_ago, now) - now == timedelta(hours=23)
    assert next_time(now.strftime("%H:%M"), now) - now == timedelta(days=1)
