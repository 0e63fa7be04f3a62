"""Map fits: recovery of a known truth, and what a map cannot tell."""

import numpy as np
import pytest

from tests.analysis.map_simulator import bent_device, random_device, simulated_map
from valvelab.analysis import fit_flux_map, map_dataset
from valvelab.analysis.flux_map_heat import ridge
from valvelab.analysis.flux_map_model import drain_power, map_power
from valvelab.analysis.flux_map_parameters import known_values
from valvelab.errors import ConfigurationError, DataError
from valvelab.sim import preset


def pulls(fit, truth):
    found = {}
    for estimate in fit.estimates:
        if estimate.name in truth and estimate.error:
            difference = estimate.value - truth[estimate.name]
            if "offset" in estimate.name:
                difference = (difference + 0.5) % 1 - 0.5
            found[estimate.name] = difference / estimate.error
    return found


@pytest.mark.desk
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_devices_are_recovered_within_their_errors(seed):
    truth = random_device(seed)
    fit = fit_flux_map(simulated_map(truth, seed=seed), "independent")
    assert fit.rms == pytest.approx(2e-18, rel=0.1, abs=0)
    found = pulls(fit, truth)
    assert {"flux_1_coil_1", "flux_1_coil_2", "flux_2_coil_1", "flux_2_coil_2", "weight_2"} <= found.keys()
    assert max(map(abs, found.values())) < 4
    assert fit.enhancement.value == pytest.approx(1.0, abs=4 * fit.enhancement.error)


@pytest.mark.desk
def test_narrow_ridges_of_several_periods_are_read_the_right_way_round():
    device = preset("paper")
    (a, b), (c, d) = device.flux.matrix
    truth = known_values(device) | {
        "flux_1_coil_1": a, "flux_1_coil_2": b, "flux_2_coil_1": c, "flux_2_coil_2": d,
        "flux_offset_1": 0.02, "flux_offset_2": -0.11,
        "quality_factor": 20.0, "ridge_power": 340e-18, "weight_2": 1.0, "parasitic_share": 0.02,
    }  # fmt: skip
    first, second = np.linspace(-130e-6, 130e-6, 61), np.linspace(-50e-6, 50e-6, 61)
    noise = 2.5e-18 * np.random.default_rng(0).standard_normal((61, 61))
    measured = map_dataset(first, second, map_power(truth, first[:, None], second, "independent") + noise)
    unknown = tuple(qubit.model_copy(update={"maximum_frequency": None}) for qubit in device.qubits)
    fit = fit_flux_map(measured, "independent", device.model_copy(update={"flux": None, "qubits": unknown}))
    for qubit, known in enumerate(device.qubits, 1):
        found = fit.values[f"maximum_frequency_{qubit}"]
        assert found == pytest.approx(known.maximum_frequency, rel=1e-3, abs=0)
    assert fit.values["quality_factor"] == pytest.approx(20, rel=1e-2, abs=0)


def test_a_collective_map_gives_the_master_equation_s_enhancement_and_prefers_the_pair():
    truth = random_device(10) | {"ridge_power": 300e-18, "quality_factor": 6.0}
    fit = fit_flux_map(simulated_map(truth, model="pair", seed=10), "pair")
    on = truth["resonator_frequency"]
    expected = drain_power(truth, on, on, "pair") / drain_power(truth, on, on, "independent")
    assert fit.rms == pytest.approx(2e-18, rel=0.1, abs=0)
    assert fit.aic < fit.independent.aic
    assert fit.enhancement.value == pytest.approx(expected, abs=4 * fit.enhancement.error)
    assert fit.predicted_enhancement.value == pytest.approx(expected, abs=4 * fit.predicted_enhancement.error)
    assert fit.crossing.collective_strength[0] == pytest.approx(
        1.0, abs=4 * fit.crossing.collective_strength[1]
    )


