"""The heater out of a sweep of its voltage."""

import numpy as np
import pytest

from tests.analysis.calibration_data import CRYOSTAT, exact_voltages, readings
from valvelab.analysis.heater_calibration import fit_heater
from valvelab.errors import ConfigurationError, DataError
from valvelab.heater import Heater
from valvelab.sim import preset
from valvelab.thermometer import CalibratedRange

DEVICE = preset("paper")
VOLTAGES = np.array([0, 0.05, -0.05, 0.1, -0.1, 0.2, -0.2, 0.3, -0.3])
BATHS = np.full(VOLTAGES.size, 0.06)
SEEDS = 30


def fits(offset=0.0):
    exact = exact_voltages(BATHS, VOLTAGES - offset)
    return [fit_heater(readings(BATHS, VOLTAGES, exact, seed), DEVICE) for seed in range(SEEDS)]


@pytest.mark.parametrize("offset", [0.0, 2e-3])
def test_resistance_and_offset_are_found_within_their_errors(offset):
    truth = [CRYOSTAT.source.heater.resistance, offset]
    pulls = np.array(
        [
            [(one.value - true) / one.error for one, true in zip(fit.determined, truth, strict=False)]
            for fit in fits(offset)
        ]
    )
    assert np.abs(pulls.mean(axis=0)).max() < 0.3 + 3.5 / np.sqrt(SEEDS)
    assert 0.6 < np.sqrt((pulls**2).mean()) < 1.5


def test_with_one_sign_the_offset_is_not_asked_for():
    one_sign = VOLTAGES >= 0
    exact = exact_voltages(BATHS[one_sign], VOLTAGES[one_sign])
    fit = fit_heater(readings(BATHS[one_sign], VOLTAGES[one_sign], exact, 0), DEVICE)
    assert [one.name for one in fit.determined] == ["heater resistance", "source excess power"]
    assert fit.determined[0].place == ("source", "heater", "resistance")


def test_a_heater_that_does_not_heat_is_told():
    exact = exact_voltages(BATHS, np.full(VOLTAGES.size, 0.05))
    exact[-2:, 0] += 1e-6  # colder at the largest voltage
    with pytest.raises(DataError, match="must warm with the heater voltage"):
        fit_heater(readings(BATHS, VOLTAGES, exact, 0), DEVICE)


def test_what_its_thermometer_cannot_tell_is_left_out_and_told():
    exact = exact_voltages(BATHS, VOLTAGES)
    raw = readings(BATHS, VOLTAGES, exact, 0)
    found = {}
    for highest in ("600 mK", "350 mK", "250 mK"):
        known = CalibratedRange(lowest="15 mK", highest=highest, gap_error="0 ueV", resistance_error="0 Ohm")
        made = DEVICE.source.thermometer.model_copy(update={"calibration": known})
        source = DEVICE.source.model_copy(update={"thermometer": made})
        found[highest] = fit_heater(raw, DEVICE.model_copy(update={"source": source}))
    assert found["600 mK"].missing == ()
    assert "two of the heater voltages (300 mV, -300 mV)" in found["350 mK"].missing[0]
    assert "14.29 mK and 367.5 mK, where its thermometer is trusted" in found["350 mK"].missing[0]
    assert found["350 mK"].degrees_of_freedom == found["600 mK"].degrees_of_freedom - 2
    resistance = found["250 mK"].determined[0]
    assert abs(resistance.value - CRYOSTAT.source.heater.resistance) < 4 * resistance.error


def test_too_few_voltages_and_a_device_without_heater_are_refused():
    exact = exact_voltages(BATHS[:3], VOLTAGES[:3])
    raw = readings(BATHS[:3], VOLTAGES[:3], exact, 0)
    with pytest.raises(DataError, match="at least 4 heater voltages"):
        fit_heater(raw, DEVICE)
    bare = DEVICE.model_copy(update={"source": DEVICE.source.model_copy(update={"heater": None})})
    with pytest.raises(ConfigurationError, match=r"source\.heater: must be known"):
        fit_heater(raw, bare)


def test_junctions_that_heat_are_calibrated_alike():
    heater = Heater(resistance="20 kOhm", divider=1000, gap="205 ueV", broadening=1e-4)
    source = CRYOSTAT.source.model_copy(update={"heater": heater})
    cryostat = CRYOSTAT.model_copy(update={"source": source})
    voltages, offset = np.array([0, 0.3, -0.3, 0.5, -0.5, 0.7, -0.7, 0.9, -0.9]), 1.4e-3
    exact = exact_voltages(BATHS, voltages - offset, cryostat)
    guess = heater.model_copy(update={"resistance": 50e3})
    device = DEVICE.model_copy(update={"source": source.model_copy(update={"heater": guess})})
    found = [fit_heater(readings(BATHS, voltages, exact, seed), device) for seed in range(10)]
    pulls = np.array(
        [
            [(fit.determined[0].value - 20e3) / fit.determined[0].error for fit in found],
            [(fit.determined[1].value - offset) / fit.determined[1].error for fit in found],
        ]
    )
    assert np.abs(pulls.mean(axis=1)).max() < 0.3 + 3.5 / np.sqrt(10)
    assert found[0].determined[1].place == ("source", "heater", "offset")
    assert found[0].determined[0].error < 0.01 * 20e3
