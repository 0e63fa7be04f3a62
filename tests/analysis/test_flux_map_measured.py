"""What the fit says of a measured map, where that is at hand."""

from pathlib import Path

import numpy as np
import pytest

from valvelab.analysis import fit_flux_map, read_map
from valvelab.analysis.flux_map_words import undescribed_line

MEASURED = Path(__file__).parents[3] / "shared/data/two_qubit_map_even_columns.mat"


@pytest.fixture(scope="module")
def measured():
    if not MEASURED.is_file():
        pytest.skip("the measured map is not here")
    return fit_flux_map(read_map(MEASURED))


def test_the_measured_map_is_described_to_its_flicker_floor(measured):
    for fit in (measured, measured.independent):
        assert fit.rms < 3.1e-18
        assert fit.background.noise.white < 2.7e-18
        assert 0.5e-18 < fit.background.noise.flicker < 1e-18
        assert max(fit.neighbour_correlation) < 0.1
    assert measured.baseline == pytest.approx(0.668e-15, rel=0.01, abs=0)


def test_the_measured_map_is_not_described_with_the_resonators_of_another_device(measured):
    assert undescribed_line([measured, measured.independent]) == ""
    other = fit_flux_map(read_map(MEASURED), "independent", "paper")
    assert "No model describes the map" in undescribed_line([other]) and "'paper'" in undescribed_line(
        [other]
    )


def test_the_measured_map_holds_no_structure_along_its_ridges(measured):
    for fit in (measured, measured.independent):
        for each in fit.structure:
            assert each.freedom > 10
            assert each.probability > 0.01


@pytest.mark.desk
def test_columns_of_the_measured_map_that_were_not_fitted_are_predicted_like_those_that_were(measured):
    for fit in (measured, measured.independent):
        assert fit.held_out.unseen < 1.05 * fit.held_out.seen


def test_what_the_measured_map_asks_for_is_worth_its_price_by_every_criterion(measured):
    fit, plain = measured.independent, fit_flux_map(read_map(MEASURED), "independent", extend=False)
    assert fit.aic < plain.aic - 100
    assert fit.bic < plain.bic - 100
    assert fit.held_out.surprise < plain.held_out.surprise - 100
    assert not all(each.probability > 0.01 for each in plain.structure)


def test_the_measured_map_tells_the_flux_row_of_qubit_1_and_that_coil_2_is_bent(measured):
    found = {estimate.name: estimate for estimate in measured.estimates}
    assert found["flux_1_coil_1"].value == pytest.approx(16.26e3, rel=0.005, abs=0)
    assert found["flux_1_coil_2"].value == pytest.approx(0.203e3, rel=0.03, abs=0)
    assert found["flux_1_coil_1"].error < 30
    assert found["coil_2_curvature"].value < -5 * found["coil_2_curvature"].error


def test_the_measured_map_does_not_tell_the_flux_row_of_qubit_2_and_only_its_ratio(measured):
    for fit in (measured, measured.independent):
        found = {estimate.name: estimate for estimate in fit.estimates}
        for name in ("flux_2_coil_1", "flux_2_coil_2", "maximum_frequency_2"):
            assert found[name].error is None
            assert fit.result.params[name].stderr is None
        assert "maximum_frequency_2" in found["flux_2_coil_1"].reason
        assert found["flux_2_coil_2/flux_2_coil_1"].value == pytest.approx(-0.0208, abs=0.0005)
        assert "flux row of qubit 2 is degenerate with its maximum frequency" in fit.report()


def test_the_measured_crossings_are_less_than_the_sum_of_their_ridges_beside_the_collective_line(measured):
    for fit in (measured, measured.independent):
        assert 0.9 < fit.crossing.product.value < 1 - 2 * fit.crossing.product.error
        assert fit.enhancement.value == pytest.approx(
            fit.crossing.product.value, abs=4 * fit.enhancement.error
        )
        assert 0.005 < fit.enhancement.error < 0.06


@pytest.mark.desk
def test_every_second_column_of_the_measured_map_says_the_same(measured):
    whole = read_map(MEASURED)
    for first in (0, 1):
        part, other = (whole.isel(coil_current_2=slice(k, None, 2)) for k in (first, 1 - first))
        fit = fit_flux_map(part, "independent")
        assert fit.values["flux_1_coil_1"] == pytest.approx(16.27e3, rel=0.005, abs=0)
        grid = other["coil_current_1"].values[:, None], other["coil_current_2"].values
        rest = other["heat_power"].values - fit.predict(*grid, offsets=False)
        assert np.std(rest - rest.mean(axis=0)) < 3.1e-18
