"""Profile likelihoods: parabolas where a map determines a parameter, and open ends where it does not."""

import numpy as np
import pytest

from tests.analysis.map_simulator import random_device, simulated_map
from valvelab.analysis import fit_flux_map


def test_a_well_determined_parameter_has_the_interval_of_its_error():
    truth = random_device(1)
    fit = fit_flux_map(simulated_map(truth, seed=1), "independent")
    for name in ("flux_1_coil_1", "weight_2"):
        found = fit.profile(name)
        low, high = found.interval
        half = fit.uncertainty.error({name: 1.0})
        assert (high - low) / 2 == pytest.approx(half, rel=0.35, abs=0)
        assert (high + low) / 2 == pytest.approx(fit.values[name], abs=0.3 * half)
        assert np.all(np.diff(found.values) > 0) and found.rises.min() > -0.1


@pytest.mark.desk
def test_a_profile_allows_the_truth_along_a_degenerate_direction():
    truth = random_device(1)
    truth |= {f"flux_2_coil_{k}": 0.4 * truth[f"flux_2_coil_{k}"] for k in (1, 2)} | {"flux_offset_2": 0.2}
    fit = fit_flux_map(simulated_map(truth, seed=7), "independent")
    for name in ("maximum_frequency_2", "flux_2_coil_2"):
        found = fit.profile(name)
        assert np.interp(truth[name], found.values, found.rises) < 9
        assert found.rises.max() < 20  # the others follow, however tied they are


@pytest.mark.desk
def test_what_is_not_fitted_has_no_profile():
    fit = fit_flux_map(simulated_map(random_device(1), seed=1), "independent")
    with pytest.raises(ValueError, match="`name` must be one of flux_1_coil_1"):
        fit.profile("drain_temperature")
