"""White and flicker noise that is found again, and what it looks like as an Allan deviation."""

import numpy as np
import pytest

from tests.analysis.voltage_simulator import Run
from valvelab.analysis.allan import allan_deviation
from valvelab.analysis.grouped_readings import Grouped
from valvelab.analysis.voltage_noise import VoltageNoise, estimate_noise

RUN = Run(cells=4, blocks=6, visit=2)


def grouped(raw):
    configuration = np.unique(raw["configuration"].values, return_inverse=True)[1]
    time, value = raw["time"].values, raw["thermometer_voltage_drain"].values
    return Grouped(time, value, configuration, raw["cell"].values, time[None])


@pytest.mark.parametrize(("white", "flicker"), [(100e-9, 0.0), (100e-9, 60e-9), (60e-9, 120e-9)])
def test_white_and_flicker_noise_are_found(white, flicker):
    draws = RUN.draws(20, white=white, flicker=flicker, drift=1e-9, seed=7)
    found = [estimate_noise(grouped(raw), 0.0) for raw in draws]
    floors = np.array([noise.flicker for noise in found])
    if flicker:
        assert np.median(floors) == pytest.approx(flicker, rel=0.12, abs=0)
        assert np.std(floors) < 0.3 * flicker
    else:
        assert np.median(floors) < 0.1 * white
        whites = [noise.white for noise in found]
        assert np.mean(whites) == pytest.approx(white, rel=0.03, abs=0)


def test_noise_is_not_looked_for_where_too_little_is_left():
    raw = next(Run(cells=1, blocks=1, visit=1).draws(1, white=1e-7, flicker=1e-6, drift=0.0, seed=1))
    noise = estimate_noise(grouped(raw), 0.0)
    assert noise.flicker == 0 and noise.freedom == 3


def test_readings_that_do_not_scatter_have_the_noise_of_their_rounding():
    noise = estimate_noise(grouped(RUN.raw()), 3e-9)
    assert noise.white == 3e-9


def test_the_processes_make_a_floor_that_does_not_depend_on_the_averaging_time():
    # Many readings in an average are as good as none between which anything happens.
    noise = VoltageNoise(1e-9, 1.0, 1)
    times = np.array([2.0, 10.0, 100.0, 1000.0])
    np.testing.assert_allclose(noise.allan_deviation(np.full(4, 500), times / 500), 1.0, atol=0.06)


def test_the_allan_deviation_of_white_noise_falls_and_that_of_flicker_stays():
    run = Run(cells=2, blocks=12, visit=1)
    cell, time = run.places[0], run.time
    random = np.random.default_rng(5)
    found = {}
    for name, factor in (("white", np.eye(cell.size)), ("flicker", run.flicker)):
        draws = [
            allan_deviation(factor @ random.standard_normal(cell.size), time, cell)[2] ** 2 for _ in range(60)
        ]
        found[name] = np.sqrt(np.mean(draws, axis=0))
    numbers, times, _ = allan_deviation(np.zeros(cell.size), time, cell)
    assert numbers.tolist() == [1, 2, 4, 8, 16, 32]
    np.testing.assert_allclose(times, numbers * 2.4, rtol=1e-12)
    for name, noise in (("white", VoltageNoise(1.0, 0.0, 1)), ("flicker", VoltageNoise(1e-6, 1.0, 1))):
        expected = noise.allan_deviation(numbers, times / numbers)
        np.testing.assert_allclose(found[name], expected, rtol=0.12)
    np.testing.assert_allclose(found["white"], 1 / np.sqrt(numbers), rtol=0.12)
    np.testing.assert_allclose(found["flicker"][3:], 1.0, atol=0.15)


def test_noise_says_its_ratio():
    assert VoltageNoise(2e-7, 1e-7, 10).ratio == pytest.approx(0.5, abs=1e-12)