def test_a_crossing_below_the_sum_is_measured_whatever_the_model():
    truth = random_device(2)
    fit = fit_flux_map(simulated_map(truth, product=-0.1, seed=5), "independent")
    assert fit.crossing.product.value == pytest.approx(0.9, abs=4 * fit.crossing.product.error)
    assert fit.crossing.product.error < 0.03
    predicted = fit.predicted_enhancement
    assert predicted.value == pytest.approx(0.9, abs=4 * predicted.error)
    assert predicted.value - 1 == pytest.approx(fit.values["crossing_excess"], rel=1e-9, abs=0)
    height = ridge(1, fit.values, truth["resonator_frequency"])
    assert height == pytest.approx(truth["ridge_power"], abs=4 * fit.uncertainty.error({"ridge_power": 1.0}))


@pytest.mark.desk
@pytest.mark.parametrize("seed", [1, 2])
def test_a_map_with_flicker_baseline_and_bent_coil_gives_its_truth_within_the_errors(seed):
    truth, window = bent_device()
    dataset = simulated_map(
        truth, shape=(81, 26), window=window, flicker=0.8e-18, arch=4e-18, seed=seed, product=-0.08
    )
    fit = fit_flux_map(dataset, "independent")
    assert {"coil_2_curvature", "resonator_splitting"} <= set(fit.uncertainty.names)
    assert fit.smooth.size > 0
    truth |= {f"ridge_height_{k}": float(ridge(k, truth, truth["resonator_frequency"])) for k in (1, 2)}
    found = pulls(fit, truth)
    assert {"flux_1_coil_1", "flux_1_coil_2", "ridge_height_1", "ridge_height_2"} <= found.keys()
    told = [found[name] for name in found if name.startswith(("flux", "ridge_height", "coil"))]
    assert max(map(abs, told)) < 4
    assert fit.crossing.product.value == pytest.approx(0.92, abs=4 * fit.crossing.product.error)
    assert fit.crossing.product.error < 0.03
    assert fit.background.noise.flicker == pytest.approx(0.8e-18, rel=0.4, abs=0)


@pytest.mark.desk
def test_the_sign_of_the_couplings_is_found():
    truth = random_device(10) | {"ridge_power": 300e-18, "quality_factor": 6.0, "parity": -1.0}
    fit = fit_flux_map(simulated_map(truth, model="pair", seed=10), "pair")
    assert fit.values["parity"] == -1.0
    assert fit.rms == pytest.approx(2e-18, rel=0.1, abs=0)


@pytest.mark.desk
def test_swapping_the_coils_swaps_the_answer():
    truth = random_device(1)
    dataset = simulated_map(truth, seed=1)
    other = map_dataset(dataset["coil_current_2"], dataset["coil_current_1"], dataset["heat_power"].values.T)
    one = fit_flux_map(dataset, "independent")
    two = fit_flux_map(other, "independent", slow_axis="coil_current_1")
    assert two.rms == pytest.approx(one.rms, rel=1e-3, abs=0)
    assert abs(two.values["flux_1_coil_1"]) == pytest.approx(
        abs(one.values["flux_2_coil_2"]), rel=0.02, abs=0
    )
    assert abs(two.values["flux_2_coil_2"]) == pytest.approx(
        abs(one.values["flux_1_coil_1"]), rel=0.02, abs=0
    )


@pytest.mark.desk
def test_a_known_maximum_frequency_lifts_the_degeneracy_of_a_short_window():
    truth = random_device(1)
    truth |= {f"flux_2_coil_{k}": 0.25 * truth[f"flux_2_coil_{k}"] for k in (1, 2)} | {"flux_offset_2": 0.2}
    dataset = simulated_map(truth, seed=7)
    blind = {e.name: e for e in fit_flux_map(dataset, "independent").estimates}
    assert blind["flux_2_coil_2"].error is None
    assert blind["flux_1_coil_1"].error is not None
    assert "maximum_frequency_2" in blind["flux_2_coil_2"].reason
    device = preset("aalto2026")
    known = device.qubits[1].model_copy(update={"maximum_frequency": truth["maximum_frequency_2"]})
    device = device.model_copy(update={"qubits": (device.qubits[0], known)})
    told = fit_flux_map(dataset, "independent", device)
    error = told.uncertainty.error({"flux_2_coil_2": 1.0})
    assert error < 0.1 * abs(truth["flux_2_coil_2"])
    assert abs(told.values["flux_2_coil_2"]) == pytest.approx(abs(truth["flux_2_coil_2"]), abs=4 * error)
    assert told.values["maximum_frequency_2"] == truth["maximum_frequency_2"]


