"""Offsets, smooth baseline and noise of a map, against least squares and normal distributions."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from valvelab.analysis.flux_map_background import Background, gain, half_cosines
from valvelab.analysis.flux_map_noise import LineNoise

FAST = np.linspace(0.1e-3, 0.2e-3, 40)


def background(slow, n_modes=2):
    return Background(FAST, slow, LineNoise(40, 2e-18, 1e-18), n_modes)


def oriented(lines, slow):
    return lines if slow == 1 else lines.T


@pytest.mark.parametrize("slow", [0, 1])
def test_offsets_and_half_cosines_leave_nothing_and_come_back_by_name(slow):
    random = np.random.default_rng(1)
    offsets = 1e-18 * random.standard_normal(9)
    waves = half_cosines(FAST, FAST, 2) @ [3e-18, -2e-18]
    values = oriented(waves[:, None] + offsets, slow)
    assert np.abs(background(slow).whiten(values)).max() < 1e-9
    level, amplitudes = background(slow).split(values)
    np.testing.assert_allclose(amplitudes, [3e-18, -2e-18], rtol=1e-9)
    np.testing.assert_allclose(level, offsets, atol=1e-27)


@pytest.mark.parametrize("slow", [0, 1])
def test_derivatives_are_whitened_like_maps_each(slow):
    stack = np.random.default_rng(2).standard_normal((*oriented(np.ones((40, 9)), slow).shape, 3))
    together = background(slow).whiten(stack)
    for k in range(3):
        np.testing.assert_allclose(together[..., k], background(slow).whiten(stack[..., k]), atol=1e-12)


def test_differences_of_the_surprise_are_those_of_the_normal_distribution():
    # Of differences of neighbours, as offsets do not count.
    found, steps = background(1, 0), np.diff(np.eye(40), axis=0)
    normal = multivariate_normal(cov=steps @ found.noise.covariance @ steps.T * 1e36)
    maps = 2e-18 * np.random.default_rng(3).standard_normal((2, 40, 4))
    ours = found.surprise(maps[0], 1e-18) - found.surprise(maps[1], 1e-18)
    theirs = [-2 * sum(normal.logpdf(line) for line in (steps @ each * 1e18).T) for each in maps]
    assert ours == pytest.approx(theirs[0] - theirs[1], rel=1e-6, abs=0)


def test_the_gain_is_by_how_much_least_squares_gets_better():
    random = np.random.default_rng(4)
    rest, fitted, added = (random.standard_normal((30, 5, *more)) for more in ((), (3,), (2,)))
    added = np.concatenate([added, fitted[..., :1] + added[..., :1]], axis=-1)

    def left(*parts):
        matrix = np.concatenate(parts, axis=-1).reshape(150, -1)
        return np.sum((rest.ravel() - matrix @ np.linalg.lstsq(matrix, rest.ravel())[0]) ** 2)

    fall, count = gain(rest, fitted, added)
    assert count == 2
    assert fall == pytest.approx(left(fitted) - left(fitted, added), rel=1e-9, abs=0)


def test_half_cosines_stay_what_they_are_at_the_ends_beyond_them():
    np.testing.assert_allclose(
        half_cosines(np.array([0.0, 1.0]), FAST, 3), [[1, 1, 1], [-1, 1, -1]], atol=1e-12
    )
