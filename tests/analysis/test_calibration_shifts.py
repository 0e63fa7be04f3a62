"""What an uncertain calibration does to temperatures and powers, against devices that were calibrated wrongly."""

import numpy as np
import pytest

from tests.analysis.voltage_simulator import DEVICE, DRAIN, Run, power_errors
from valvelab.analysis import reduce
from valvelab.analysis.calibration_shifts import calibration_shifts
from valvelab.analysis.thermometry import read_island
from valvelab.thermometer import CalibratedRange

GAP_ERROR, RESISTANCE_ERROR, CORRELATION = 2e-3, 3e-2, 0.8
BATH = np.full(3, 0.06)
VOLTAGE = np.array([300e-6, 290e-6, 250e-6])


def _calibrated(island, gap=0.0, resistance=0.0):
    """Return an island whose gap and resistance were found so many relative errors off, with their errors."""
    made = island.thermometer
    errors = CalibratedRange(
        lowest="50 mK",
        highest="400 mK",
        gap_error=f"{GAP_ERROR * 205} ueV",
        resistance_error=f"{RESISTANCE_ERROR * 25} kOhm",
        correlation=CORRELATION,
    )
    found = {"gap": made.gap * (1 + gap), "resistance": made.resistance * (1 + resistance)}
    return island.model_copy(update={"thermometer": made.model_copy(update={"calibration": errors, **found})})


def test_an_island_without_stated_errors_has_no_shifts():
    reading = read_island(DEVICE.drain, VOLTAGE, BATH, "drain")
    found = calibration_shifts(DEVICE.drain, reading, BATH)
    assert found.temperature.shape == found.power.shape == (3, 0)


@pytest.mark.parametrize(("gap", "resistance"), [(1e-4, 0.0), (0.0, 1e-3), (1e-4, -1e-3)])
def test_the_shifts_are_what_another_gap_and_resistance_make_of_the_same_voltage(gap, resistance):
    island = _calibrated(DEVICE.drain)
    reading = read_island(island, VOLTAGE, BATH, "drain")
    found = calibration_shifts(island, reading, BATH)
    ends = [
        read_island(_calibrated(DEVICE.drain, sign * gap, sign * resistance), VOLTAGE, BATH, "drain")
        for sign in (1, -1)
    ]
    # In units of standard errors: the second part is what the resistance does beside the gap.
    first = gap / GAP_ERROR
    second = (resistance / RESISTANCE_ERROR - CORRELATION * first) / np.sqrt(1 - CORRELATION**2)
    for name in ("temperature", "power"):
        moved = getattr(found, name) @ [first, second]
        expected = (getattr(ends[0], name) - getattr(ends[1], name)) / 2
        np.testing.assert_allclose(moved, expected, rtol=2e-3)


@pytest.mark.parametrize("points", [None, 5])
def test_an_offset_that_moved_is_a_voltage_that_is_off(points):
    made, error = DEVICE.drain.thermometer, 1e-7
    given = None
    if points:
        temperatures = np.array([0.06, 0.1, 0.15, 0.2, 0.3])
        given = tuple((float(t), float(made.voltage(t)), 1e-7) for t in temperatures)
    island = DEVICE.drain.model_copy(
        update={"thermometer": made.model_copy(update={"offset_error": error, "points": given})}
    )
    found = calibration_shifts(island, read_island(island, VOLTAGE, BATH, "drain"), BATH)
    assert found.temperature.shape == (3, 1 + (points or 0))
    up, down = (read_island(island, VOLTAGE + sign * error / 10, BATH, "drain") for sign in (1, -1))
    for name in ("temperature", "power"):
        # A zero that rose by as much makes the voltage of the pair itself lower.
        expected = (getattr(down, name) - getattr(up, name)) * 5
        np.testing.assert_allclose(getattr(found, name)[:, 0], expected, rtol=1e-3)


def test_points_move_the_temperatures_between_them():
    made = DEVICE.drain.thermometer
    temperatures = np.array([0.06, 0.1, 0.15, 0.2, 0.3])
    points = tuple((float(t), float(made.voltage(t)), 1e-7) for t in temperatures)
    island = DEVICE.drain.model_copy(update={"thermometer": made.model_copy(update={"points": points})})
    reading = read_island(island, made.voltage(temperatures[1:4]), BATH, "drain")
    found = calibration_shifts(island, reading, BATH)
    assert found.temperature.shape == (3, 5)
    # At a point only the voltage of that point counts.
    own = -1e-7 * reading.temperature_slope
    np.testing.assert_allclose(
        found.temperature, own[:, None] * (np.arange(5) == [[1], [2], [3]]), atol=1e-12
    )
    np.testing.assert_allclose(
        found.power, found.temperature * (reading.power_slope / reading.temperature_slope)[:, None], rtol=1e-9
    )


@pytest.mark.desk
def test_powers_of_wrongly_calibrated_devices_scatter_as_is_stated():
    raw = Run(cells=2, blocks=1, visit=1).raw()
    random = np.random.default_rng(1)
    covariance = np.array([[1.0, CORRELATION], [CORRELATION, 1.0]])
    pulls = []
    for _ in range(150):
        gap, resistance = np.linalg.cholesky(covariance) @ random.standard_normal(2)
        drain = _calibrated(DEVICE.drain, 0.1 * GAP_ERROR * gap, 0.1 * RESISTANCE_ERROR * resistance)
        reduced = reduce(raw, DEVICE.model_copy(update={"drain": drain}))
        stated = reduced["heat_power_drain_calibration_std"].values
        np.testing.assert_allclose(
            reduced["heat_power_drain_std"], stated, rtol=1e-6
        )  # nothing else is wrong
        pulls.append(power_errors(reduced) / (0.1 * stated))
    # One error moves all points together: 150 draws know its size to 6 %.
    assert np.sqrt(np.mean(np.square(pulls), axis=0)) == pytest.approx(1.0, abs=0.2)


def test_calibration_is_shared_by_all_points_and_stated_apart():
    raw = next(Run(cells=2, blocks=4, visit=2).draws(1, white=1e-7, flicker=0.0, drift=0.0, seed=5))
    device = DEVICE.model_copy(update={"drain": _calibrated(DEVICE.drain)})
    plain, found = reduce(raw, DEVICE), reduce(raw, device)
    calibration = found["heat_power_drain_calibration_std"].values
    np.testing.assert_allclose(
        found["heat_power_drain_std"] ** 2, plain["heat_power_drain_std"] ** 2 + calibration**2, rtol=1e-9
    )
    more = found["heat_power_drain_covariance"].values - plain["heat_power_drain_covariance"].values
    assert np.linalg.matrix_rank(more / np.outer(calibration, calibration), tol=1e-6) == 2
    assert found["drain_error_cause"].values.tolist().count("calibration") == 2
    assert not plain["heat_power_drain_calibration_std"].values.any()
    assert set(DRAIN) > set(found["configuration"].values)
