"""Ridges are found where they are, with an error that says how well, or not at all."""

import numpy as np
import pytest

from valvelab.errors import DataError
from valvelab.resonance import heat_through_one_qubit
from valvelab.sim import Bath, Resonator, collective, preset
from valvelab.steering import Steering, find_ridge
from valvelab.walk import CENTRING

DEVICE = preset("paper")
PARKED = [float(qubit.flux(2e9)) for qubit in DEVICE.qubits]


def test_the_heat_through_one_qubit_is_that_of_the_master_equation():
    frequency = np.linspace(3.5e9, 4.5e9, 41)
    filtered = DEVICE.resonator
    resonator = Resonator(filtered.frequency, filtered.quality_factor, filtered.exponent)
    rate = 3e8
    passed = resonator.filter(frequency)
    exact = collective(
        1, frequency, hot=Bath(rate * passed, 0.384), cold=Bath(rate * passed, 0.06)
    ).currents.hot
    shape = heat_through_one_qubit(frequency, filtered, 0.384, 0.06)
    np.testing.assert_allclose(exact / shape, 6.62607015e-34 * rate, rtol=1e-10)


def scan(qubit, true_offset, noise, chance, *, points=9, half=0.2e9, height=1e-6):
    """Return the records of a scan over a chip whose flux lies higher than its file says."""
    up = np.linspace(4e9 - half, 4e9 + half, points)
    records = []
    for frequency in [*up, *up[::-1]]:
        fluxes = list(PARKED)
        fluxes[qubit - 1] = float(DEVICE.qubits[qubit - 1].flux(frequency))
        currents = DEVICE.flux.coil_currents(fluxes)
        real = float(DEVICE.qubits[qubit - 1].frequency(fluxes[qubit - 1] + true_offset))
        top = float(heat_through_one_qubit(4e9, DEVICE.resonator, 0.384, 0.06))
        heat = float(heat_through_one_qubit(real, DEVICE.resonator, 0.384, 0.06)) / top
        records.append(
            {
                "configuration": f"{CENTRING}{qubit}",
                "heated": "source",
                "source_temperature": 0.384,
                "bath_temperature": 0.06,
                "coil_current_1": float(currents[0]),
                "coil_current_2": float(currents[1]),
                "thermometer_voltage_drain": 3e-4 - height * heat + chance.normal(0, noise),
                "thermometer_voltage_source": 1e-4 + chance.normal(0, noise),
            }
        )
    return records


@pytest.mark.parametrize("qubit", [1, 2])
@pytest.mark.parametrize("offset", [0.0, 3e-3, -6e-3])
def test_without_noise_the_offset_comes_out_exactly(qubit, offset):
    chance = np.random.default_rng(1)
    found, _ = find_ridge(DEVICE, qubit, scan(qubit, offset, 0.0, chance))
    assert found == pytest.approx(offset, abs=1e-7)


@pytest.mark.desk
def test_the_error_is_the_scatter_of_repeated_searches():
    chance = np.random.default_rng(5)
    pulls = []
    for _ in range(300):
        true = chance.uniform(-2e-3, 2e-3)
        found, error = find_ridge(DEVICE, 1, scan(1, true, 3e-8, chance))
        pulls.append((found - true) / error)
    # 14 degrees of freedom: Student's t has a standard deviation of 1.08.
    assert abs(np.mean(pulls)) < 0.2 and 0.95 < np.std(pulls) < 1.25


def test_noise_alone_is_no_ridge():
    chance = np.random.default_rng(9)
    believed = 0
    for _ in range(200):
        try:
            find_ridge(DEVICE, 1, scan(1, 0.0, 3e-8, chance, height=0.0))
            believed += 1
        except DataError as error:
            assert "qubit 1: its ridge must" in str(error)
    assert believed <= 1


def test_a_ridge_at_the_edge_is_not_followed():
    with pytest.raises(DataError, match="must lie within the scan"):
        find_ridge(DEVICE, 1, scan(1, 0.013, 1e-9, np.random.default_rng(2), half=0.2e9))


def test_set_points_are_moved_by_what_was_found_for_both_qubits(tmp_path):
    events = [
        {"event": "recentred", "qubit": 1, "flux_offset": 4e-3},
        {"event": "recentred", "qubit": 2, "flux_offset": 1e-3},
        {"event": "recentred", "qubit": 2, "flux_offset": -2e-3},
    ]
    from valvelab.walk import Reading

    reading = Reading(0, 0, 0, 0, "both", 0.06, 1e-4, -2e-5, 0.3)
    assert Steering(DEVICE, []).correct(reading) is reading
    moved = Steering(DEVICE, events).correct(reading)
    before = DEVICE.flux.fluxes([reading.coil_current_1, reading.coil_current_2])
    after = DEVICE.flux.fluxes([moved.coil_current_1, moved.coil_current_2])
    np.testing.assert_allclose(after - before, [-4e-3, 2e-3], atol=1e-12)
    assert moved.heater_voltage == 0.3


def test_a_search_gives_an_event_for_each_qubit():
    chance = np.random.default_rng(3)
    taken = [*scan(1, 1e-3, 1e-8, chance), *scan(2, -1e-3, 1e-8, chance)]
    first, second = Steering(DEVICE, []).look(taken)
    assert (first["qubit"], second["qubit"]) == (1, 2)
    assert first["flux_offset"] == pytest.approx(1e-3, abs=3e-4)
    assert second["flux_offset"] == pytest.approx(-1e-3, abs=3e-4)
