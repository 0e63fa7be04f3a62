"""Thermometers out of a sweep of the bath."""

import numpy as np
import pytest

from tests.analysis.calibration_data import CRYOSTAT, exact_voltages, readings
from valvelab.analysis.thermometer_calibration import fit_thermometers
from valvelab.errors import ConfigurationError, DataError
from valvelab.sim import preset

DEVICE = preset("paper")
BATHS = np.linspace(0.06, 0.4, 12)
HEATER = np.zeros(12)
SEEDS = 6


@pytest.fixture(scope="module")
def exact():
    return exact_voltages(BATHS, HEATER)


@pytest.fixture(scope="module")
def fits(exact):
    return [fit_thermometers(readings(BATHS, HEATER, exact, seed), DEVICE) for seed in range(SEEDS)]


def test_gap_resistance_and_excess_power_are_found_within_their_errors(fits):
    thermometer = CRYOSTAT.drain.thermometer
    truth = {"gap": thermometer.gap, "resistance": thermometer.resistance}
    pulls = np.array(
        [
            [(one.value - truth[one.place[-1]]) / one.error for one in fit.determined if one.place]
            for fit in fits
        ]
    )
    assert pulls.shape == (SEEDS, 4)
    assert np.abs(pulls.mean(axis=0)).max() < 0.4 + 3.5 / np.sqrt(SEEDS)
    assert 0.4 < np.sqrt((pulls**2).mean()) < 1.5
    excess = next(one for one in fits[0].determined if one.name == "drain excess power")
    assert excess.value == pytest.approx(CRYOSTAT.drain_background, abs=5 * excess.error)


def test_the_errors_are_small_and_the_fit_is_good(fits):
    for fit in fits:
        gap, resistance = fit.determined[:2]
        assert gap.error < 1e-3 * gap.value and resistance.error < 1e-2 * resistance.value
        assert 0.2 < fit.chi_square / fit.degrees_of_freedom < 2.5
        assert not fit.missing


def test_what_the_device_file_said_before_does_not_matter(exact):
    wrong = DEVICE.drain.thermometer.model_copy(
        update={"gap": 0.8 * DEVICE.drain.thermometer.gap, "resistance": 9e3}
    )
    device = DEVICE.model_copy(update={"drain": DEVICE.drain.model_copy(update={"thermometer": wrong})})
    raw = readings(BATHS, HEATER, exact, 0)
    found = [[one.value for one in fit_thermometers(raw, known).determined] for known in (DEVICE, device)]
    assert found[0] == pytest.approx(found[1], rel=1e-9, abs=0)


def test_too_few_bath_temperatures_are_refused(exact):
    raw = readings(BATHS[:4], HEATER[:4], exact[:4], 0)
    with pytest.raises(DataError, match="at least 5 bath temperatures"):
        fit_thermometers(raw, DEVICE)


def test_one_reading_at_each_set_point_is_refused(exact):
    with pytest.raises(DataError, match="at least two readings"):
        fit_thermometers(readings(BATHS, HEATER, exact, 0, count=1), DEVICE)


def test_a_device_without_an_island_is_refused(exact):
    with pytest.raises(ConfigurationError, match="drain: must be known"):
        fit_thermometers(readings(BATHS, HEATER, exact, 0), DEVICE.model_copy(update={"drain": None}))
