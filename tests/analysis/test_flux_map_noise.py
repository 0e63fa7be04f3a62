"""White noise and flicker along a line, against exact covariances and against series of a known spectrum."""

import numpy as np
import pytest

from tests.analysis.map_simulator import unit_flicker as series
from valvelab.analysis.flux_map_noise import LineNoise, estimate_noise, unit_flicker


def test_whitened_lines_are_independent_of_variance_1_and_know_no_offset():
    noise = LineNoise(30, 2e-18, 1e-18)
    rows = noise.whitener
    np.testing.assert_allclose(rows @ noise.covariance @ rows.T, np.eye(29), atol=1e-9)
    np.testing.assert_allclose(rows @ np.ones(30), 0, atol=1e-9 * np.abs(rows).max())


def test_white_noise_alone_is_whitened_to_what_is_left_without_the_mean():
    line = np.random.default_rng(1).standard_normal(25)
    whitened = LineNoise(25, 2.0).along(line)
    assert np.sum(whitened**2) == pytest.approx(np.sum((line - line.mean()) ** 2) / 4, rel=1e-9, abs=0)


def test_the_log_determinant_is_that_of_the_differences():
    noise, steps = LineNoise(12, 1.5, 0.7), np.diff(np.eye(12), axis=0)
    expected = np.linalg.slogdet(steps @ noise.covariance @ steps.T)[1]
    assert noise.log_determinant == pytest.approx(expected, rel=1e-12, abs=0)


def test_its_flicker_has_the_spread_over_time_of_a_series_with_the_spectrum_1_over_f():
    random = np.random.default_rng(2)
    lines = np.stack([series(128, random) for _ in range(1500)])
    correlated = unit_flicker(128)[0]
    spread = {lag: np.mean((lines[:, lag:] - lines[:, :-lag]) ** 2) for lag in (2, 8, 32, 100)}
    # What it lacks below a few points looks like white noise, and cancels here.
    for lag in (8, 32, 100):
        expected = 2 * (correlated[2] - correlated[lag])
        assert spread[lag] - spread[2] == pytest.approx(expected, rel=0.15, abs=0)


@pytest.mark.parametrize("flicker", [0.5e-18, 2e-18])
def test_amplitudes_are_found_in_series_of_the_spectrum_1_over_f_with_offsets(flicker):
    random = np.random.default_rng(3)
    lines = flicker * np.stack([series(101, random) for _ in range(60)], axis=1)
    lines += 2.5e-18 * random.standard_normal(lines.shape) + 1e-15 * random.standard_normal(60)
    found = estimate_noise(lines, 3e-18)
    # Flicker above a tenth of the points' frequency counts as white.
    assert found.white == pytest.approx(np.hypot(2.5e-18, 0.5 * flicker), rel=0.05, abs=0)
    assert found.flicker == pytest.approx(flicker, rel=0.2, abs=0)


def test_white_noise_is_not_taken_for_flicker():
    lines = 2e-18 * np.random.default_rng(4).standard_normal((101, 60))
    found = estimate_noise(lines, 2e-18)
    assert found.white == pytest.approx(2e-18, rel=0.03, abs=0)
    assert found.flicker < 0.3e-18


def test_lines_without_any_noise_have_a_tiny_one():
    assert estimate_noise(np.zeros((20, 5)), 1e-18).white < 0.1e-18
