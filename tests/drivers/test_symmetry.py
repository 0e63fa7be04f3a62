"""The symmetric point of a response."""

import numpy as np
import pytest

from valvelab.drivers import symmetry_point
from valvelab.errors import RunError

VOLTAGES = np.linspace(-1.0, 1.0, 81)


def _heater(voltage):
    """Return a response with the features of a SINIS heater: cooling below the gap, steep heating above."""
    size = np.abs(voltage)
    heating = 0.4 * np.logaddexp(0, (size - 0.42) / 0.02) - 0.3 * np.exp(-(((size - 0.38) / 0.03) ** 2))
    return -0.115 * (0.5 + heating) ** 0.2


@pytest.mark.parametrize(
    ("response", "points", "scatter"),
    [(np.square, 31, 0.01), (np.square, 31, 0.1), (_heater, 61, 0.001), (_heater, 61, 0.004)],
)
def test_the_error_of_the_point_is_what_repeated_sweeps_show(response, points, scatter):
    voltages, pulls = np.linspace(-1.0, 1.0, points), []
    for seed in range(20):
        noise = np.random.default_rng([points, seed])
        truth = noise.uniform(-0.2, 0.2)
        found = symmetry_point(voltages, response(voltages - truth) + scatter * noise.standard_normal(points))
        pulls.append((found.voltage - truth) / found.voltage_std)
    # 20 pulls of unit width: their width is known to 16 %, their mean to 0.22.
    assert 0.5 < np.std(pulls) < 1.5
    assert abs(np.mean(pulls)) < 0.7


@pytest.mark.parametrize("truth", [-0.49, -0.0123, 0.0, 0.3])
def test_a_response_without_noise_gives_the_point_itself(truth):
    found = symmetry_point(VOLTAGES, np.cosh(2 * (VOLTAGES - truth)))
    assert found.voltage == pytest.approx(truth, rel=1e-6, abs=1e-6)
    assert found.voltage_std < 1e-5


def test_the_order_of_the_sweep_and_repeated_voltages_do_not_matter():
    noise = np.random.default_rng(1).standard_normal(2 * VOLTAGES.size)
    there_and_back = np.concatenate([VOLTAGES, VOLTAGES[::-1]])
    readings = there_and_back**2 + 0.01 * noise
    order = np.random.default_rng(2).permutation(readings.size)
    one, other = (
        symmetry_point(there_and_back, readings),
        symmetry_point(there_and_back[order], readings[order]),
    )
    assert other.voltage == pytest.approx(one.voltage, rel=1e-6, abs=1e-8)


def test_the_scatter_of_a_reading_is_found():
    noise = np.random.default_rng(3).standard_normal(VOLTAGES.size)
    found = symmetry_point(VOLTAGES, (VOLTAGES - 0.1) ** 2 + 0.02 * noise)
    assert found.scatter == pytest.approx(0.02, rel=0.25, abs=0)


def test_noise_alone_has_no_symmetric_point():
    for seed in range(5):
        with pytest.raises(RunError, match="must change over the sweep"):
            symmetry_point(VOLTAGES, np.random.default_rng(seed).standard_normal(VOLTAGES.size))


def test_a_constant_has_no_symmetric_point():
    with pytest.raises(RunError, match="must change over the sweep"):
        symmetry_point(VOLTAGES, np.full(VOLTAGES.size, 3e-4))


@pytest.mark.parametrize("response", [lambda v: v, lambda v: (v - 0.8) ** 2, np.exp])
def test_a_point_outside_the_sweep_is_not_found_inside(response):
    noise = 1e-3 * np.random.default_rng(4).standard_normal(VOLTAGES.size)
    with pytest.raises(RunError, match="in the middle half of the sweep"):
        symmetry_point(VOLTAGES, response(VOLTAGES) + noise)


def test_a_response_that_knows_the_sign_is_refused():
    noise = 1e-3 * np.random.default_rng(5).standard_normal(VOLTAGES.size)
    with pytest.raises(RunError, match="the same for both signs"):
        symmetry_point(VOLTAGES, VOLTAGES**3 - 0.5 * VOLTAGES + noise)


@pytest.mark.parametrize(
    ("voltages", "responses", "message"),
    [
        (VOLTAGES, VOLTAGES[1:], "must be lists of one length"),
        ([VOLTAGES], [VOLTAGES], "must be lists of one length"),
        (VOLTAGES, np.where(VOLTAGES > 0.5, np.nan, VOLTAGES), "`responses` must be finite, but is nan"),
        (np.append(VOLTAGES[1:], np.inf), VOLTAGES, "`voltages` must be finite, but is inf"),
        ([0.0, 1.0] * 8, [0.0, 1.0] * 8, "at least 8 different ones, but holds 2"),
    ],
)
def test_what_is_no_sweep_is_refused(voltages, responses, message):
    with pytest.raises(ValueError, match=message):
        symmetry_point(voltages, responses)
