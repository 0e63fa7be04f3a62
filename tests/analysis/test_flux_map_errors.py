"""Errors under correlated noise, against linear models whose answer is known."""

import numpy as np
import pytest

from valvelab.analysis.flux_map_errors import Uncertainty, covariance, gradient, white_covariance


def test_white_noise_gives_the_textbook_covariance():
    random = np.random.default_rng(1)
    slopes = random.standard_normal((200, 20, 3))
    rest = 0.7 * random.standard_normal((200, 20))
    flat = slopes.reshape(-1, 3)
    expected = 0.49 * np.linalg.inv(flat.T @ flat)
    found = covariance(slopes, rest, slow=1)
    np.testing.assert_allclose(np.sqrt(np.diag(found)), np.sqrt(np.diag(expected)), rtol=0.15)


def test_noise_correlated_along_the_fast_axis_gives_the_scatter_of_repeated_fits():
    random = np.random.default_rng(2)
    line = np.exp(-0.5 * ((np.arange(120)[:, None] - 60) / 8) ** 2) * np.ones(15)

    def correlated():
        white = random.standard_normal((160, 15))
        for i in range(1, 160):
            white[i] += 0.8 * white[i - 1]
        return white[40:]

    heights, errors = [], []
    for _ in range(60):
        noise = correlated()
        height = np.sum(line * noise) / np.sum(line**2)
        heights.append(height)
        errors.append(np.sqrt(covariance(line[..., None], noise - height * line, slow=1)[0, 0]))
    assert np.mean(errors) == pytest.approx(np.std(heights), rel=0.3, abs=0)


def test_a_parameter_that_lives_on_three_points_is_not_given_too_small_an_error():
    random = np.random.default_rng(5)
    slopes = np.zeros((60, 10, 1))
    slopes[30, 2:5] = 1.0
    found, errors = [], []
    for _ in range(300):
        noise = random.standard_normal((60, 10))
        found.append(noise[30, 2:5].mean())
        rest = noise - found[-1] * slopes[..., 0]
        errors.append(max(covariance(slopes, rest, slow=1)[0, 0], white_covariance(slopes)[0, 0]) ** 0.5)
    assert np.mean(np.abs(found) > 2 * np.array(errors)) < 0.07


def test_scales_of_thirty_orders_of_magnitude_do_no_harm():
    random = np.random.default_rng(3)
    slopes, rest = random.standard_normal((50, 10, 2)), random.standard_normal((50, 10))
    scale = np.array([1e-18, 1e12])
    found = covariance(slopes / scale, rest, slow=1)
    np.testing.assert_allclose(found / np.outer(scale, scale), covariance(slopes, rest, slow=1), rtol=1e-6)


def test_a_degenerate_direction_is_huge_and_names_its_partner_while_the_rest_stays_finite():
    random = np.random.default_rng(4)
    slopes = random.standard_normal((50, 10, 3))
    slopes[..., 2] = slopes[..., 1]
    matrix = covariance(slopes, random.standard_normal((50, 10)), slow=1)
    names = ("a", "b", "c")
    told = Uncertainty(names, matrix, names, matrix, (), (1.0, 1.0))
    assert told.error({"a": 1.0}) < 0.1
    assert told.error({"b": 1.0}) > 1e3
    assert told.error({"b": 1.0, "c": 1.0}) < 1.0
    assert sorted(told.partners({"b": 1.0})) == ["b", "c"]


def test_gradients_are_derivatives_even_at_zero():
    slopes = gradient(
        lambda v: v["x"] ** 2 * v["y"] + v["z"], {"x": 3.0, "y": 2.0, "z": 0.0}, ["x", "y", "z"]
    )
    assert slopes == pytest.approx({"x": 12.0, "y": 9.0, "z": 1.0}, rel=1e-6, abs=0)
