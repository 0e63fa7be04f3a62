"""The errors of reduced powers, against runs whose noise is known: white, flicker and a drift within each cell."""

from functools import cache

import numpy as np
import pytest

from tests.analysis.voltage_simulator import (
    BATHS,
    DEVICE,
    DRAIN,
    HEATER,
    SOURCE,
    Run,
    drain_pulls,
    naive_errors,
    power_errors,
    true_temperatures,
)
from valvelab.analysis import MODELS, Rates, reduce
from valvelab.analysis.model_slopes import SLOPES
from valvelab.analysis.switching_data import SwitchingData
from valvelab.errors import ConfigurationError

RUN = Run(cells=2, blocks=3, visit=4)
NOISE = {"white": 100e-9, "flicker": 100e-9, "drift": 1e-9, "seed": 3}
KNOWN = 0.07
"""150 draws of six points know a width to 2.5 % at best; benchmarks/reduction.py makes more."""
RATES = Rates(0.5e9, 0.5e9, 1e7, 0.05)


@cache
def draws(count=150):
    """Return raw and reduced data of many repetitions of the same run, both reservoirs asked for."""
    raws = list(RUN.draws(count, **NOISE))
    return raws, [reduce(raw, DEVICE, ("drain", "source")) for raw in raws]


def width(values):
    return float(np.sqrt(np.mean(np.square(values))))


def whitened(errors, covariance):
    return np.linalg.solve(np.linalg.cholesky(covariance), errors)


def test_errors_and_covariances_of_powers_are_the_scatter_where_there_is_flicker():
    raws, reduced = draws()
    errors = [power_errors(one) for one in reduced]
    pulls = [e / one["heat_power_drain_std"].values for e, one in zip(errors, reduced, strict=True)]
    assert width(pulls) == pytest.approx(1.0, abs=KNOWN)
    assert abs(np.mean(pulls)) < 0.1
    covariances = [one["heat_power_drain_covariance"].values for one in reduced]
    assert width(list(map(whitened, errors, covariances))) == pytest.approx(1.0, abs=KNOWN)
    # With the scatter of the readings taken for white, the errors would be a third too small.
    naive = [e / naive_errors(raw, one) for e, raw, one in zip(errors, raws, reduced, strict=True)]
    assert width(naive) > 1.25
    assert width([drain_pulls(one) for one in reduced]) == pytest.approx(1.0, abs=0.1)


def test_a_cell_that_is_noisier_than_the_others_has_larger_errors_and_is_told():
    run = Run(cells=3, blocks=8, visit=2)
    random, noisy = np.random.default_rng(6), run.places[0] == 1
    pulls = []
    for raw in run.draws(40, white=100e-9, flicker=0.0, drift=0.0, seed=5):
        raw["thermometer_voltage_drain"].values[:] += 3e-7 * noisy * random.standard_normal(noisy.size)
        reduced = reduce(raw, DEVICE)
        (told,) = reduced["remark"].values
        assert told.startswith("drain, cell 1: scatters ") and told.endswith(
            "; its errors are larger by that"
        )
        here = reduced["cell"].values == 1
        pulls.append((power_errors(reduced) / reduced["heat_power_drain_std"].values)[here])
        assert "flagged_reading" not in reduced
    assert width(pulls) == pytest.approx(1.0, abs=0.25)


def test_a_heater_that_is_reversed_makes_no_noise_of_its_offset():
    raw = next(RUN.draws(1, white=100e-9, flicker=0.0, drift=0.0, seed=7))
    reversed_ = RUN.places[1] % 2 == 1
    turned = raw.copy(deep=True)
    turned["heater_voltage"].values[reversed_] *= -1
    turned["thermometer_voltage_source"].values[reversed_] += 5e-6
    plain, found = reduce(raw, DEVICE), reduce(turned, DEVICE)
    np.testing.assert_allclose(found["white_noise"], plain["white_noise"], rtol=0.05)
    np.testing.assert_allclose(found["temperature_source_std"], plain["temperature_source_std"], rtol=0.3)


def test_errors_of_the_power_out_of_the_source_are_its_scatter():
    _, reduced = draws()
    pulls = []
    for one in reduced:
        bath = one["bath_temperature"].values
        warm = DEVICE.source.received_power(true_temperatures(one, SOURCE), bath)
        true = DEVICE.source.received_power(SOURCE["off"], bath) - warm
        errors = one["heat_power_source"].values - true
        pulls.append(whitened(errors, one["heat_power_source_covariance"].values))
    assert width(pulls) == pytest.approx(1.0, abs=KNOWN)
    assert abs(np.mean(pulls)) < 0.1


def test_a_fit_weighs_residuals_by_what_moves_powers_and_temperatures_together():
    # Measured less modelled power, both as the same voltages say: whatever the model, only noise moves it.
    def residuals(dataset):
        data = SwitchingData.from_dataset(dataset)
        return data, data.measured - data.powers(MODELS["independent"], RATES)

    _, reduced = draws()
    _, exact = residuals(reduce(RUN.raw(), DEVICE, ("drain", "source")))
    pulls, without = [], []
    for one in reduced:
        data, found = residuals(one)
        weighed = data.with_errors_in_variables(MODELS["independent"], SLOPES["independent"], RATES)
        pulls.append(weighed.whitening @ (found - exact))
        without.append(data.whitening @ (found - exact))
    assert width(pulls) == pytest.approx(1.0, abs=KNOWN)
    assert width(without) > 1.1


def test_the_power_out_of_the_source_is_what_its_heater_gives_and_nothing_else_takes():
    raw = RUN.raw()
    raw["heater_voltage"].values[RUN.places[1] % 2 == 1] = -HEATER  # the sign is no power
    reduced = reduce(raw, DEVICE, ("drain", "source"))
    source = DEVICE.source
    for row, name in enumerate(reduced["configuration"].values.astype(str)):
        bath = BATHS[int(reduced["cell"][row])]
        given = [
            float(source.heater.power(HEATER)) - float(source.received_power(SOURCE[which], bath))
            for which in (name, "off")
        ]
        assert float(reduced["heat_power_source"][row]) == pytest.approx(given[0] - given[1], rel=1e-6, abs=0)
    assert "heat_power_source" not in reduce(raw, DEVICE)


def test_a_power_that_the_heater_changes_with_a_configuration_is_not_taken_for_the_valves():
    raw = RUN.raw()
    here = RUN.names == "both"
    raw["heater_voltage"].values[here] *= 1.01
    plain, more = (reduce(one, DEVICE, ("drain", "source")) for one in (RUN.raw(), raw))
    rise = DEVICE.source.heater.power(1.01 * HEATER) - DEVICE.source.heater.power(HEATER)
    both = plain["configuration"].values == "both"
    found = more["heat_power_source"].values - plain["heat_power_source"].values
    np.testing.assert_allclose(found, rise * both, rtol=1e-6, atol=1e-24)


def test_what_cannot_be_reduced_for_the_source_is_told():
    with pytest.raises(ValueError, match=r"reservoirs must be \('drain',\) or \('drain', 'source'\), found"):
        reduce(RUN.raw(), DEVICE, ("source",))
    cold = DEVICE.model_copy(update={"source": DEVICE.source.model_copy(update={"heater": None})})
    reduce(RUN.raw(), cold)
    with pytest.raises(ConfigurationError, match=r"source\.heater: must be known to reduce; add it"):
        reduce(RUN.raw(), cold, ("drain", "source"))
    assert set(DRAIN) == set(SOURCE)
