"""Islands and their thermometers."""

import numpy as np
import pytest

from valvelab.analysis.thermometry import read_island
from valvelab.errors import DataError
from valvelab.sim import preset, sinis_cooling_power, sinis_voltage
from valvelab.thermometer import CalibratedRange

ISLAND = preset("paper").drain
THERMOMETER = (ISLAND.thermometer.bias_current, ISLAND.thermometer.gap, ISLAND.thermometer.resistance)


def _voltage(temperature):
    current, gap, resistance = THERMOMETER
    return sinis_voltage(current, temperature, gap, resistance)


def test_temperature_and_power_come_back():
    temperature = np.array([0.05, 0.1, 0.25])
    current, gap, resistance = THERMOMETER
    found = read_island(ISLAND, _voltage(temperature), 0.06, "drain")
    np.testing.assert_allclose(found.temperature, temperature, rtol=1e-10)
    expected = 2e-11 * (temperature**5 - 0.06**5) + sinis_cooling_power(current, temperature, gap, resistance)
    np.testing.assert_allclose(found.power, expected, rtol=1e-8)


def test_the_slopes_are_those_of_finite_changes():
    voltage = _voltage(np.array([0.08, 0.2]))
    step = 1e-8
    here, above, below = (read_island(ISLAND, voltage + s, 0.06, "drain") for s in (0, step, -step))
    np.testing.assert_allclose(
        here.temperature_slope, (above.temperature - below.temperature) / (2 * step), rtol=1e-4
    )
    np.testing.assert_allclose(here.power_slope, (above.power - below.power) / (2 * step), rtol=1e-4)


def test_a_voltage_outside_the_thermometer_is_refused_by_name():
    with pytest.raises(
        DataError, match=r"drain: must lie between 454 nV and 410 uV.*\(device\.yaml:3: gap\), found 1 V"
    ):
        read_island(ISLAND, 1.0, 0.06, "drain", "device.yaml:3: gap")


def test_the_law_of_the_junctions_is_not_trusted_beyond_its_calibration():
    known = CalibratedRange(lowest="60 mK", highest="110 mK", gap_error="0 ueV", resistance_error="0 Ohm")
    made = ISLAND.thermometer.model_copy(update={"calibration": known})
    island = ISLAND.model_copy(update={"thermometer": made})
    ends = np.array([0.06 / 1.05, 0.11 * 1.05])
    np.testing.assert_allclose(
        read_island(island, _voltage(ends), 0.06, "drain").temperature, ends, rtol=1e-10
    )
    for beyond in ([0.08, 0.1156], [0.0571, 0.08]):
        with pytest.raises(
            DataError,
            match=r"drain: .* uV .* uV.*57\.14 mK to 115\.5 mK, here\), found .* in 1 of 2 values",
        ):
            read_island(island, _voltage(np.array(beyond)), 0.06, "drain", "here")
