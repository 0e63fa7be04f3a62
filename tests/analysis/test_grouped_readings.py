"""Fits of groups of readings, against dense algebra."""

import numpy as np
import pytest

from valvelab.analysis.configuration_means import configuration_means
from valvelab.analysis.grouped_readings import Grouped
from valvelab.analysis.noise_kernels import unwhiten, whiten
from valvelab.analysis.voltage_noise import VoltageNoise, parts

RATIO = 0.7


def dense(time):
    """Return the covariance of readings in units of their white variance."""
    variances, rates = parts(RATIO)
    lags = np.abs(time[:, None] - time)
    return np.eye(time.size) + sum(a * np.exp(-r * lags) for a, r in zip(variances, rates, strict=True))


@pytest.fixture
def readings():
    """Return times, voltages, configurations and cells of forty readings."""
    random = np.random.default_rng(3)
    time = np.cumsum(random.uniform(0.3, 40.0, 40))
    configuration = np.tile([0, 1, 2, 2, 1, 0, 1, 0], 5)
    cell = np.repeat([0, 1], 20)
    return time, 3e-4 + 1e-7 * random.standard_normal(40), configuration, cell


def test_columns_are_divided_by_the_factor_of_the_covariance_and_by_the_covariance():
    random = np.random.default_rng(0)
    time = np.sort(random.uniform(0, 1000, 60))
    columns, steps = random.standard_normal((60, 3)), np.diff(time, prepend=-np.inf)
    variances, rates = parts(RATIO)
    space = np.zeros((len(rates), len(rates))), np.zeros((len(rates), 3))
    whitened, roots, gains = whiten(steps, columns, 1.0, variances, rates, *space)
    matrix = dense(time)
    np.testing.assert_allclose(whitened, np.linalg.solve(np.linalg.cholesky(matrix), columns), atol=1e-12)
    assert 2 * np.log(roots).sum() == pytest.approx(np.linalg.slogdet(matrix)[1], abs=1e-10)
    divided, diagonal = unwhiten(steps, whitened, roots, gains, variances, rates)
    np.testing.assert_allclose(divided, np.linalg.solve(matrix, columns), atol=1e-12)
    np.testing.assert_allclose(diagonal, np.diag(np.linalg.inv(matrix)), atol=1e-12)


def _projected(time, configuration, covariate):
    """Return the design of one group and the inverse covariance with the design projected out."""
    centred = covariate - covariate.mean()
    design = np.column_stack([configuration[:, None] == np.arange(3), centred]).astype(float)
    inverse = np.linalg.inv(dense(time))
    normal = design.T @ inverse @ design
    return design, inverse, inverse - inverse @ design @ np.linalg.solve(normal, design.T @ inverse)


def test_each_group_has_the_means_of_generalised_least_squares(readings):
    time, value, configuration, cell = readings
    found = Grouped(time, value, configuration, cell, time[None]).solve(parts(RATIO))
    for group in (0, 1):
        here = cell == group
        design, inverse, _ = _projected(time[here], configuration[here], time[here])
        covariance = np.linalg.inv(design.T @ inverse @ design)
        expected = covariance @ design.T @ inverse @ value[here]
        np.testing.assert_allclose(found.means[group], expected[:3], rtol=1e-10)
        np.testing.assert_allclose(found.covariance[group], covariance[:3, :3], rtol=1e-7)


def test_a_reading_is_judged_by_all_others_of_its_group(readings):
    time, value, configuration, cell = readings
    order = np.random.default_rng(1).permutation([0, 1])[cell]  # groups in another order than time
    found = Grouped(time, value, configuration, order, time[None]).deviations(parts(RATIO))
    for group in (0, 1):
        here = cell == group
        _, _, rest = _projected(time[here], configuration[here], time[here])
        np.testing.assert_allclose(found[here], rest @ value[here] / np.sqrt(np.diag(rest)), atol=1e-15)


def test_a_covariate_that_cannot_be_told_from_others_is_not_fitted(readings):
    time, value, configuration, cell = readings
    by_configuration = np.array([0.0, 5.0, 1.0])[configuration]
    covariates = np.array([time, 2 * time + 3, by_configuration, np.full(40, 0.3)])
    assert Grouped(time, value, configuration, cell, covariates).fitted.tolist() == [
        [True, True],
        [False, False],
        [False, False],
        [False, False],
    ]


def test_the_means_of_a_run_are_correlated_between_cells_as_the_noise_is(readings):
    time, value, configuration, cell = readings
    row = cell * 3 + configuration
    cells = Grouped(time, value, configuration, cell, time[None])
    found = configuration_means(time, value, row, cells, VoltageNoise(2e-7, RATIO * 2e-7, 30))
    middle = np.where(cell == 0, time[cell == 0].mean(), time[cell == 1].mean())
    drifts = [(time - middle) * (cell == one) for one in (0, 1)]
    design = np.column_stack([row[:, None] == np.arange(6), *drifts]).astype(float)
    inverse = np.linalg.inv(dense(time))
    covariance = np.linalg.inv(design.T @ inverse @ design)
    expected = covariance @ design.T @ inverse @ value
    np.testing.assert_allclose(found.values, expected[:6], rtol=1e-9)
    np.testing.assert_allclose(found.covariance, 4e-14 * covariance[:6, :6], rtol=1e-7)
    assert found.covariance[0, 4] > 0.2 * found.covariance[0, 0]


def test_a_long_run_is_worked_on_in_parts(readings, monkeypatch):
    time, value, configuration, cell = readings
    row, cells = cell * 3 + configuration, Grouped(time, value, configuration, cell, time[None])
    noise = VoltageNoise(2e-7, RATIO * 2e-7, 30)
    whole = configuration_means(time, value, row, cells, noise)
    monkeypatch.setattr("valvelab.analysis.configuration_means._CHUNK", 7)
    parted = configuration_means(time, value, row, cells, noise)
    np.testing.assert_allclose(parted.values, whole.values, rtol=1e-12)
    np.testing.assert_allclose(parted.covariance, whole.covariance, rtol=1e-8)