@pytest.mark.desk
def test_both_temperatures_can_be_freed_and_never_cross():
    dataset = simulated_map(random_device(2), seed=2)
    fit = fit_flux_map(dataset, "independent", free=["source_temperature", "drain_temperature"])
    assert fit.values["source_temperature"] > fit.values["drain_temperature"]
    assert fit.rms == pytest.approx(2e-18, rel=0.1, abs=0)


@pytest.mark.desk
def test_what_the_device_holds_can_be_freed():
    truth = random_device(3)
    fit = fit_flux_map(simulated_map(truth, seed=3), "independent", free=["asymmetry"])
    assert fit.result.params["asymmetry_1"].vary
    assert fit.values["asymmetry_1"] == pytest.approx(truth["asymmetry_1"], abs=0.15)
    assert not fit.result.params["source_temperature"].vary


def test_a_prediction_broadcasts_and_offsets_can_be_left_out():
    truth = random_device(2)
    fit = fit_flux_map(simulated_map(truth, seed=2), "independent")
    first = np.linspace(-0.3e-3, 0.3e-3, 5)
    assert fit.predict(first[:, None], np.zeros((1, 3))).shape == (5, 3)
    assert fit.predict(0.0, 0.0).shape == ()
    clean = simulated_map(truth, noise=0, stripes=0)
    grid = clean["coil_current_1"].values[:, None], clean["coil_current_2"].values
    difference = fit.predict(*grid, offsets=False) - clean["heat_power"].values
    assert np.std(difference) < 0.6e-18
    np.testing.assert_allclose(fit.predict(*grid) + fit.residual, fit.heat_map.heat_power, rtol=1e-12)


@pytest.mark.parametrize("power", ["noise", "flat", "one ridge"])
def test_a_map_without_two_ridges_is_refused_and_never_fitted(power):
    truth = random_device(1)
    dataset = simulated_map(truth, seed=3)
    quiet = 2e-18 * np.random.default_rng(3).standard_normal(dataset["heat_power"].shape)
    dataset["heat_power"].values = {
        "noise": 1e-15 + quiet,
        "flat": np.full(quiet.shape, 1e-15),
        "one ridge": simulated_map(truth | {"weight_2": 1e-4}, seed=3)["heat_power"].values,
    }[power]
    with pytest.raises(DataError, match="ridge"):
        fit_flux_map(dataset, "independent")


def test_arguments_that_are_not_allowed_are_named():
    dataset = simulated_map(random_device(1))
    with pytest.raises(
        ValueError,
        match=r"`model` must be one of independent, pair, .*, hierarchy, transmons, but is 'dicke'",
    ):
        fit_flux_map(dataset, "dicke")
    with pytest.raises(ValueError, match=r"`free` must name some of asymmetry.*holds colour"):
        fit_flux_map(dataset, free=["colour"])
    with pytest.raises(ValueError, match="`slow_axis` must be one of"):
        fit_flux_map(dataset, slow_axis="time")
    with pytest.raises(ConfigurationError, match="aalto2025"):
        fit_flux_map(dataset, device="aalto2025")


def test_a_device_without_a_temperature_difference_is_refused():
    device = preset("aalto2026")
    at = device.operating_point.model_copy(update={"source_temperature": 0.05})
    with pytest.raises(ConfigurationError, match="must be above drain_temperature"):
        fit_flux_map(
            simulated_map(random_device(1)), device=device.model_copy(update={"operating_point": at})
        )
